"""Tests of the pages of one action."""
