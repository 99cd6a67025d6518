"""Tests of the pages of an organisation."""
