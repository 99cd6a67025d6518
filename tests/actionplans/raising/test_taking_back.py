"""Taking back what was raised, until it is answered."""

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from actionplans.models import Escalation
from actionplans.raising import withdraw_escalation
from actionplans.services import record_update
from organisations.models import AuditEvent
from organisations.outbox import deliver_due_letters
from tests.actionplans.raising.helpers import SECRET, page, told
from tests.factories import browser_of


def test_what_was_raised_is_taken_back_with_its_words(place):  # J1
    escalation = place.raised(title="Pay for the bus", detail=f"Ann said so {SECRET}")
    client = browser_of(place.flo)

    asked = client.get(page("escalation_withdraw", escalation))
    still = Escalation.objects.count()
    client.post(page("escalation_withdraw", escalation))
    again = client.post(page("escalation_withdraw", escalation))

    assert "Pay for the bus" in asked.text
    assert still == 1
    assert (Escalation.objects.count(), again.status_code) == (0, 404)
    assert told(place.action) == ["Taken back from the organisation before it answered"]
    inbox = browser_of(place.ada).get(page("raised_list", escalation.plan)).text
    assert SECRET not in inbox
    assert AuditEvent.objects.filter(kind="escalation_withdrawn", actor=place.flo).count() == 1
    deliver_due_letters()
    assert not [letter for letter in mail.outbox if "raises an action" in letter.subject]
    assert 'raise/"' in client.get(place.action.get_absolute_url()).text


def test_what_was_answered_is_not_taken_back(place):  # D3
    escalation = place.raised()
    place.accept(escalation)

    with pytest.raises(ValidationError, match="answered meanwhile"):
        withdraw_escalation(escalation, by=place.flo)
    address = page("escalation_withdraw", escalation)

    assert browser_of(place.flo).post(address).status_code == 404
    assert Escalation.objects.get().status == "accepted"


def test_the_inbox_says_when_a_team_needs_it_no_more(place):
    waiting = place.raised()
    inbox = browser_of(place.ada)
    before = inbox.get(page("raised_list", waiting.plan)).text

    record_update(place.action, by=place.flo, version=0, status="done", note="We walk")

    words = "Since they raised it, Home visits have done or dropped their own action."
    assert words not in before
    assert words in inbox.get(page("raised_list", waiting.plan)).text
