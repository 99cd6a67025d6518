"""Tests of the pages about the people of an organisation."""
