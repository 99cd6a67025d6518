"""Fixtures for every test: the paper's questions, and people."""

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.template.loader import get_template
from django.urls import get_resolver

from organisations.models import User
from reflections.models import Perspective
from reflections.questionnaire import questionnaire
from reflections.questions import ONE_STEP_BACK_1
from reflections.services import publish_question_set, start_participation
from tests.unknown_names import raise_unknown_names

raise_unknown_names()

pytest_plugins = ["tests.tiers"]


@pytest.fixture(scope="session", autouse=True)
def loaded():
    """Import the modules of all pages first, so that no single test has to wait for them."""
    assert get_resolver().url_patterns
    get_template("base.html")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Publish question set 1 once, for all tests that leave the database as it was."""
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            type(connection.ops).sql_flush = delete_rows
            count_no_rows()
        publish_question_set(ONE_STEP_BACK_1)


def count_no_rows():
    """Let PostgreSQL judge tables by their size.

    It would count them at any moment, mostly while they are empty, and then plan every query of a
    test for that: the same test would take a second, or a minute.
    """
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            name = connection.ops.quote_name(table)
            cursor.execute(f"ALTER TABLE {name} SET (autovacuum_enabled = false)")


@pytest.fixture(scope="module")
def counted(django_db_setup, django_db_blocker):
    """Let a module's tests have PostgreSQL count rows, and undo the counts afterwards."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("VACUUM")  # which leaves nothing of tables that are empty again


def delete_rows(ops, style, tables, **options):
    """Empty tables by DELETE: they have few rows, and TRUNCATE makes new files for each of them."""
    return [f"DELETE FROM {ops.quote_name(table)}" for table in tables]


@pytest.fixture(autouse=True)
def published(request):
    """Publish question set 1 again for tests that empty the database."""
    questionnaire.cache_clear()
    uses = {"db", "transactional_db", "live_server"} & set(request.fixturenames)
    marked = request.node.get_closest_marker("django_db")
    if not uses and not marked:
        return
    transactional = uses - {"db"} or (marked and marked.kwargs.get("transaction"))
    request.getfixturevalue("transactional_db" if transactional else "db")
    if transactional:
        cache.clear()  # its table is of no model, so nothing else empties it
    publish_question_set(ONE_STEP_BACK_1)


@pytest.fixture(scope="module")
def once(django_db_setup, django_db_blocker):
    """Keep rows for all tests of a module, and take them back after the last."""
    with django_db_blocker.unblock(), transaction.atomic():
        publish_question_set(ONE_STEP_BACK_1)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def questions(db):
    return publish_question_set(ONE_STEP_BACK_1)


@pytest.fixture
def person(db):
    return User.objects.create_user("maya@example.org", "correct horse", name="Maya Okafor")


@pytest.fixture
def stranger(db):
    return User.objects.create_user("noor@example.org", "correct horse", name="Noor Haddad")


@pytest.fixture
def participation(person):
    return start_participation(by=person, perspective=Perspective.STAFF)


@pytest.fixture
def signed_in(client, person):
    client.force_login(person)
    return client
