"""Taking back what was raised, until it is answered."""

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from actionplans.models import Escalation
from actionplans.raising import withdraw_escalation
from actionplans.services.updates import record_update
from onestepback.pages.account.personal_data import everything_of
from organisations.models import AuditEvent
from organisations.outbox import deliver_due_letters
from tests.factories import browser_of
from tests.markup import fields_of
from tests.pages.raising.helpers import ACCEPTING, SECRET, page, told


def test_what_was_raised_is_taken_back_with_its_words(place):  # J1
    escalation = place.raised(title="Pay for the bus", detail=f"Ann said so {SECRET}")
    client = browser_of(place.flo)

    asked = client.get(page("raising:withdraw", escalation))
    still = Escalation.objects.waiting().count()
    for _press in range(2):  # D1
        answer = client.post(page("raising:withdraw", escalation), follow=True)
        assert "It is taken back." in answer.text
        assert "Pay for the bus" not in answer.text

    assert "Pay for the bus" in asked.text
    assert still == 1
    assert Escalation.objects.values("title", "detail").get() == {"title": "", "detail": ""}
    assert client.get(page("raising:withdraw", escalation)).url == answer.request["PATH_INFO"]
    assert told(place.action) == ["Taken back from the organisation before it answered"]
    inbox = browser_of(place.ada).get(page("raising:index", escalation.plan)).text
    assert SECRET not in inbox
    assert AuditEvent.objects.filter(kind="escalation_withdrawn", actor=place.flo).count() == 1
    deliver_due_letters()
    assert not [letter for letter in mail.outbox if "raises an action" in letter.subject]
    assert 'raise/"' in client.get(place.action.get_absolute_url()).text
    assert "article" not in inbox
    assert everything_of(place.flo)["raised"] == []


def test_a_form_sent_again_does_not_raise_what_was_taken_back(place):  # D1
    client, address = browser_of(place.flo), page("raising:raise_to_plan_above", place.action)
    sent = fields_of(client.get(address)) | {"title": "Pay for the bus", "detail": SECRET}
    client.post(address, sent)
    client.post(page("raising:withdraw", Escalation.objects.get()))

    answer = client.post(address, sent)

    assert "This was taken back. If it should be raised after all, send it once more" in answer.text
    assert SECRET in answer.text
    assert not Escalation.objects.waiting().exists()
    meant = fields_of(answer) | {"title": "Pay for the bus"}
    for _press in range(2):
        client.post(address, meant)
    assert [each.detail for each in Escalation.objects.waiting()] == [SECRET]
    assert "This is raised already." in client.post(address, sent).text


def test_an_answer_to_what_was_taken_back_is_kept_with_a_sentence(place):  # C1
    escalation = place.raised()
    inbox = browser_of(place.ada)
    withdraw_escalation(escalation, by=place.flo)

    no = inbox.post(page("raising:decline", escalation), {"reply": "No money, ask again"})
    yes = inbox.post(
        page("raising:accept", escalation),
        ACCEPTING | {"title": "A bus", "reply": "Gladly, from May"},
    )
    late = inbox.get(page("raising:accept", escalation), follow=True)

    for answer, words in ((no, "No money, ask again"), (yes, "Gladly, from May")):
        assert "Those who raised this have taken it back meanwhile" in answer.text
        assert words in answer.text
        assert "asks for this:" not in answer.text
    assert "Those who raised this have taken it back meanwhile" in late.text
    assert Escalation.objects.get().status == "withdrawn"


def test_what_was_answered_is_not_taken_back(place):  # D3
    escalation = place.raised()
    place.accept(escalation)

    with pytest.raises(ValidationError, match="answered meanwhile"):
        withdraw_escalation(escalation, by=place.flo)
    address = page("raising:withdraw", escalation)

    client = browser_of(place.flo)

    assert "does not wait for an answer any more" in client.get(address, follow=True).text
    assert "This was answered meanwhile" in client.post(address, follow=True).text
    assert Escalation.objects.get().status == "accepted"


def test_the_inbox_says_when_a_team_needs_it_no_more(place):
    waiting = place.raised()
    inbox = browser_of(place.ada)
    before = inbox.get(page("raising:index", waiting.plan)).text

    record_update(place.action, by=place.flo, version=0, status="done", note="We walk")

    words = "Since they raised it, Home visits have done or dropped their own action."
    assert words not in before
    assert words in inbox.get(page("raising:index", waiting.plan)).text
