"""Tests of the pages of a team."""
