"""Pages of an organisation: its own page, its settings, its history, and archiving it."""
