"""Tests of the results of a closed round."""
