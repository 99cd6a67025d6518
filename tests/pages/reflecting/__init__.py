"""Tests of a person's own reflections."""
