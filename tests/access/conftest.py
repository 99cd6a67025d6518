"""The cast, made once."""

from copy import deepcopy

import pytest

from tests.access.cast import Cast


@pytest.fixture(scope="module")
def everybody(once):
    return Cast()


@pytest.fixture
def cast(everybody, db):
    """Whatever a test does to the cast is undone after it."""
    return deepcopy(everybody)
