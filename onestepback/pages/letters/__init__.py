"""Pages on which a person chooses their letters, or stops them by a link."""
