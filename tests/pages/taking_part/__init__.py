"""Tests of taking part in a round."""
