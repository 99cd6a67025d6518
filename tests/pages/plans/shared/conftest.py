"""Fixtures: the team whose plan is tested here."""

import pytest

from tests.factories import TeamPlace


@pytest.fixture
def place(db):
    return TeamPlace()
