"""Journeys in a real browser through organisations, teams and people."""
