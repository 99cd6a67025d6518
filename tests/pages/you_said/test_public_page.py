"""You said, we did: what everybody reads, at an address that nobody guesses."""

import json
import logging
import threading

import pdfua
import pytest
from django.test import Client

from actionplans import you_said
from actionplans.models import Action, ActionPlan
from actionplans.services.updates import record_update
from onestepback.logs import WordlessFormatter
from onestepback.pages.account.personal_data import everything_of
from onestepback.publishing import pdf
from organisations import services
from organisations.history import sentence_about
from organisations.models import AuditEvent
from tests.crawling import CANARY, Answer, dangers_in
from tests.factories import browser_of
from tests.publishing import pdfs

pytestmark = pytest.mark.django_db


# --- What everybody reads -------------------------------------------------------------------------


SECRETS = ("title", "detail", "measure", "partners", "ownername", "barrier", "note", "idea")


@pytest.fixture
def full(place):
    """An action with words in every field, by people with telling names, and published."""
    place.facilitator.name, place.member.name = "SECRET editor", "SECRET proposer"
    place.facilitator.save()
    place.member.save()
    action = place.add(
        title="SECRET title",
        detail="SECRET detail",
        measure="SECRET measure",
        with_partners="SECRET partners",
        owner=None,
        owner_name="SECRET ownername",
        proposed_by=place.member,
        idea="SECRET idea",
        said=f"SAID {CANARY}",
        did=f"DID {CANARY}",
    )
    place.add(owner=place.member, title="SECRET other")
    action.action_barriers.create(text="SECRET barrier")
    record_update(action, by=place.member, version=0, status="done", note="SECRET note")
    ActionPlan.objects.update(visions={"team": "SECRET vision"})
    place.show(f"HELLO {CANARY}")
    return place


def test_nothing_of_the_plan_or_its_people_is_in_what_everybody_reads(full, client):  # B4 G7 P13.2
    address = full.publish()

    for more in ("", "pdf/", "pdf/?print=large"):
        answer = Answer(client.get(address + more))
        # What a PDF keeps compressed is read as text, its metadata as well.
        assert "SAID" in answer.body
        assert "SECRET" not in answer.everything
        assert f"/actions/{Action.objects.earliest('pk').pk}/" not in answer.everything
        assert f"/plans/{full.plan.pk}/" not in answer.everything
        for person in (full.facilitator, full.member, full.administrator):
            assert person.email not in answer.everything


def test_what_was_written_is_words_for_everybody(full, client):  # G3 I10
    address = full.publish()

    for page in (
        client.get(address),
        browser_of(full.member).get(full.address()),
        browser_of(full.facilitator).get(full.address()),
    ):
        assert "HELLO &lt;script&gt;canary" in page.text
        assert "DID &lt;script&gt;canary" in page.text
        assert dangers_in(page.text) == []
    assert "<script>canary()</script>" in pdfs.words(client.get(f"{address}pdf/").content)


def test_the_page_is_listed_nowhere_and_kept_nowhere_and_its_address_stays_here(place, client):
    address = place.tell()

    for more in ("", "pdf/"):
        response = client.get(address + more)
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Cache-Control"] == "private, no-store"
        assert not response.cookies
    page = client.get(address).text
    assert '<meta name="robots" content="noindex, nofollow">' in page
    assert '<html lang="en-gb">' in page


def test_the_page_is_the_same_for_whoever_reads_it(place, client):
    address = place.tell()

    theirs = browser_of(place.facilitator).get(address)

    assert theirs.text == client.get(address).text
    assert "csrf" not in theirs.text
    assert place.facilitator.name not in theirs.text


def test_whoever_refuses_cookies_reads_all_of_it(place):
    address = place.tell()

    for more in ("", "pdf/", "pdf/?print=large"):
        assert Client().get(address + more).status_code == 200


def test_an_address_with_a_letter_changed_leads_nowhere(place, client):
    address = place.tell()
    token = place.plan.published_token

    for wrong in (token[:-1], f"{token}x", token.swapcase(), "None", "-" * 43):
        assert client.get(f"/you-said/{wrong}/").status_code == 404
    assert client.get(address).status_code == 200


