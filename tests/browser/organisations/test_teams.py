"""A team is looked after, and left."""

from playwright.sync_api import expect

from tests.browser.organisations.helpers import (
    NAME,
    WIDE_AND_PHONE,
    deliver,
    for_each,
    go_to,
    heading,
    latest_to,
    link_in,
    problem,
    rows,
)
from tests.browser.pages import HOW, follow, link, press
from tests.factories import make_member, make_shared_action, make_user

# --- Looking after a team -------------------------------------------------------------------------


@for_each(WIDE_AND_PHONE)
def test_a_facilitator_looks_after_the_team(signed_in_page, browser_of, team, accessible, how):
    ben = make_user("Ben Small", "ben@example.org")
    place = make_member(team.organisation, ben, team=team)
    for name in ("Noor Haddad", "Norma Grey", "Tom Okoro"):
        make_member(team.organisation, make_user(name, f"{name.split()[0]}@example.org".lower()))

    # An administrator makes him one.
    page = signed_in_page
    page.goto(page.site + place.get_absolute_url())
    accessible(page)
    follow(page, "Change teams")
    page.get_by_role("group", name="Home visits").get_by_text("Facilitator", exact=True).click()
    accessible(page)
    press(page, "Save teams")
    expect(page.get_by_text("The teams are saved")).to_be_visible()
    expect(page.get_by_text("Facilitator", exact=True)).to_be_visible()
    assert deliver() == ["ben@example.org"]
    assert "You are now a facilitator of Home visits" in latest_to("ben@example.org").body

    # He finds somebody in the organisation, and adds her.
    ben_page = browser_of(ben)
    ben_page.goto(ben_page.site)
    follow(ben_page, "Teams")
    accessible(ben_page)
    follow(ben_page, "Home visits")
    expect(link(ben_page, "Invite people")).to_be_visible()
    follow(ben_page, "Add people")
    press(ben_page, "Add to the team")
    problem(ben_page, "Tick at least one person")
    accessible(ben_page)
    ben_page.get_by_label("Find by name or e-mail address").fill("nor HADDAD")
    press(ben_page, "Search")
    expect(ben_page.get_by_text("Nobody else with “nor HADDAD”")).to_be_visible()
    expect(ben_page.get_by_role("checkbox")).to_have_count(0)
    accessible(ben_page)
    press(ben_page, "Show everybody")
    expect(ben_page.get_by_role("checkbox")).to_have_count(4)
    ben_page.get_by_label("Find by name or e-mail address").fill("HADDAD noor")
    press(ben_page, "Search")
    expect(ben_page.get_by_role("checkbox")).to_have_count(1)
    ben_page.get_by_text("Noor Haddad (noor@example.org)").click()
    press(ben_page, "Add to the team")
    expect(ben_page.get_by_text("1 person is added to the team.")).to_be_visible()

    # And he invites somebody from outside to it, as a member: nothing else is his to give.
    follow(ben_page, "Invite people")
    expect(ben_page.get_by_role("radio")).to_have_count(0)
    ben_page.get_by_label("E-mail addresses").fill("zoe@example.org\ntom@example.org")
    accessible(ben_page)
    press(ben_page, "Check the list")
    assert rows(ben_page, "What each entry leads to") == [
        ["1", "zoe@example.org", "Gets an invitation"],
        ["2", "tom@example.org", "Is in the organisation: is added to the team"],
    ]
    press(ben_page, "Send the invitations")
    expect(ben_page.get_by_text("1 person is invited. 1 person is added")).to_be_visible()
    expect(ben_page.get_by_role("heading", name="Invited, and not here yet")).to_be_visible()
    accessible(ben_page)
    assert deliver() == ["noor@example.org", "tom@example.org", "zoe@example.org"]

    # He can take it back; its link is dead at once.
    follow(ben_page, "Send again or cancel (zoe@example.org)")
    expect(ben_page.get_by_text("It went less than an hour ago.")).to_be_visible()
    accessible(ben_page)
    press(ben_page, "Cancel this invitation")
    expect(ben_page.get_by_text("The invitation is cancelled.")).to_be_visible()
    expect(heading(ben_page)).to_have_text("Home visits")
    zoe_page = browser_of()
    zoe_page.expected_errors.add("404")
    zoe_page.goto(link_in(latest_to("zoe@example.org")))
    expect(heading(zoe_page)).to_have_text("This invitation does not work any more")


