"""Letters about actions: what goes when, to whom, and what never goes."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from actionplans.models import Action, ActionPlan
from actionplans.reminders import write_due_letters
from actionplans.services import (
    change_action,
    disown,
    end_membership,
    record_update,
)
from onestepback.personal_data import erase
from organisations.models import Letter, System
from organisations.outbox import deliver_due_letters
from organisations.services import archive_organisation, archive_team
from tests.factories import (
    administrator_of,
    make_action,
    make_member,
    make_organisation,
    make_shared_action,
    make_team,
    make_user,
)
from tests.organisations.test_races import at_once

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def clock(time_machine):
    """Nine o'clock on a Tuesday in London, and it stands."""
    go_to(time_machine, TUESDAY)
    return time_machine


def go_to(clock, day, time="09:00"):
    clock.move_to(f"{day}T{time}:00Z", tick=False)


@pytest.fixture
def team():
    return make_team(make_organisation())


@pytest.fixture
def ada(team):
    return administrator_of(team.organisation)


@pytest.fixture
def tom(team):
    """In the team, and the owner of the actions in these tests."""
    tom = make_user("Tom Bright", "tom@example.org")
    make_member(team.organisation, tom, team=team)
    return tom


@pytest.fixture
def action(team, tom):
    """Due in ten days, made a month ago."""
    return make_old_action(team, tom, days=10)


def make_old_action(team, owner, *, days, **fields):
    due_on = timezone.localdate() + timedelta(days=days)
    action = make_shared_action(owner, team=team, due_on=due_on, **fields)
    Action.objects.update(created_at=timezone.now() - timedelta(days=30))
    return action


def tick():
    write_due_letters()
    deliver_due_letters()


def subjects():
    return [message.subject for message in mail.outbox]


def change(action, by, **fields):
    return change_action(action, by=by, version=action.version, **fields)


# --- Given to somebody --------------------------------------------------------------------------


def test_whoever_is_given_an_action_is_told(team, ada, tom):
    action = make_shared_action(ada, team=team, title="Ask the bus company")

    change(action, ada, owner=tom)
    deliver_due_letters()

    [message] = mail.outbox
    assert message.to == ["tom@example.org"]
    assert message.subject == "An action for you: Ask the bus company"
    assert f"http://127.0.0.1:8000/actions/{action.pk}/" in message.body
    assert "the action plan of Home visits" in message.body


def test_an_action_that_is_added_for_somebody_else_is_told_to_them(team, ada, tom):
    make_action(ada)  # and nobody is told of what they promise themselves
    make_shared_action(tom, by=ada, team=team)

    deliver_due_letters()

    assert [message.to for message in mail.outbox] == [["tom@example.org"]]


def test_somebody_who_is_given_an_action_twice_is_told_twice(team, ada, tom):
    action = make_shared_action(tom, by=ada, team=team)
    deliver_due_letters()

    action = change(action, ada, owner=ada)
    change(action, ada, owner=tom)
    deliver_due_letters()

    assert len(mail.outbox) == 2


def test_a_proposal_is_given_to_nobody(team, ada, tom):
    make_shared_action(tom, by=ada, team=team, status="proposed")

    assert not Letter.objects.exists()


def take_away(action, ada):
    change(action, ada, owner=ada)


def drop(action, ada):
    record_update(action, by=ada, version=action.version, status="dropped", note="Not needed")


def end(action, ada):
    end_membership(action.owner.memberships.get(), by=ada)


def archive(action, ada):
    archive_team(action.plan.team, by=ada)


def archive_all(action, ada):
    archive_organisation(action.plan.team.organisation, by=ada)


def lock_out(action, ada):
    type(ada).objects.filter(pk=action.owner_id).update(is_active=False)


MEANWHILE = [take_away, drop, end, archive, archive_all, lock_out]


@pytest.mark.parametrize("what", MEANWHILE)
def test_nobody_is_told_of_an_action_that_is_no_longer_theirs_to_do(team, ada, tom, what):  # F4
    action = make_shared_action(tom, by=ada, team=team)

    what(action, ada)
    deliver_due_letters()

    assert "An action for you: Ask people" not in subjects()


# --- Its date is near ---------------------------------------------------------------------------


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


# --- Where people are ---------------------------------------------------------------------------


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


# --- Overdue ------------------------------------------------------------------------------------


def test_while_something_is_overdue_one_letter_a_week_goes_to_each_person(team, tom, clock):  # F3
    for number in range(5):
        make_old_action(team, tom, days=-1, title=f"Action {number}")
    make_action(tom, due_on=TUESDAY - timedelta(days=1), title="My own")

    days = []
    for number in range(60):
        go_to(clock, TUESDAY + timedelta(days=number))
        mail.outbox.clear()
        tick()
        days += [(TUESDAY + timedelta(days=number)).strftime("%A")] * len(mail.outbox)

    # The first goes at once: it was overdue when this week began.
    assert Counter(days) == {"Monday": 8}


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


# --- In need of an owner ------------------------------------------------------------------------


@pytest.fixture
def flo(team):
    """The team's facilitator."""
    flo = make_user("Flo", "flo@example.org")
    make_member(team.organisation, flo, team=team, team_role="facilitator")
    return flo


def leave(user):
    end_membership(user.memberships.get(), by=user)


