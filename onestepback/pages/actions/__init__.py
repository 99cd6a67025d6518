"""Pages about one action, the list of a person's own actions, and proposals."""
