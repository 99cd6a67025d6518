"""Letters: written in the transaction that causes them, delivered once, retried, never blocking."""

import re
import signal
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import OperationalError, transaction
from django.utils import timezone

from organisations import services
from organisations.inviting import draft_invitations, invite
from organisations.letters import NOTICES, message_for
from organisations.models import Letter
from organisations.outbox import deliver_due_letters, deliver_letter, write_letter
from tests.factories import (
    administrator_of,
    make_invitation,
    make_member,
    make_organisation,
    make_team,
    make_user,
)


@pytest.fixture
def letter(person):
    write_letter("password_changed", to=person.email, recipient=person)
    return Letter.objects.get()


@pytest.fixture
def broken_mail(settings):
    settings.MAILERS = {"default": {"BACKEND": "tests.mail.BrokenBackend"}}


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


def test_of_two_processes_that_read_the_same_letter_one_claims_it(letter):  # F1 D3
    same = Letter.objects.get(pk=letter.pk)  # read before the other has claimed it, sent by neither

    claims = [Letter.objects.claim(letter), Letter.objects.claim(same)]

    assert claims == [True, False]
    letter.refresh_from_db()
    assert letter.attempts == 1


def test_a_letter_is_claimed_again_once_its_attempt_was_in_vain(letter):
    assert Letter.objects.claim(letter)

    letter.refresh_from_db()

    assert Letter.objects.claim(letter)


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
    settings.MAILERS = {"default": {"BACKEND": "tests.mail.PickyBackend"}}
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
    monkeypatch.setattr("onestepback.management.commands.tick.deliver_due_letters", deliver)
    before = signal.getsignal(signal.SIGTERM)

    call_command("tick", every=1, stderr=StringIO(), stdout=StringIO())
    signal.signal(signal.SIGTERM, before)

    assert len(calls) == 3
    assert len(mail.outbox) == 1


# --- Letters about belonging ----------------------------------------------------------------------


@pytest.fixture
def hostile(db):
    """An organisation, a team and an administrator whose names try to be more than names."""
    name = "Evil <a href=http://evil.example>evil.example</a> https://evil.example/x"
    ada = make_user("Eve http://evil.example")
    organisation = make_organisation(name, administrator=ada)
    organisation.name += "\r\nBcc: victim@example.org"
    organisation.save()
    team = make_team(organisation, "www.evil.example")
    return organisation, team


def test_names_in_letters_are_words_and_never_links_or_headers(hostile):  # F9
    organisation, team = hostile
    make_invitation(organisation, "new@example.org", teams=[team])
    tom = make_member(organisation, make_user("Tom"))
    services.add_to_team(team, by=administrator_of(organisation), memberships=[tom])

    messages = [message_for(letter) for letter in Letter.objects.all()]

    assert len(messages) == 2
    for message in messages:
        [html] = message.alternatives
        for text in (message.body, html.content):
            assert not re.search(r"evil\.example|//evil", text)
            assert "evil" in text
        assert re.findall(r"<a href=.http://(?!127\.0\.0\.1:8000)", html.content) == []
        assert "\n" not in message.subject
        assert message.to in (["new@example.org"], [tom.user.email])
        message.message()


def test_a_letter_is_in_the_language_and_time_of_its_reader(person):  # F11
    person.time_zone = "Asia/Kolkata"
    person.save()
    letter = Letter(
        kind="password_changed",
        address=person.email,
        recipient=person,
        written_at=datetime(2026, 7, 1, 20, 0, tzinfo=UTC),
    )

    message = message_for(letter)

    assert "on 2 July 2026 at 1:30am" in message.body


def test_letters_to_readers_of_two_languages_are_each_in_their_own(person, settings):  # F11
    settings.LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
    gerda = make_user("Gerda", "gerda@example.org")
    gerda.language = "de"
    gerda.save()
    for reader in (gerda, person):
        letter = write_letter("password_changed", to=reader.email, recipient=reader)
        letter.written_at = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)
        letter.save()

    deliver_due_letters()

    words = {
        message.to[0]: [message.body, message.alternatives[0].content] for message in mail.outbox
    }
    assert all("1 März 2026" in part for part in words["gerda@example.org"])
    assert all("1 March 2026" in part for part in words[person.email])
    assert '<html lang="de"' in words["gerda@example.org"][1]


def test_about_the_same_a_letter_goes_once_an_occasion(db):  # D2 F1
    organisation = make_organisation()
    about = {"to": "a@example.org", "about": organisation}

    for occasion in ("first", "first", "second"):
        write_letter("membership_ended", occasion=occasion, **about)

    assert Letter.objects.count() == 2


def test_nobody_is_told_of_a_place_that_they_lost_before_the_letter_went(db):  # F4
    organisation = make_organisation()
    ada, team = administrator_of(organisation), make_team(organisation)
    tom = make_member(organisation, make_user("Tom"))
    [place] = services.add_to_team(team, by=ada, memberships=[tom])
    services.change_role(tom, by=ada, role="administrator")
    services.change_role(tom, by=ada, role="member")
    services.remove_from_team(place, by=ada)

    assert deliver_due_letters() == 1

    assert [message.subject for message in mail.outbox] == ["Your role in Tamsel Valley Trust"]
    assert "no longer an administrator" in mail.outbox[0].body
    assert Letter.objects.exclude(dropped_at=None).count() == 2


@pytest.mark.parametrize("count", [500])
def test_inviting_many_writes_their_letters_in_few_queries(
    db, count, django_assert_max_num_queries
):
    organisation = make_organisation()
    plan = draft_invitations(organisation, [f"p{number}@example.org" for number in range(count)])

    with django_assert_max_num_queries(20):
        invite(plan, by=administrator_of(organisation))

    assert Letter.objects.count() == count


def test_a_process_that_is_asked_to_stop_sends_no_further_letter(letter, person):
    write_letter("password_set", to=person.email, recipient=person)

    sent = deliver_due_letters(stopped=lambda: bool(mail.outbox))

    assert sent == 1
    assert Letter.objects.due().count() == 1
