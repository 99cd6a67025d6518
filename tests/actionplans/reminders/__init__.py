"""Tests of the letters that remind people of actions."""
