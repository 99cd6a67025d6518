"""From a list to an action, to a change of it, and back to the same list."""  # K3

import re
from html import unescape

import pytest

from actionplans.services.leaving import end_membership
from actionplans.services.proposals import decline_proposal
from organisations.models import Membership
from tests.factories import browser_of, make_action, make_raised
from tests.pages.plans.shared.helpers import promise, send

BACK = re.compile(r'<a class="nhsuk-back-link" href="([^"]*)"')


def link(text, pattern):
    """The one address in a page that matches a pattern."""
    [address] = set(re.findall(rf'href="({pattern})"', text))
    return unescape(address)


def back_of(response):
    return unescape(BACK.search(response.text)[1])


def change(browser, action_page):
    """Follow the link that changes the action, save, and return the next page."""
    edit = link(action_page.text, r"/actions/\d+/edit/[^\"]*")
    return browser.get(send(browser, edit, title="In other words").url)


def test_a_filter_and_an_order_outlive_a_change(place):
    action = place.add()
    browser, found = browser_of(place.facilitator), f"{place.address}?level=team&sort=title"

    page = browser.get(link(browser.get(found).text, rf"/actions/{action.pk}/[^\"]*"))
    after = change(browser, page)

    assert back_of(page) == back_of(after) == f"{found}#found"
    assert "In other words" in browser.get(back_of(after)).text


def test_the_page_of_a_list_outlives_an_update(place):
    for number in range(26):
        place.add(title=f"Number {number:02}")
    browser = browser_of(place.facilitator)
    second = browser.get(f"{place.address}?page=2").text

    page = browser.get(link(second, r"/actions/\d+/\?next=[^\"]*"))
    update = link(page.text, r"/actions/\d+/update/[^\"]*")
    after = browser.get(send(browser, update, note="We rang them").url)

    assert "We rang them" in after.text
    assert f'<a href="{place.address}#team">Home visits</a>' in after.text
    assert back_of(after) == f"{place.address}?page=2#found"


def test_a_plan_that_is_not_filtered_is_gone_back_to_at_the_level(place):
    action = place.add()
    browser = browser_of(place.facilitator)

    page = browser.get(link(browser.get(place.address).text, rf"/actions/{action.pk}/[^\"]*"))

    assert back_of(page) == f"{place.address}#team"
    assert back_of(change(browser, page)) == f"{place.address}#team"


@pytest.mark.parametrize("address", ["/actions/?q=bus", "/plan/actions/?q=bus"])
def test_ones_own_lists_are_gone_back_to(place, address):
    make_action(place.member, title="A bus")
    browser = browser_of(place.member)

    page = browser.get(link(browser.get(address).text, r"/actions/\d+/[^\"]*"))

    assert back_of(page) == back_of(change(browser, page)) == address
    assert '<a href="/plan/#team">Your own</a>' in page.text


def test_what_needs_an_owner_is_gone_back_to(place):
    place.add(owner=place.member)
    end_membership(Membership.objects.get(user=place.member), by=place.administrator)
    browser = browser_of(place.administrator)
    address = f"{place.organisation.get_absolute_url()}actions-without-owner/"

    page = browser.get(link(browser.get(address).text, r"/actions/\d+/[^\"]*"))

    assert back_of(page) == address


def test_a_proposal_in_the_review_leads_back_to_the_review(place):
    place.propose(title="A bench")
    browser, review = browser_of(place.facilitator), f"/teams/{place.team.pk}/rounds/plan/"

    page = browser.get(link(browser.get(review).text, r"/actions/\d+/[^\"]*"))
    accept = link(page.text, r"/actions/\d+/accept/[^\"]*")
    after = browser.get(send(browser, accept, **promise(place)).url)

    assert "The proposal is an action now" in after.text
    assert back_of(after) == review


def test_taking_back_what_was_raised_keeps_the_way_to_the_list(place):
    action = place.add()
    place.organisation.refresh_from_db()
    make_raised(action)
    browser, found = browser_of(place.facilitator), f"{place.address}?level=team"

    page = browser.get(link(browser.get(found).text, rf"/actions/{action.pk}/\?[^\"]*"))
    withdraw = link(page.text, r"/plans/raised/\d+/withdraw/[^\"]*")
    after = browser.get(browser.post(withdraw).url)

    assert "It is taken back." in after.text
    assert back_of(after) == f"{found}#found"


def test_an_update_of_what_nobody_does_leads_to_where_it_is_given(place):
    action = place.propose()
    decline_proposal(action, by=place.facilitator, version=0, reason="Nobody can")
    browser, address = browser_of(place.facilitator), f"/actions/{action.pk}/update/"

    edit = link(browser.get(address).text, rf"/actions/{action.pk}/edit/[^\"]*")

    assert back_of(browser.get(edit)) == address


def test_nobody_is_led_back_to_another_site(place):  # I6
    action = place.add()

    for elsewhere in ("//evil.example", "https://evil.example", r"/\evil.example"):
        page = browser_of(place.facilitator).get(action.get_absolute_url(), {"next": elsewhere})
        assert back_of(page) == f"{place.address}#team"
