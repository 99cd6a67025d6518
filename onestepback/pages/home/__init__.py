"""The first pages: start or home, privacy, accessibility, and the health check."""
