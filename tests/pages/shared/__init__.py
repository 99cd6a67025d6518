"""Tests of code that several rooms of pages use."""
