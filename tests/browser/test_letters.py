"""Fewer letters, and one's own calendar, as people meet them."""

import pytest
from django.core import mail
from playwright.sync_api import expect

from actionplans.models import CalendarFeed
from organisations.outbox import deliver_due_letters
from tests.browser.conftest import PHONE
from tests.browser.pages import follow, press
from tests.factories import (
    administrator_of,
    make_member,
    make_organisation,
    make_shared_action,
    make_team,
)


@pytest.fixture(autouse=True)
def links_lead_here(settings, live_server):
    settings.SITE_URL = live_server.url


@pytest.fixture
def letter(account):
    """The letter about an action that somebody gave away."""
    organisation = make_organisation()
    make_member(organisation, account)
    given_by = administrator_of(organisation)
    make_shared_action(account, by=given_by, team=make_team(organisation))
    deliver_due_letters()
    return mail.outbox[0]


def test_somebody_stops_letters_chooses_others_and_takes_their_dates_along(
    signed_in_page, letter, account, accessible
):
    page = signed_in_page
    page.set_viewport_size(PHONE)
    page.goto(letter.extra_headers["List-Unsubscribe"].strip("<>"))
    press(page, "Stop these letters")
    expect(page.get_by_role("heading", level=1)).to_have_text("These letters have stopped")
    accessible(page)

    follow(page, "Choose among all letters")
    expect(page.get_by_label("An action is given to you")).not_to_be_checked()
    page.get_by_label("Rounds: opening, reminders and results").uncheck()
    press(page, "Save your choice")
    expect(page.get_by_text("Your choice is saved")).to_be_visible()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(4)
    accessible(page)

    follow(page, "See your actions in your own calendar")
    press(page, "Make an address for my calendar")
    address = page.get_by_label("Address of your calendar").input_value()
    assert address.endswith(f"/calendar/{CalendarFeed.objects.get(user=account).secret}.ics")
    assert "SUMMARY:Ask people" in page.request.get(address).text()
    accessible(page)
