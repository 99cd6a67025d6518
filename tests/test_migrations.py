"""Migrations keep the rows of a full database."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from organisations.models import User
from reflections.models import ReadingPreference


@pytest.mark.django_db(transaction=True)
def test_letting_apps_register_their_events_rewrites_no_row_of_the_history():
    statements = StringIO()

    call_command("sqlmigrate", "organisations", "0008", stdout=statements)

    assert "(no-op)" in statements.getvalue()
    assert "ALTER" not in statements.getvalue()
    assert "CREATE TABLE" not in statements.getvalue()


def migrate_to(*targets):
    """Bring the database to these migrations, and return the models of that time."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    executor.loader.build_graph()
    return executor.loader.project_state(targets).apps


def newest():
    return MigrationExecutor(connection).loader.graph.leaf_nodes()


@pytest.fixture
def yesterday(transactional_db):
    """The models of the last version in which the account said how somebody reads."""
    yield migrate_to(
        ("organisations", "0008_events_register_themselves"),
        ("reflections", "0003_rounds_announced"),
    )
    migrate_to(*newest())


def test_whoever_read_one_question_at_a_time_still_does_and_nobody_else(yesterday):
    people = yesterday.get_model("organisations", "User").objects
    people.create(email="maya@example.org", name="Maya", one_question_a_page=True)
    people.create(email="tom@example.org", name="Tom", unwanted_letters=["rounds"])
    people.create(email="zoe@example.org", name="Zoe", one_question_a_page=True, is_active=False)

    migrate_to(*newest())

    chosen = ReadingPreference.objects.filter(one_question_a_page=True)
    assert set(chosen.values_list("user__email", flat=True)) == {
        "maya@example.org",
        "zoe@example.org",
    }
    assert ReadingPreference.objects.count() == 2
    assert list(User.objects.order_by("email").values_list("name", "unwanted_letters")) == [
        ("Maya", []),
        ("Tom", ["rounds"]),
        ("Zoe", []),
    ]


def test_going_back_to_yesterday_keeps_how_people_read(yesterday):
    yesterday.get_model("organisations", "User").objects.create(
        email="maya@example.org", one_question_a_page=True
    )
    migrate_to(*newest())
    User.objects.create_user("tom@example.org")

    back = migrate_to(
        ("organisations", "0008_events_register_themselves"),
        ("reflections", "0003_rounds_announced"),
    )

    people = back.get_model("organisations", "User").objects.order_by("email")
    assert list(people.values_list("email", "one_question_a_page")) == [
        ("maya@example.org", True),
        ("tom@example.org", False),
    ]
