"""Tests of the pages that choose or show letters."""
