"""Tests of filtering, sorting and downloading the actions of a plan."""
