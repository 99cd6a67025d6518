"""The team that tells what became of what people said."""

import pytest

from tests.actionplans.telling.helpers import Place


@pytest.fixture
def place(db):
    return Place()
