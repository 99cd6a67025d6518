"""Filters for the templates of letters."""
