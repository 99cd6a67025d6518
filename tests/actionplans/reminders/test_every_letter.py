"""Every letter about actions can be stopped, and leads to a page that its reader may see."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from actionplans.models import Action, ActionPlan
from actionplans.reminders import write_due_letters
from organisations.models import Letter
from tests.actionplans.reminders.helpers import (
    TUESDAY,
    go_to,
    leave,
    make_old_action,
    subjects,
    tick,
)
from tests.factories import make_member, make_user
from tests.threads import outcomes_at_once

pytestmark = pytest.mark.django_db


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


@pytest.mark.slow
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


@pytest.mark.slow
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

    assert outcomes_at_once(*[write_due_letters] * 4) == [None] * 4

    letters = Letter.objects.values_list("kind", "about_id", "occasion")
    assert len(letters) == len(set(letters)) == 14
