"""People join, from the letter or with a code."""

from django.core import mail
from playwright.sync_api import expect

from organisations.models import Membership
from tests.browser.organisations.helpers import (
    NAME,
    WIDE_AND_PHONE,
    deliver,
    for_each,
    heading,
    latest_to,
    link_in,
    sign_in,
)
from tests.browser.pages import HOW, code_in, follow, link, press
from tests.factories import make_invitation, make_user


@for_each(HOW)
def test_somebody_new_joins_from_the_letter(page, browser_of, team, accessible, how):
    make_invitation(team.organisation, "nia@example.org", teams=[team])
    deliver()
    address = link_in(latest_to("nia@example.org"))
    page.goto(address)
    expect(heading(page)).to_have_text(f"Join {NAME}")
    expect(page.get_by_text("Maya Okafor invites you to take part.")).to_be_visible()
    accessible(page)

    # In at once: who has the letter has shown whose address it is.
    page.get_by_label("Your name (optional)").fill("Nia Bevan")
    press(page, "Join")
    expect(page.get_by_text(f"Welcome. You are now in {NAME}.")).to_be_visible()
    expect(heading(page)).to_have_text(NAME)
    accessible(page)
    assert len(mail.outbox) == 1
    follow(page, "Home visits")
    expect(heading(page)).to_have_text("Home visits")
    accessible(page)
    assert list(team.memberships.values_list("membership__user__name", flat=True)) == ["Nia Bevan"]

    # The letter again leads back; to anybody else its link is used up.
    page.goto(address)
    expect(heading(page)).to_have_text(NAME)
    other = browser_of()
    other.expected_errors.add("404")
    other.goto(address)
    expect(heading(other)).to_have_text("This invitation does not work any more")
    accessible(other)
    follow(other, "Sign in")
    expect(other.get_by_label("E-mail address")).to_be_visible()


@for_each(WIDE_AND_PHONE)
def test_somebody_with_an_account_joins_with_a_code(page, organisation, accessible, how):
    ben = make_user("Ben Small", "ben@example.org")
    make_invitation(organisation, "ben@example.org")
    deliver()
    address = link_in(latest_to("ben@example.org"))
    page.goto(address)
    press(page, "Join")
    expect(heading(page)).to_have_text("Enter your code")
    expect(page.get_by_text("ben@example.org", exact=True)).to_be_visible()
    assert not ben.memberships.exists()
    accessible(page)
    page.get_by_label("Code").fill(code_in(latest_to("ben@example.org")))
    press(page, "Continue")
    expect(page.get_by_text(f"Welcome. You are now in {NAME}.")).to_be_visible()
    expect(heading(page)).to_have_text(NAME)
    page.goto(address)
    expect(heading(page)).to_have_text(NAME)
    assert Membership.objects.filter(user=ben).count() == 1


def test_somebody_signed_in_with_another_address_is_told_so(
    page, browser_of, organisation, accessible
):
    ben = make_user("Ben Small", "ben@example.org")
    make_invitation(organisation, "nia@example.org")
    deliver()
    address = link_in(latest_to("nia@example.org"))
    sign_in(page, ben)
    page.goto(address)
    callout = page.get_by_role("heading", name="You are signed in with another address")
    expect(callout).to_be_visible()
    expect(page.get_by_text("you are signed in as ben@example.org")).to_be_visible()
    expect(page.get_by_role("button", name="Join")).to_have_count(0)
    accessible(page)

    press(page, "Sign out and go on")
    expect(callout).to_have_count(0)
    expect(link(page, "Sign in")).to_be_visible()
    press(page, "Join")
    expect(page.get_by_text(f"Welcome. You are now in {NAME}.")).to_be_visible()
    assert not ben.memberships.exists()


def test_somebody_signed_in_with_that_address_only_presses_join(page, organisation, accessible):
    ben = make_user("Ben Small", "ben@example.org")
    make_invitation(organisation, "ben@example.org")
    deliver()
    sign_in(page, ben)
    page.goto(link_in(latest_to("ben@example.org")))
    expect(page.get_by_label("Your name (optional)")).to_have_count(0)
    accessible(page)
    press(page, "Join")
    expect(page.get_by_text(f"Welcome. You are now in {NAME}.")).to_be_visible()
    assert len(mail.outbox) == 1
