"""The cast, made once."""

from copy import deepcopy

import pytest

from onestepback.publishing import pdf
from tests.access.cast import Cast


@pytest.fixture(scope="module")
def everybody(once):
    return Cast()


@pytest.fixture
def cast(everybody, db):
    """Whatever a test does to the cast is undone after it."""
    return deepcopy(everybody)


@pytest.fixture(autouse=True)
def no_layout(monkeypatch):
    """Who may fetch a PDF is asked here; that it is one is shown where it is made."""
    monkeypatch.setattr(pdf, "_write_pdf", lambda html: b"PDF")
