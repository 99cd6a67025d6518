"""Letters: written in the transaction that causes them, delivered once, retried, never blocking."""

import signal
from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import OperationalError, transaction
from django.utils import timezone

from organisations.letters import NOTICES, message_for
from organisations.models import Letter
from organisations.outbox import deliver_due_letters, deliver_letter, write_letter


@pytest.fixture
def letter(person):
    write_letter("password_changed", to=person.email, recipient=person)
    return Letter.objects.get()


@pytest.fixture
def broken_mail(settings):
    settings.MAILERS = {"default": {"BACKEND": "tests.organisations.mail.BrokenBackend"}}


def test_tick_sends_a_letter_once(letter):  # F1
    call_command("tick")
    call_command("tick")

    [message] = mail.outbox
    assert message.to == ["maya@example.org"]
    assert message.subject == "Your password was changed"
    assert "If that was not you" in message.body
    letter.refresh_from_db()
    assert letter.sent_at


def test_a_letter_of_a_change_that_is_taken_back_is_never_sent(person):  # D5 J3
    with transaction.atomic():
        write_letter("password_changed", to=person.email, recipient=person)
        transaction.set_rollback(True)

    assert deliver_due_letters() == 0
    assert mail.outbox == []


def test_two_processes_never_send_the_same_letter(letter):  # F1 D3
    same = Letter.objects.get(pk=letter.pk)

    assert [deliver_letter(letter), deliver_letter(same)] == [True, False]
    assert len(mail.outbox) == 1


def test_a_mail_server_that_is_away_delays_letters_and_loses_none(  # F8
    letter, broken_mail, settings, time_machine
):
    assert deliver_due_letters() == 0
    letter.refresh_from_db()
    assert (letter.attempts, letter.error, letter.sent_at) == (1, "SMTPServerDisconnected", None)
    assert deliver_due_letters() == 0  # not again at once

    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    time_machine.move_to(timezone.now() + timedelta(minutes=3))

    assert deliver_due_letters() == 1
    letter.refresh_from_db()
    assert (letter.error, bool(letter.sent_at)) == ("", True)


def test_one_bad_address_does_not_stop_the_others(person, settings):  # F8
    settings.MAILERS = {"default": {"BACKEND": "tests.organisations.mail.PickyBackend"}}
    write_letter("password_changed", to="bad@example.org", recipient=None)
    write_letter("password_changed", to="good@example.org", recipient=None)

    assert deliver_due_letters() == 1
    assert [message.to for message in mail.outbox] == [["good@example.org"]]


def test_a_letter_that_never_goes_is_given_up(letter, broken_mail, time_machine):
    for _attempt in range(20):
        deliver_due_letters()
        time_machine.move_to(timezone.now() + timedelta(days=2))

    letter.refresh_from_db()
    assert letter.attempts == 8


@pytest.mark.parametrize("kind", NOTICES)
def test_every_kind_of_notice_has_its_words_in_text_and_html(person, kind):
    message = message_for(Letter(kind=kind, address=person.email, recipient=person))

    [html] = message.alternatives
    assert len(message.subject) > 10
    assert "Hello," in message.body
    assert "http://127.0.0.1:8000/account/" in message.body
    assert html.mimetype == "text/html"
    assert "{{" not in message.body + html.content
    assert "{%" not in message.body + html.content


@pytest.mark.django_db(transaction=True)
def test_tick_goes_on_while_the_database_is_away_until_it_is_stopped(person, monkeypatch):  # F8
    calls = []

    def deliver(stopped):
        calls.append(1)
        if len(calls) == 2:
            raise OperationalError("the database is away")
        if len(calls) == 3:
            signal.raise_signal(signal.SIGTERM)
        return deliver_due_letters(stopped)

    write_letter("password_changed", to=person.email, recipient=person)
    monkeypatch.setattr("organisations.management.commands.tick.deliver_due_letters", deliver)
    before = signal.getsignal(signal.SIGTERM)

    call_command("tick", every=1, stderr=StringIO(), stdout=StringIO())
    signal.signal(signal.SIGTERM, before)

    assert len(calls) == 3
    assert len(mail.outbox) == 1
