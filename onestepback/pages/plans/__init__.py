"""Pages of action plans: a person's own, and those of teams, organisations and systems."""
