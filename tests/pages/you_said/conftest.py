"""Fixtures: a team that tells what became of people's words."""

import pytest

from tests.pages.you_said.helpers import Place


@pytest.fixture
def place(db):
    return Place()
