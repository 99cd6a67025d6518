"""The page that shows results on a shared screen, for people who look at them together."""
