"""The team whose plan these tests are about."""

import pytest

from tests.factories import TeamPlace


@pytest.fixture
def place(db):
    return TeamPlace()
