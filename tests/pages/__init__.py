"""Tests of pages, in the same rooms as the pages."""
