"""The letter to those who run a plan in which an action needs an owner."""

import pytest
from django.core import mail
from django.utils import timezone

from actionplans.models import Action
from actionplans.services.leaving import disown
from onestepback.pages.account.personal_data import erase
from organisations.models import Letter
from organisations.outbox import deliver_due_letters
from organisations.services import archive_team
from tests.actionplans.reminders.helpers import TUESDAY, go_to, leave
from tests.factories import (
    administrator_of,
    make_action,
    make_member,
    make_shared_action,
    make_user,
)

pytestmark = pytest.mark.django_db


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


def test_two_who_leave_before_the_letters_go_are_one_letter(team, tom, flo, clock):  # F1
    other = make_user("Otto")
    make_member(team.organisation, other, team=team)
    for owner, title in ((tom, "Ring the bus"), (other, "Mend the lift")):
        make_shared_action(owner, team=team, title=title)

    for minute, owner in enumerate((tom, other)):
        go_to(clock, TUESDAY, f"09:0{minute}")
        leave(owner)
    deliver_due_letters()

    [message] = mail.outbox
    assert message.to == ["flo@example.org"]
    assert "Ring the bus" in message.body
    assert "Mend the lift" in message.body


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


@pytest.mark.parametrize("how", ["archive", "lock"])
def test_of_an_archived_team_and_to_whoever_is_locked_out_nothing_goes(team, tom, flo, how):  # F4
    make_shared_action(tom, team=team)
    leave(tom)
    if how == "archive":
        archive_team(team, by=administrator_of(team.organisation))
    else:
        type(flo).objects.filter(pk=flo.pk).update(is_active=False)

    deliver_due_letters()

    assert mail.outbox == []
