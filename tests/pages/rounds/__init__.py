"""Tests of running a round."""
