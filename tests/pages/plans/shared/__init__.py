"""Tests of the plan of a team, and of who changes it."""
