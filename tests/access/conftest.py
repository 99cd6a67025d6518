"""The cast of the tests of access is made once."""

from copy import deepcopy

import pytest

from onestepback.publishing import pdf
from tests.access.cast import Cast


@pytest.fixture(scope="module")
def everybody(once):
    return Cast()


@pytest.fixture
def cast(everybody, db):
    """The cast for one test; every change that the test makes is undone after it."""
    return deepcopy(everybody)


@pytest.fixture(autouse=True)
def no_layout(monkeypatch):
    """No PDF is laid out, because these tests only ask who may fetch it."""
    monkeypatch.setattr(pdf, "_write_pdf", lambda html: b"PDF")
