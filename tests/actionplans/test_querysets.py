from datetime import date, timedelta

import pytest

from actionplans.models import Action
from tests.factories import make_action

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("status", Action.Status.values)
@pytest.mark.parametrize("days", [-1, 0, 1])
def test_overdue_is_the_same_in_python_and_in_the_database(person, status, days):  # E3
    action = make_action(person, due_on=TODAY + timedelta(days=days))
    done = {"completed_at": "2026-11-01T12:00Z"} if status == "done" else {}
    Action.objects.filter(pk=action.pk).update(status=status, **done)
    action.refresh_from_db()

    late = status in ("planned", "under_way", "stuck") and days < 0

    assert action.is_overdue(TODAY) is late
    assert Action.objects.overdue(TODAY).contains(action) is late


def test_another_persons_actions_are_not_there(person, stranger):  # A1
    theirs, mine = make_action(stranger), make_action(person)

    assert list(Action.objects.visible_to(person)) == [mine]
    assert not Action.objects.editable_by(person).contains(theirs)


@pytest.mark.parametrize(
    ("zone", "today"),
    [("Europe/London", date(2026, 7, 1)), ("Pacific/Auckland", date(2026, 7, 2))],
)
def test_today_is_the_persons_own(person, time_machine, zone, today):  # D4
    time_machine.move_to("2026-07-01T20:30:00Z", tick=False)
    person.time_zone = zone

    assert person.today == today


def test_a_date_passes_at_midnight_where_the_person_is(person, time_machine):  # D4
    action = make_action(person, due_on=date(2026, 7, 1))

    time_machine.move_to("2026-07-01T22:59:00Z", tick=False)  # 23:59 in London
    assert not action.is_overdue(person.today)

    time_machine.move_to("2026-07-01T23:01:00Z", tick=False)
    assert action.is_overdue(person.today)
