"""Tests of the app of plans and actions, without pages."""
