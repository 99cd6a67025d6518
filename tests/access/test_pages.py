"""Every page, read and sent to by everybody."""

import re
from contextlib import contextmanager

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction

from tests.access.cast import NOBODY, PEOPLE, SIGNED_OUT, answered, expected, our_patterns, state
from tests.access.pages import PAGES

# Each of these lists all time zones, to each of its readers.
LONG_PAGES = {
    "account_details",
    "organisations:create",
    "organisations:edit",
}


def each_of(names):
    """The names of pages, to be tried one by one."""
    return [
        pytest.param(name, marks=pytest.mark.slow) if name in LONG_PAGES else name for name in names
    ]


def test_every_page_has_a_row():
    assert {name for name, _pattern in our_patterns()} == set(PAGES)


@pytest.mark.parametrize("name", each_of(PAGES))
def test_a_page_is_read_by_those_it_is_for(cast, name):  # A1 A5 A12
    address = cast.address(name)
    allowed, _senders = PAGES[name]

    seen = {kind: answered(cast.browser(kind).get(address)) for kind in PEOPLE}

    assert seen == expected(allowed)


@pytest.mark.parametrize("name", PAGES)
def test_only_those_it_is_for_can_send_something_to_a_page(cast, name):  # A1 A14
    address = cast.address(name)
    _readers, allowed = PAGES[name]
    kept = allowed or NOBODY
    before = state()

    seen = {kind: answered(cast.browser(kind).post(address)) for kind in PEOPLE if kind not in kept}

    assert seen == {kind: refused(name, kind) for kind in seen}
    assert state() == before


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asked_by_head_says_what_it_would_say_and_leaves_nothing(cast, name):
    """As uptime monitors and link checkers ask, and programs that read a calendar."""
    address = cast.address(name)

    for kind in a_reader_and_a_guest(name):
        browser = cast.browser(kind)
        with taken_back():
            read = browser.get(address)
        before = state(), sessions()
        asked = browser.head(address)
        assert (asked.status_code, asked.content) == (read.status_code, b"")
        assert leads_to(name, asked) == leads_to(name, read)
        assert (state(), sessions()) == before


# Reading these makes the plan that they lead to. PostgreSQL gives no key twice, so the plan that is
# made again has another one.
MAKES_ITS_PLAN = {"plans:of_team", "plans:of_organisation", "plans:of_system"}


def leads_to(name, response):
    """The redirect of a response; of a plan that was made for it, without its key."""
    location = response.headers.get("Location")
    return re.sub(r"^/plans/\d+/$", "/plans/", location) if name in MAKES_ITS_PLAN else location


def a_reader_and_a_guest(name):
    """The kinds that ask by HEAD; the last reader has the fewest rows, so a page might make one."""
    readers = [kind for kind in PEOPLE if kind in PAGES[name][0] - SIGNED_OUT]
    return ["guest", *readers[-1:]]


def sessions():
    return list(Session.objects.order_by("pk").values_list("pk", "session_data"))


def refused(name, kind):
    """The answer for people who are not let in: to sign in if they are signed out, else a 404."""
    readers, senders = PAGES[name]
    if kind in SIGNED_OUT and kind not in readers:
        return "in"
    return "never" if senders is None else "none"


@pytest.mark.parametrize("name", each_of(name for name in PAGES if PAGES[name][1]))
def test_everybody_a_page_is_for_can_send_something_to_it(cast, name):
    address = cast.address(name)
    allowed = PAGES[name][1]

    seen = {}
    for kind in allowed:
        browser = cast.browser(kind)
        with taken_back():
            seen[kind] = answered(browser.post(address))

    assert seen == dict.fromkeys(allowed, "yes")


@contextmanager
def taken_back():
    """Roll back everything that happens in this block."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
