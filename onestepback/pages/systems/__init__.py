"""Pages of a system: its organisations and its conveners."""
