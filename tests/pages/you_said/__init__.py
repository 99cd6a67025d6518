"""Tests of “You said, we did”."""
