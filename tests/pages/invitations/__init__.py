"""Tests of inviting and joining."""
