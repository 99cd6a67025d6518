"""Fixtures: a team, its organisation and its system."""

import pytest

from tests.pages.raising.helpers import Place


@pytest.fixture
def place(db):
    return Place()
