"""One module for each command: `prepare` a database, fill it as a `demo`, and `tick`."""
