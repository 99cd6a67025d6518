"""Tests of raising an action to the plan above."""