@for_each(HOW)
def test_ticks_outlive_one_search_after_another(signed_in_page, team, accessible, how):
    for name in ("Noor Haddad", "Norma Grey", "Tom Okoro", "Una Silent"):
        make_member(team.organisation, make_user(name, f"{name.split()[0]}@example.org".lower()))
    page = signed_in_page
    page.goto(f"{page.site}{team.get_absolute_url()}people/add/")
    box = page.get_by_label("Find by name or e-mail address")
    page.get_by_text("Una Silent").click()
    box.fill("tom")
    box.press("Enter")
    expect(page.get_by_role("checkbox")).to_have_count(2)
    page.get_by_text("Tom Okoro").click()
    box.fill("no")
    press(page, "Search")

    # Those who are ticked first, then those who are found; and nobody is in the team yet.
    expect(page.locator(".nhsuk-checkboxes__label")).to_contain_text(
        ["Tom Okoro", "Una Silent", "Noor Haddad", "Norma Grey"]
    )
    assert [each.is_checked() for each in page.get_by_role("checkbox").all()] == [
        *(True, True),
        *(False, False),
    ]
    accessible(page)
    assert not team.memberships.exists()

    page.get_by_text("Norma Grey").click()
    press(page, "Add to the team")
    expect(page.get_by_text("3 people are added to the team.")).to_be_visible()
    assert set(team.memberships.values_list("membership__user__name", flat=True)) == {
        *("Norma Grey", "Tom Okoro", "Una Silent")
    }


# --- Leaving --------------------------------------------------------------------------------------


@for_each(WIDE_AND_PHONE)
def test_the_only_administrator_is_led_to_people_instead(
    signed_in_page, organisation, accessible, how
):
    page = signed_in_page
    page.goto(page.site + organisation.get_absolute_url())
    follow(page, "Leave this organisation")
    expect(page.get_by_text("You are its only administrator")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)
    accessible(page)
    follow(page, "People")
    expect(heading(page)).to_have_text("People")


@for_each(WIDE_AND_PHONE)
def test_a_membership_ends_while_somebody_is_signed_in(
    signed_in_page, browser_of, team, accessible, how
):
    ben = make_user("Ben Small", "ben@example.org")
    membership = make_member(team.organisation, ben, team=team)
    make_shared_action(ben, team=team, title="Ask people how they like to meet")
    ben_page = browser_of(ben)
    ben_page.goto(f"{ben_page.site}/organisations/")
    expect(link(ben_page, "Home visits")).to_be_visible()

    page = signed_in_page
    page.goto(page.site + membership.get_absolute_url())
    follow(page, "End this membership")
    expect(page.get_by_text("1 action of theirs is then listed")).to_be_visible()
    accessible(page)
    press(page, "End this membership")
    expect(page.get_by_text(f"Ben Small is no longer in {NAME}.")).to_be_visible()
    expect(page.get_by_text("1 person", exact=True)).to_be_visible()

    # His next click leads nowhere, and the organisation is gone from his list.
    ben_page.expected_errors.add("404")
    follow(ben_page, "Home visits")
    expect(heading(ben_page)).to_have_text("This page is not here")
    accessible(ben_page)
    follow(ben_page, "Teams")
    expect(ben_page.get_by_text("You are in no organisation.")).to_be_visible()
    assert deliver() == ["ben@example.org", "maya@example.org"]
    told = latest_to("ben@example.org").body
    assert f"You are no longer in {NAME}, nor in its teams" in told

    # What he promised waits for somebody else.
    go_to(page, "Actions that need an owner")
    expect(page.get_by_role("rowheader")).to_have_text(["Ask people how they like to meet"])
    accessible(page)