def test_the_pdf_says_what_it_is_and_not_who_made_it(place, client, tmp_path):  # G7 G8
    place.add(said="Ten is too early", did="Six")
    place.show()
    address = place.publish()

    response = client.get(f"{address}pdf/")

    path = tmp_path / "telling.pdf"
    path.write_bytes(response.content)
    assert not pdfua.validate(str(path)).findings
    with pdfs.opened(response.content) as document:
        assert document.docinfo["/Title"] == "You said, we did: Home visits"
        assert "/Author" not in document.docinfo
        assert document.Root.Lang == "en-GB"
        assert b"pdfuaid" in document.Root.Metadata.read_bytes()
        assert b"creator" not in document.Root.Metadata.read_bytes().lower().replace(
            b"creatortool", b""
        )
    assert pdfs.bookmarks(response.content)[:2] == ["You said, we did", "Service, project or team"]
    words = pdfs.words(response.content)
    assert "Home visits, Tamsel Valley Trust" in words
    assert "You said Ten is too early We did Six" in words
    large = client.get(f"{address}pdf/?print=large")
    assert large.content != response.content
    assert "Ten is too early" in pdfs.words(large.content)


def test_a_crowd_at_the_address_has_the_pdf_made_once(place, client, monkeypatch):  # G4
    address = place.tell()
    first = client.get(f"{address}pdf/").content
    monkeypatch.setattr(pdf, "_waiting", threading.Semaphore(0))  # others wait for theirs

    assert client.get(f"{address}pdf/").content == first


def test_the_pdf_that_is_kept_goes_as_new_words_are_published(place, client):
    address = place.tell("Ten is too early", "Six")
    pdfs_of = [client.get(f"{address}pdf/").content]
    place.write(place.action, "Ten is too early", "Half past six")
    place.show()
    place.publish()

    pdfs_of.append(client.get(f"{address}pdf/").content)

    assert "Half past six" not in pdfs.words(pdfs_of[0])
    assert "Half past six" in pdfs.words(pdfs_of[1])


def test_whoever_wants_the_pdf_while_others_are_made_is_told_so(place, client, monkeypatch):  # G4
    address = place.tell()
    monkeypatch.setattr(pdf, "_waiting", threading.Semaphore(0))

    response = client.get(f"{address}pdf/")

    assert response.status_code == 503
    assert "Other people’s PDFs are being made. Try again in a minute." in response.text
    assert "We meet online" in response.text
    assert not response.cookies


# --- The address is a secret ----------------------------------------------------------------------


def test_the_address_is_in_no_log_no_event_and_no_data_of_a_person(place, client, caplog):  # J2
    caplog.handler.setFormatter(WordlessFormatter())
    address = place.tell()
    token = place.plan.published_token

    with caplog.at_level(logging.INFO):
        client.post(address)
        client.get(f"{address}more/")
        services.archive_team(place.team, by=place.administrator)
        client.get(address)
        client.get(f"{address}pdf/")

    assert caplog.text.count("/you-said/…/") >= 4
    assert token not in caplog.text
    events = list(AuditEvent.objects.values())
    assert token not in str(events)
    assert "online" not in str(events)
    data = json.dumps(everything_of(place.facilitator), default=str)
    assert token not in data


def test_what_was_done_is_told_in_sentences(place):  # J1
    place.tell()
    you_said.hide_you_said(place.plan, by=place.facilitator)
    place.take_back(by=place.administrator)

    events = AuditEvent.objects.filter(kind__startswith="telling").order_by("pk")

    name = "“You said, we did” of Home visits"
    assert [sentence_about(event) for event in events] == [
        f"Flo Facilitator showed {name} to those who read its plan.",
        f"Flo Facilitator published {name}.",
        f"Flo Facilitator no longer shows {name} to those who read its plan.",
        f"Ada Lovelace took back {name}.",
    ]
    assert {event.organisation for event in events} == {place.organisation}
