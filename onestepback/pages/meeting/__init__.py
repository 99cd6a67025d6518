"""Results one thing at a time on a shared screen, for people who look at them together."""
