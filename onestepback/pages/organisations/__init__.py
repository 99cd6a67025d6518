"""Organisations: their page, settings, history and archive."""
