"""Tests that no form stores a field that it did not ask for (mass assignment)."""
