"""Pages for a person's calendar feed, which their own calendar program reads."""
