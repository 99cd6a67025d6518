"""Tests of the app of questions, answers and rounds, without pages."""
