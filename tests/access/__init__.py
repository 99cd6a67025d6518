"""Tests of access: every page, asked by every kind of person."""
