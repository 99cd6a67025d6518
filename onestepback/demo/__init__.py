"""Invented people of an invented place, the Tamsel Valley partnership, for trying the site out."""
