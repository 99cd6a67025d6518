"""Tests of the pages of action plans."""
