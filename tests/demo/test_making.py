"""The demo is made at the right moment, with the right password, and always the same."""

from datetime import date, datetime, time, timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import transaction

from onestepback.demo import build
from onestepback.demo.accounts import OPERATOR
from onestepback.demo.belonging import deeds_in_order
from onestepback.demo.days import LONDON, Calendar
from onestepback.demo.deeds import members, partnership
from onestepback.demo.stories import people
from organisations.models import Letter, User
from tests.demo.helpers import PASSWORD, everything, run_demo


@pytest.fixture(scope="module")
def content(built, django_db_blocker):
    with django_db_blocker.unblock():
        return everything()


def content_built_on(day):
    with transaction.atomic():
        build.build_demo(today=day, password=PASSWORD)
        content = in_one_order(everything())
        transaction.set_rollback(True)
    return content


def in_one_order(value):
    """The same value with its lists sorted, because things of one moment have no order."""
    if isinstance(value, dict):
        return {name: in_one_order(each) for name, each in value.items()}
    if isinstance(value, list):
        return sorted((in_one_order(each) for each in value), key=repr)
    return value


def test_a_database_with_anybody_in_it_is_refused_and_left_alone(person):  # I7
    before = everything()

    with pytest.raises(CommandError, match="Somebody has an account here already"):
        run_demo(password=PASSWORD)

    assert everything() == before


@pytest.mark.slow
def test_if_empty_fills_an_empty_database_once_and_is_quiet_after(demo, content, settings):
    settings.DEBUG = True

    said_again = run_demo(if_empty=True)

    assert len(content["people"]) == len(people()) + len(members()) + 1
    assert (said_again, everything()) == ("", content)


def test_outside_of_development_a_password_is_asked_for(db):
    with pytest.raises(CommandError, match="add --password"):
        run_demo()

    assert not User.objects.exists()


def test_a_password_that_is_easy_to_guess_is_refused(db):
    with pytest.raises(CommandError, match="too short"):
        run_demo(password="demo")

    assert not User.objects.exists()


@pytest.mark.parametrize(
    "of", ["one person", pytest.param("all", marks=[pytest.mark.prove, pytest.mark.slow])]
)
def test_the_same_day_gives_the_same_content(db, time_machine, monkeypatch, of):
    if of != "all":
        few = people()[:1]
        monkeypatch.setattr(build, "people", lambda: few)
        monkeypatch.setattr(build, "found_partnership", lambda **fields: None)
    day = date(2026, 3, 31)  # with a change of the clocks behind it

    time_machine.move_to(datetime(2026, 3, 31, 9, 5, tzinfo=LONDON))
    in_the_morning = content_built_on(day)
    time_machine.move_to(datetime(2026, 3, 31, 17, 45, tzinfo=LONDON))

    assert content_built_on(day) == in_the_morning


def test_who_is_worth_signing_in_as_is_announced_with_the_password(demo):
    said = demo.said

    worth_it = [*people(), *(member for member in members() if member.about)]
    accounts = [*worth_it, User(email=OPERATOR, name="Site operator")]
    missing = [a.email for a in accounts if a.email not in said or a.name not in said]
    assert missing == []
    assert said.count("@example.org") == len(accounts) < 20
    assert f"Password of each: {PASSWORD}\nIt is that of everybody else" in said


@pytest.mark.parametrize("after", range(7))
def test_whatever_weekday_it_is_all_happens_in_the_same_order(after):
    day = date(2026, 3, 23) + timedelta(days=after)
    deeds = deeds_in_order(partnership(), day)
    first: dict = {}
    for at, _name, deed in deeds:
        first.setdefault(deed.by, at)

    too_early = [
        person.email
        for person in people()
        if first[person.email] < Calendar(day, person.perspective).moment(person.joined, "12:10")
    ]

    assert [deed for *_when, deed in deeds] == [
        deed for *_when, deed in deeds_in_order(partnership(), date(2025, 6, 4))
    ]
    assert too_early == []
    assert deeds[-1][0].date() < day


@pytest.mark.slow
def test_no_letter_is_sent_and_nothing_is_due(demo, content, today, time_machine):
    time_machine.move_to(datetime.combine(today, time(10, 30), tzinfo=LONDON))  # all are awake

    for deliver in demo.afterwards:
        deliver()
    call_command("tick")

    assert demo.afterwards
    assert mail.outbox == []
    assert everything() == content
    assert Letter.objects.get(sent_at=None) == Letter.objects.undelivered().get()
