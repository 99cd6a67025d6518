"""Fixtures: Maya's organisation, its team, and browsers of other people."""

import pytest
from django.db import transaction

from tests.browser.organisations.helpers import NAME, sign_in
from tests.factories import make_member, make_organisation, make_team, make_user


@pytest.fixture(autouse=True)
def links_lead_here(settings, live_server):
    settings.SITE_URL = live_server.url


@pytest.fixture
def organisation(account):
    return make_organisation(NAME, administrator=account)


@pytest.fixture
def team(organisation):
    return make_team(organisation, "Home visits")


@pytest.fixture
def browser_of(new_context, live_server):
    """A function that opens another browser, signed in as somebody; it must not go wrong either."""
    opened = []

    def open_browser(user=None):
        context = new_context()
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.site, page.expected_errors, page.wrong = live_server.url, set(), []
        page.on("console", lambda line: line.type == "error" and page.wrong.append(line.text))
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        if user:
            sign_in(page, user)
        opened.append(page)
        return page

    yield open_browser
    for page in opened:
        expected = page.expected_errors
        assert [line for line in page.wrong if not any(words in line for words in expected)] == []


@pytest.fixture
def crowd(team):
    """60 people besides Maya; every third is in the team, and every sixth facilitates it."""
    garden = make_team(team.organisation, "Garden")
    with transaction.atomic():
        for number in range(60):
            user = make_user(f"Person {number:02}", f"person{number:02}@example.org")
            place = {"team": team} if number % 3 == 0 else {"team": garden if number % 2 else None}
            role = "facilitator" if number % 6 == 0 else "member"
            make_member(team.organisation, user, team_role=role, **place)
    return team.organisation
