"""Tests of PDFs, spreadsheets, calendars and charts."""
