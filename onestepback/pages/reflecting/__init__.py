"""A person's own reflections: answering the questions, checking, finishing, reading again."""
