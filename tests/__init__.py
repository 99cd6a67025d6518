"""Tests of everything, in the same rooms as the code."""