@pytest.mark.parametrize("go", [leave, erase])
def test_when_somebody_leaves_those_who_run_the_plan_are_told_once(team, tom, flo, go):  # E5
    for number in range(3):
        make_shared_action(tom, team=team, title=f"Action {number}")
    make_shared_action(tom, organisation=team.organisation, title="Of all")
    make_action(tom)

    go(tom)
    deliver_due_letters()

    told = {message.to[0]: message for message in mail.outbox}
    assert len(mail.outbox) == 2
    assert told["flo@example.org"].subject == "Actions of Home visits need an owner"
    assert "- Action 2, due" in told["flo@example.org"].body
    assert "Tom" not in told["flo@example.org"].body
    of_all = told[administrator_of(team.organisation).email]
    assert of_all.subject == "Actions of Tamsel Valley Trust need an owner"


def test_a_second_who_leaves_is_a_second_occasion(team, tom, flo, clock):
    other = make_user("Otto")
    make_member(team.organisation, other, team=team)
    for owner in (tom, other):
        make_shared_action(owner, team=team)

    for minute, owner in enumerate((tom, other)):
        go_to(clock, TUESDAY, f"09:0{minute}")
        leave(owner)
        deliver_due_letters()

    assert [message.to for message in mail.outbox] == [["flo@example.org"]] * 2


def test_of_a_team_without_a_facilitator_the_administrators_are_told(team, tom, ada):
    make_shared_action(tom, team=team)

    leave(tom)
    deliver_due_letters()

    assert [message.to for message in mail.outbox] == [[ada.email]]


@pytest.mark.parametrize("go", [leave, erase])
def test_where_the_only_facilitator_leaves_the_administrators_are_told(team, flo, ada, go):
    make_shared_action(flo, team=team)

    go(flo)
    deliver_due_letters()

    assert [message.to for message in mail.outbox] == [[ada.email]]


@pytest.mark.parametrize("status", ["proposed", "done", "dropped"])
def test_what_needs_no_owner_is_no_reason_for_a_letter(team, tom, flo, status):
    action = make_shared_action(tom, team=team)
    done = {"completed_at": timezone.now()} if status == "done" else {}
    Action.objects.filter(pk=action.pk).update(status=status, **done)

    disown(Action.objects.owned_by(tom), by=tom)

    assert not Letter.objects.exists()


def test_whoever_cannot_change_the_plan_any_more_is_not_told(team, tom, flo):  # F4
    make_shared_action(tom, team=team)
    leave(tom)

    leave(flo)
    deliver_due_letters()

    assert "flo@example.org" not in [address for message in mail.outbox for address in message.to]


# --- Every letter -------------------------------------------------------------------------------


def one_of_each(team, tom, flo, clock):
    title = "Evil <a href=http://evil.example>evil.example</a>\r\nBcc: v@example.org"
    make_old_action(team, tom, by=flo, days=7, title=title)
    for days in (7, 0, -3):
        make_old_action(team, tom, days=days, title=title)
    leaver = make_user("Lea")
    make_member(team.organisation, leaver, team=team)
    make_old_action(team, leaver, days=9, title=title)
    leave(leaver)
    tick()
    return set(Letter.objects.exclude(sent_at=None).values_list("kind", flat=True))


KINDS = {
    "action_assigned",
    "action_due_soon",
    "action_due_today",
    "actions_overdue",
    "actions_need_owner",
}


def test_titles_in_letters_are_words_and_never_links_or_headers(team, tom, flo, clock):  # F9
    assert one_of_each(team, tom, flo, clock) == KINDS

    for message in mail.outbox:
        [html] = message.alternatives
        for text in (message.body, html.content):
            assert "evil.example" not in text
            assert "Evil" in text
        assert "<a href=http" not in html.content
        assert "\n" not in message.subject
        message.message()


def test_every_address_in_a_letter_is_a_page_that_its_reader_may_see(  # F10 I4
    client, team, tom, flo, clock
):
    one_of_each(team, tom, flo, clock)
    before = list(Action.objects.order_by("pk").values())
    people = {user.email: user for user in (tom, flo)}

    for message in mail.outbox:
        client.force_login(people[message.to[0]])
        links = [w for w in message.body.split() if w.startswith("http://127.0.0.1:8000")]
        for link in [*links, *links]:
            path = link.removeprefix("http://127.0.0.1:8000") or "/"
            assert client.get(path).status_code == 200, link
        assert len(links) > 3

    assert list(Action.objects.order_by("pk").values()) == before


def test_everything_goes_from_tick(action, clock):
    go_to(clock, TUESDAY + timedelta(days=3))

    call_command("tick")

    assert subjects() == ["Due on 4 December 2026: Ask people"]


def test_many_actions_are_a_few_queries(team, tom, django_assert_max_num_queries):  # K1
    plan = ActionPlan.objects.get_or_create(team=team)[0]
    Action.objects.bulk_create(
        Action(
            plan=plan,
            level="team",
            title="Ask",
            owner=tom,
            due_on=TUESDAY + timedelta(days=number % 3 - 1),
            created_at=timezone.now() - timedelta(days=30),
        )
        for number in range(1200)
    )

    with django_assert_max_num_queries(12):
        write_due_letters()
    assert Letter.objects.count() == 800
    with django_assert_max_num_queries(6):
        write_due_letters()

    assert Letter.objects.count() == 800


@pytest.mark.django_db(transaction=True)
def test_processes_that_run_at_once_write_each_letter_once(team, tom, clock):  # F1 D3
    for number in range(20):
        make_old_action(team, tom, days=number % 3 * 3 - 3, title=f"Action {number}")
    clock.move_to(timezone.now(), tick=True)

    assert at_once(*[write_due_letters] * 4) == [None] * 4

    letters = Letter.objects.values_list("kind", "about_id", "occasion")
    assert len(letters) == len(set(letters)) == 14
