"""Letters before the day and on it, where people are."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from actionplans.models import Action, ActionPlan
from actionplans.reminders import write_due_letters
from organisations.models import Letter, System
from organisations.outbox import deliver_due_letters
from organisations.services import archive_organisation, change_system
from tests.actionplans.reminders.helpers import (
    MEANWHILE,
    TUESDAY,
    change,
    drop,
    go_to,
    make_old_action,
    subjects,
    tick,
)
from tests.factories import make_action, make_shared_action, make_user

pytestmark = pytest.mark.django_db


# --- Its date is near -----------------------------------------------------------------------------


@pytest.mark.slow
def test_seven_days_before_and_on_the_day_a_letter_goes_once(action, clock):  # F1 F5
    went = {}
    for days in range(15):
        go_to(clock, TUESDAY + timedelta(days=days))
        mail.outbox.clear()
        tick()
        tick()
        went[days] = subjects()

    assert {days: found for days, found in went.items() if found} == {
        3: ["Due on 4 December 2026: Ask people"],
        10: ["Due today: Ask people"],
        13: ["Actions of yours are overdue"],  # a Monday
    }


def test_the_letter_of_a_day_on_which_nothing_ran_goes_when_it_can(action, clock):  # F2
    tick()
    go_to(clock, TUESDAY + timedelta(days=6))

    tick()

    assert subjects() == ["Due on 4 December 2026: Ask people"]


def test_on_the_day_nobody_is_told_that_it_is_near(action, clock):  # F2
    go_to(clock, TUESDAY + timedelta(days=10))

    tick()

    assert subjects() == ["Due today: Ask people"]


def test_what_is_overdue_already_is_neither_near_nor_due(action, clock):
    go_to(clock, TUESDAY + timedelta(days=11))

    tick()

    assert subjects() == []


def test_a_date_that_moved_is_another_occasion(action, clock):  # F4
    go_to(clock, TUESDAY + timedelta(days=3))
    tick()

    change(action, action.owner, due_on=TUESDAY + timedelta(days=9))
    tick()
    tick()

    assert subjects() == [
        "Due on 4 December 2026: Ask people",
        "Due on 3 December 2026: Ask people",
    ]


def test_another_address_is_no_new_occasion(action, tom, clock):  # F1
    make_old_action(action.plan.team, tom, days=-5, title="Overdue")
    go_to(clock, TUESDAY + timedelta(days=3))
    tick()
    assert len(mail.outbox) == 2

    tom.email = "tom.bright@example.org"
    tom.save()
    tick()

    assert len(mail.outbox) == 2


def test_what_is_promised_for_the_day_after_tomorrow_needs_no_letter_at_once(team, tom, clock):
    make_shared_action(tom, team=team, due_on=TUESDAY + timedelta(days=2))
    tick()
    assert subjects() == []

    go_to(clock, TUESDAY + timedelta(days=2))
    tick()

    assert subjects() == ["Due today: Ask people"]


def move(action, ada):
    change(action, ada, due_on=TUESDAY + timedelta(days=40))


def move_a_little(action, ada):
    change(action, ada, due_on=action.due_on - timedelta(days=1))


@pytest.mark.parametrize(
    ("what", "days"),
    [*((what, 3) for what in MEANWHILE), (move_a_little, 3), (move, 10), (drop, 10)],
)
def test_no_letter_goes_about_an_action_that_changed_meanwhile(
    action, ada, clock, what, days
):  # F4
    go_to(clock, TUESDAY + timedelta(days=days))
    write_due_letters()
    assert Letter.objects.count() == 1

    what(action, ada)
    deliver_due_letters()

    assert not [subject for subject in subjects() if subject.startswith("Due")]
    assert Letter.objects.filter(kind__startswith="action_due", sent_at=None).count() == 1


@pytest.mark.parametrize("what", MEANWHILE)
def test_no_letter_is_written_about_an_action_that_changed_before(action, ada, clock, what):  # F4
    what(action, ada)
    mine = Letter.objects.filter(address="tom@example.org").exclude(kind="membership_ended")

    for days in (3, 10, 13):
        go_to(clock, TUESDAY + timedelta(days=days))
        tick()

    assert not mine.exists()


@pytest.mark.parametrize("status", Action.Status.values)
def test_only_what_is_open_is_reminded_of(action, status, clock):
    done = {"completed_at": timezone.now()} if status == "done" else {}
    Action.objects.update(status=status, **done)

    for days in (3, 10, 13):
        go_to(clock, TUESDAY + timedelta(days=days))
        tick()

    assert len(mail.outbox) == (3 if status in ("planned", "under_way", "stuck") else 0)


def test_ones_own_plan_is_reminded_of_too_and_nobody_else_is_told(tom, clock):
    make_action(tom, due_on=TUESDAY, title="Ring my sister")
    make_action(tom, due_on=TUESDAY, owner_name="Sam")

    tick()

    assert subjects() == ["Due today: Ring my sister"]
    assert "It is in your own action plan." in mail.outbox[0].body


def test_an_action_of_a_system_reminds_its_owner_as_long_as_they_are_in_it(team, tom):  # F4
    system = System.objects.create(name="Tamsel Valley", slug="tamsel-valley")
    plan = ActionPlan.objects.create(system=system)
    Action.objects.create(plan=plan, level="system", title="Meet", owner=tom, due_on=TUESDAY)
    tick()
    assert subjects() == []

    team.organisation.system = system
    team.organisation.save()
    tick()

    assert subjects() == ["Due today: Meet"]


# --- Where people are -----------------------------------------------------------------------------


@pytest.mark.parametrize(("time", "count"), [("06:59", 0), ("07:00", 1), ("23:00", 1)])
def test_letters_wait_for_the_morning(team, tom, clock, time, count):  # D4
    make_old_action(team, tom, days=0)
    go_to(clock, TUESDAY, time)

    tick()

    assert len(mail.outbox) == count


@pytest.mark.parametrize(
    ("zone", "before", "then"),
    [
        ("Europe/London", "24T06:59", "24T07:00"),
        ("Asia/Kolkata", "24T01:29", "24T01:30"),
        ("Pacific/Auckland", "23T23:59", "24T00:00"),
        ("America/New_York", "23T23:59", "24T00:00"),
    ],
)
def test_a_day_is_that_of_the_plan_and_the_morning_that_of_the_reader(
    team, tom, clock, zone, before, then
):  # D4
    tom.time_zone = zone
    tom.save()
    make_old_action(team, tom, days=0)
    due_today = Letter.objects.filter(kind="action_due_today")

    clock.move_to(f"2026-11-{before}:00Z", tick=False)
    write_due_letters()
    assert not due_today.exists()

    clock.move_to(f"2026-11-{then}:00Z", tick=False)
    write_due_letters()

    assert due_today.count() == 1


def test_where_it_is_still_the_day_before_the_letter_says_the_date(team, tom, clock):
    tom.time_zone = "America/Los_Angeles"
    tom.save()
    make_old_action(team, tom, days=0)
    go_to(clock, TUESDAY, "00:01")

    tick()

    assert subjects() == ["Due on 24 November 2026: Ask people"]


@pytest.mark.parametrize(("written", "delivered"), [(3, 11), (10, 11)])
def test_a_letter_that_waits_until_its_day_is_over_does_not_go(
    action, clock, written, delivered
):  # F4
    go_to(clock, TUESDAY + timedelta(days=written))
    write_due_letters()
    go_to(clock, TUESDAY + timedelta(days=delivered))

    deliver_due_letters()

    assert subjects() == []
    assert Letter.objects.exclude(dropped_at=None).filter(recipient=action.owner).exists()


def test_a_convener_without_a_membership_is_reminded_of_what_is_theirs(clock):  # F5
    system = System.objects.create(name="Tamsel Valley", slug="tamsel-valley")
    cora = make_user("Cora Convener", "cora@example.org")
    system.conveners.add(cora)
    make_shared_action(cora, system=system, due_on=TUESDAY)

    tick()

    assert [message.to for message in mail.outbox] == [["cora@example.org"]]


def test_of_an_archived_organisation_nobody_is_reminded_in_any_plan(team, tom, ada):  # F4
    system = System.objects.create(name="Tamsel Valley", slug="tamsel-valley")
    change_system(team.organisation, by=ada, system=system)
    make_shared_action(tom, organisation=team.organisation, due_on=TUESDAY)
    make_shared_action(tom, system=system, due_on=TUESDAY)
    archive_organisation(team.organisation, by=ada)

    tick()

    assert subjects() == []
