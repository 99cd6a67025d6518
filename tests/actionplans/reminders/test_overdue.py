"""One letter a week while anything is overdue."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.core import mail

from actionplans.reminders import write_due_letters
from organisations.models import Letter
from tests.actionplans.reminders.helpers import TUESDAY, go_to, make_old_action, subjects, tick
from tests.factories import make_action

pytestmark = pytest.mark.django_db


@pytest.mark.slow
@pytest.mark.parametrize("weeks", [3, pytest.param(8, marks=pytest.mark.prove)])
def test_while_something_is_overdue_one_letter_a_week_goes_to_each_person(  # F3
    team, tom, clock, weeks
):
    for number in range(5):
        make_old_action(team, tom, days=-1, title=f"Action {number}")
    make_action(tom, due_on=TUESDAY - timedelta(days=1), title="My own")

    days = []
    for number in range(7 * weeks):
        go_to(clock, TUESDAY + timedelta(days=number))
        mail.outbox.clear()
        tick()
        days += [(TUESDAY + timedelta(days=number)).strftime("%A")] * len(mail.outbox)

    # The first on the next Monday: when this week began, nothing was overdue for a day.
    assert Counter(days) == {"Monday": weeks}


def test_the_weekly_letter_lists_what_is_overdue_in_all_plans(team, tom, clock):
    go_to(clock, date(2026, 11, 30))
    make_old_action(team, tom, days=-1, title="Ask the bus company")
    make_action(tom, due_on=date(2026, 11, 20), title="Ring my sister")
    make_old_action(team, tom, days=0, title="Not yet")

    tick()

    [message] = [m for m in mail.outbox if "overdue" in m.subject]
    assert "- Ring my sister, due 20 November 2026" in message.body
    assert "- Ask the bus company, due 29 November 2026" in message.body
    assert "Not yet" not in message.body


def test_a_monday_on_which_nothing_ran_is_made_up_for_in_its_week(team, tom, clock):  # F2
    make_old_action(team, tom, days=-2)  # overdue since before Monday
    tick()
    go_to(clock, TUESDAY + timedelta(days=4))

    tick()

    assert subjects() == ["Actions of yours are overdue"]


def test_what_became_overdue_in_the_week_waits_for_its_monday(team, tom, clock):
    make_old_action(team, tom, days=0)
    go_to(clock, TUESDAY + timedelta(days=3))
    tick()
    assert not Letter.objects.exists()

    go_to(clock, TUESDAY + timedelta(days=6))
    tick()

    assert subjects() == ["Actions of yours are overdue"]


def test_a_weekly_letter_of_another_week_is_not_sent(team, tom, clock):  # F4
    make_old_action(team, tom, days=-2)
    write_due_letters()
    go_to(clock, TUESDAY + timedelta(days=6))

    tick()

    assert subjects() == ["Actions of yours are overdue"]
    assert Letter.objects.exclude(dropped_at=None).count() == 1


def test_a_long_list_is_cut_and_says_so(team, tom, clock):
    for number in range(23):
        make_old_action(team, tom, days=-5, title=f"Action {number}")

    tick()

    [message] = mail.outbox
    assert message.body.count("due 19 November 2026") == 20
    assert "And 3 more." in message.body


def test_a_late_weekly_letter_has_what_was_overdue_when_the_week_began(team, tom, clock):  # F2
    make_old_action(team, tom, days=-2, title="Since Sunday")
    make_old_action(team, tom, days=0, title="Since today")
    go_to(clock, TUESDAY + timedelta(days=1))

    tick()

    assert "Since Sunday" in mail.outbox[-1].body
    assert "Since today" not in mail.outbox[-1].body
