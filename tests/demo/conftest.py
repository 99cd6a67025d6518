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
    """The demo, for tests without `db`: pytest-django runs those after the ones with it, so
    that none of these finds the demo there. What it said, and what it would do once it is stored.
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
    """Whatever a test does to the demo is undone after it."""
    with transaction.atomic():
        yield built
        transaction.set_rollback(True)
