"""The demo, made once for all tests of a process that ask for it."""

import pytest
from django.db import transaction
from django.utils import timezone

from onestepback.demo.build import build_demo
from onestepback.demo.days import LONDON
from tests.demo.helpers import PASSWORD


@pytest.fixture
def today():
    return timezone.localdate(timezone=LONDON)


@pytest.fixture(scope="package")
def built(django_db_setup, django_db_blocker):
    """The demo, for tests without `db`: pytest-django runs those after the ones with it, so
    that none of these finds the demo there."""
    with django_db_blocker.unblock(), transaction.atomic():
        build_demo(today=timezone.localdate(timezone=LONDON), password=PASSWORD)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(built):
    """Whatever a test does to the demo is undone after it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
