"""Tests of the app of organisations and people, without pages."""
