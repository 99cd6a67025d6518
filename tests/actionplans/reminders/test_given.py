"""The letter to whom an action is given."""

import pytest
from django.core import mail

from actionplans.models import Action
from organisations.models import Letter
from organisations.outbox import deliver_due_letters
from tests.actionplans.reminders.helpers import MEANWHILE, change, subjects
from tests.factories import make_action, make_shared_action

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("what", MEANWHILE)
def test_nobody_is_told_of_an_action_that_is_no_longer_theirs_to_do(team, ada, tom, what):  # F4
    action = make_shared_action(tom, by=ada, team=team)

    what(action, ada)
    deliver_due_letters()

    assert "An action for you: Ask people" not in subjects()


def test_an_action_given_away_and_back_before_letters_go_is_one_letter(team, tom, flo):  # F4
    make_shared_action(tom, by=flo, team=team)
    for owner in (flo, tom):
        change(Action.objects.get(), flo, owner=owner)

    deliver_due_letters()

    assert [to for letter in mail.outbox for to in letter.to] == [tom.email]


def test_other_words_for_an_action_are_no_letter(team, ada, tom):  # F1
    action = make_shared_action(tom, team=team)

    change(action, ada, title="In other words")

    assert not Letter.objects.filter(kind="action_assigned").exists()
