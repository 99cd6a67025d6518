"""Tests of the pages of an account."""
