"""A form takes what it asks for, and nothing that somebody adds to it."""

import uuid
from copy import deepcopy
from itertools import islice

import pytest
from django.db import transaction
from django.urls import reverse
from django.urls.converters import UUIDConverter
from time_machine import travel

from tests.crawling import our_pages
from tests.mass_assignment.place import Place
from tests.mass_assignment.sendings import FOR_NO_FORM, GIVES_AWAY, SENDINGS
from tests.mass_assignment.storage import Storage, additions

NOON = "2026-11-24T12:00:00Z"


@pytest.fixture(scope="module")
def places(once):
    """Two places with rows of every kind; the people of one have no access to the other."""
    with travel(NOON, tick=False):
        return Place("Strange"), Place("Tamsel")


@pytest.fixture
def strangers_and_place(places, time_machine, db):
    """Two places at a moment at which the clock stands, so that equal changes leave equal rows."""
    time_machine.move_to(NOON, tick=False)
    return deepcopy(places)


@pytest.mark.parametrize("turns", [2, pytest.param(None, marks=pytest.mark.prove, id="all")])
@pytest.mark.parametrize("sending", SENDINGS)
def test_what_somebody_adds_to_a_form_changes_nothing(strangers_and_place, sending, turns):  # A8
    strangers, place = strangers_and_place
    form = SENDINGS[sending](place)
    form.read(sending.split()[0])
    storage = Storage()
    before = storage.look()

    as_it_should_be = after(form, storage)

    given_away = {"owner"} if sending in GIVES_AWAY else set()
    assert form.asked & FOR_NO_FORM == given_away
    assert (as_it_should_be[1] != before) is form.changes
    for added in islice(additions(strangers.rows(), form.asked), turns):
        assert after(form, storage, added) == as_it_should_be


def after(form, storage, added=None):
    """Send a form; return the answer and what is stored then, and roll it all back."""
    with transaction.atomic():
        answer = form.send(added or {})
        stored = storage.look()
        transaction.set_rollback(True)
    return answer, stored


# --- No page is forgotten -----------------------------------------------------------------------


ANYTHING = {
    "slug": "x",
    "token": "x",
    "secret": "x",
    "published_token": "x",
    "level": "team",
    "file_format": "csv",
    "pk": 0,
    "kind": "comment",
    "text": str(uuid.uuid4()),
}


def takes_something(client, name, pattern):
    """True if the page takes a POST: a person who is signed in gets no 405."""
    parts = {key: ANYTHING[key] for key in pattern.regex.groupindex}
    if isinstance(pattern.converters.get("pk"), UUIDConverter):
        parts["pk"] = uuid.uuid4()
    return client.post(reverse(name, kwargs=parts)).status_code != 405


@pytest.mark.slow
def test_every_page_that_takes_something_is_tried(client, person, caplog):  # A8
    caplog.set_level("ERROR", "django.request")
    client.force_login(person)

    takes = {name for name, pattern in our_pages() if takes_something(client, name, pattern)}

    assert takes == {sending.split()[0] for sending in SENDINGS}
