"""A person's actions as a calendar that their own calendar program reads."""
