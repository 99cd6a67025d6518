"""Actions: one of them, the list of one's own, and what is proposed."""
