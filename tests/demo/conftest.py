"""The demo, made once for all tests of a process that ask for it."""

from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import TestCase, override_settings
from django.utils import timezone

from onestepback.demo.days import LONDON
from tests.demo.helpers import PASSWORD, run_demo


@pytest.fixture
def today():
    return timezone.localdate(timezone=LONDON)


@pytest.fixture(scope="package")
def built(django_db_setup, django_db_blocker):
    """The demo for tests without `db`: its output, and what it would do once it is committed.

    pytest-django runs tests with `db` first, so none of those finds the demo in the database.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        with (
            TestCase.captureOnCommitCallbacks() as afterwards,
            override_settings(DELIVER_LETTERS_AT_ONCE=True),
        ):
            said = run_demo(if_empty=True, password=PASSWORD)
        yield SimpleNamespace(said=said, afterwards=afterwards)
        transaction.set_rollback(True)


@pytest.fixture
def demo(built):
    """The demo for one test; every change that the test makes is undone after it."""
    with transaction.atomic():
        yield built
        transaction.set_rollback(True)
