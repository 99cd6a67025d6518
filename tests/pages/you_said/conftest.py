"""The team that tells what became of what people said."""

import pytest

from tests.pages.you_said.helpers import Place


@pytest.fixture
def place(db):
    return Place()
