"""Pages of a person's own reflections: answering, checking, finishing and reading again."""
