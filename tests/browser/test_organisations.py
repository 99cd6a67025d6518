"""Organisations as people meet them: created, filled with teams and people, joined and left."""

import csv
import re
from io import BytesIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from openpyxl import load_workbook
from playwright.sync_api import expect

from organisations import services
from organisations.invitations import link_to
from organisations.models import Invitation, Letter, Membership, Organisation, System
from tests.browser.conftest import WIDE
from tests.browser.pages import (
    HOW,
    ON_A_PHONE,
    Keyboard,
    code_in,
    download,
    follow,
    link,
    press,
)
from tests.factories import (
    make_invitation,
    make_member,
    make_organisation,
    make_shared_action,
    make_team,
    make_user,
)

WIDE_AND_PHONE = {"wide": {"viewport": WIDE}, "phone": ON_A_PHONE}
NAME = "Tamsel Valley Trust"


def for_each(how):
    return pytest.mark.parametrize("how", how.values(), ids=how)


@pytest.fixture(autouse=True)
def links_lead_here(settings, live_server):
    settings.SITE_URL = live_server.url


def width_of(page):
    return page.evaluate("document.documentElement.scrollWidth")


@pytest.fixture
def organisation(account):
    return make_organisation(NAME, administrator=account)


@pytest.fixture
def team(organisation):
    return make_team(organisation, "Home visits")


@pytest.fixture
def browser_of(new_context, live_server):
    """Opens another browser, in which somebody may be signed in; it must not go wrong either."""
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


def sign_in(page, user):
    client = Client()
    client.force_login(user)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": page.site}])


def deliver():
    """Send what is due, as the site's clock does; the addresses that got something."""
    before = len(mail.outbox)
    call_command("tick")
    return sorted(message.to[0] for message in mail.outbox[before:])


def latest_to(address):
    return next(message for message in reversed(mail.outbox) if message.to == [address])


def link_in(message):
    return re.search(r"http://\S+/join/\S+", message.body).group()


def heading(page):
    return page.get_by_role("heading", level=1)


def part_of(page, name):
    """The list of an organisation's parts, which its administrators have on each page."""
    return page.get_by_role("navigation", name=name)


def go_to(page, part, name=NAME):
    """By the list of its parts, which is folded on a phone."""
    folded = part_of(page, name).locator("summary")
    if folded.count() and part_of(page, name).locator("details[open]").count() == 0:
        folded.click()
    with page.expect_navigation():
        part_of(page, name).get_by_role("link", name=part, exact=True).click()


def problem(page, words):
    """The page says what to do, in its title too, with a link that leads to the field."""
    expect(page).to_have_title(re.compile("^Error: "))
    field = page.locator(".nhsuk-error-summary").get_by_role("link", name=words)
    expect(page.locator(field.get_attribute("href"))).to_be_visible()
    expect(page.locator(".nhsuk-error-message")).to_contain_text(words)


def rows(page, caption):
    """The cells of a table's body, row by row."""
    table = page.get_by_role("table", name=caption)
    expect(table).to_be_visible()
    return [row.get_by_role("cell").all_inner_texts() for row in table.locator("tbody tr").all()]


# --- Creating -----------------------------------------------------------------------------------


@for_each(HOW)
def test_somebody_creates_an_organisation_and_its_teams(signed_in_page, accessible, how):
    page = signed_in_page
    page.goto(page.site)
    follow(page, "Teams")
    expect(page.get_by_text("You are in no organisation.")).to_be_visible()
    accessible(page)

    follow(page, "Create an organisation")
    press(page, "Create organisation")
    problem(page, "Enter what your organisation is called")
    accessible(page)
    page.get_by_label("What is your organisation called?").fill(NAME)
    press(page, "Create organisation")
    expect(page.get_by_text(f"{NAME} is created. Next, add teams")).to_be_visible()
    expect(heading(page)).to_have_text(NAME)
    accessible(page)

    # Without a name, and with one that is there already, however it is written.
    follow(page, "Add a team")
    press(page, "Add this team")
    problem(page, "Enter the name of the service, project or team")
    page.get_by_label("Name").fill("Home visits")
    page.get_by_text("Service", exact=True).click()
    press(page, "Add this team")
    expect(page.get_by_text("The team Home visits is added.")).to_be_visible()
    expect(page.get_by_text("Nobody is in this team yet.")).to_be_visible()
    accessible(page)
    follow(page, NAME)
    follow(page, "Add a team")
    page.get_by_label("Name").fill("home VISITS")
    page.get_by_text("Project", exact=True).click()
    press(page, "Add this team")
    problem(page, "There is a service, project or team of that name already")
    expect(page.get_by_label("Name")).to_have_value("home VISITS")
    expect(page.get_by_label("Project")).to_be_checked()
    accessible(page)
    page.get_by_label("Name").fill("Garden")
    press(page, "Add this team")
    expect(page.get_by_text("The team Garden is added.")).to_be_visible()

    follow(page, NAME)
    go_to(page, "All teams")
    assert rows(page, "Services, projects and teams") == [["Project", "0"], ["Service", "0"]]
    accessible(page)

    go_to(page, "Settings")
    expect(page.get_by_text("groups smaller than the minimum.")).to_be_visible()
    accessible(page)
    page.get_by_label("Minimum group").select_option("7")
    page.get_by_role("group", name="May a team’s round be named?").get_by_text("Yes").click()
    page.get_by_label("Whom to contact if somebody is at risk").fill("Duty desk\n01632 960 123")
    press(page, "Save settings")
    expect(page.get_by_text("The settings are saved")).to_be_visible()
    expect(page.get_by_label("Minimum group")).to_have_value("7")
    expect(page.get_by_label("Yes")).to_be_checked()
    follow(page, NAME)
    expect(page.get_by_text("Duty desk\n01632 960 123")).to_be_visible()

    go_to(page, "History")
    expect(page.get_by_role("listitem").filter(has_text="Maya Okafor")).to_have_count(5)
    accessible(page)


# --- Inviting -----------------------------------------------------------------------------------

PASTED = (
    "nia@example.org, Omar Said <omar@example.org>;\tzoe@example.org\n"
    "NIA@example.org\n"
    "\n"
    "nobody at example\n"
    "ben@example.org\n"
)


def entries(page):
    """What stands in the box for addresses, one by one."""
    return re.findall(r"[^\s,;][^\n\t,;]*", page.get_by_label("E-mail addresses").input_value())


@for_each(HOW)
def test_people_are_invited_from_a_pasted_list(signed_in_page, team, accessible, how):
    make_member(team.organisation, make_user("Ben Small", "ben@example.org"), team=team)
    page = signed_in_page
    page.goto(page.site + team.organisation.get_absolute_url())
    follow(page, "Invite people")
    accessible(page)
    press(page, "Check the list")
    problem(page, "Enter at least one e-mail address, or choose a file")

    # What will happen, line by line, and nothing before it is confirmed.
    page.get_by_label("E-mail addresses").fill(PASTED)
    page.get_by_text("Home visits", exact=True).click()
    page.get_by_role("group", name="As what in these teams?").get_by_text("Facilitator").click()
    press(page, "Check the list")
    expect(heading(page)).to_have_text("Check the list")
    expect(page.get_by_text("Nothing is sent yet.")).to_be_visible()
    expect(page.get_by_text("Home visits", exact=True)).to_be_visible()
    expect(page.get_by_text("Facilitators", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Nothing happens for 3 entries")).to_be_visible()
    no_effect, effect = page.get_by_role("table").all()
    assert [row.get_by_role("cell").all_inner_texts() for row in no_effect.locator("tr").all()] == [
        [],
        ["4", "nia@example.org", "Stands under number 1 already"],
        ["5", "nobody at example", "Is not an e-mail address, like name@example.org"],
        ["6", "ben@example.org", "Is here already"],
    ]
    assert [row.get_by_role("cell").all_inner_texts() for row in effect.locator("tr").all()] == [
        [],
        ["1", "nia@example.org", "Gets an invitation"],
        ["2", "omar@example.org", "Gets an invitation"],
        ["3", "zoe@example.org", "Gets an invitation"],
    ]
    accessible(page)
    assert not Invitation.objects.exists()
    assert not Letter.objects.exists()

    # Changing the list begins with what was typed and chosen.
    press(page, "Change the list")
    expect(heading(page)).to_have_text(f"Invite people to {NAME}")
    assert entries(page) == [
        "nia@example.org",
        "Omar Said <omar@example.org>",
        "zoe@example.org",
        "NIA@example.org",
        "nobody at example",
        "ben@example.org",
    ]
    expect(page.get_by_label("Home visits")).to_be_checked()
    expect(
        page.get_by_role("group", name="As what in these teams?").get_by_label("Facilitator")
    ).to_be_checked()
    page.get_by_label("E-mail addresses").fill(PASTED.replace("nobody at example\n", ""))
    press(page, "Check the list")
    expect(page.get_by_text("nobody at example")).to_have_count(0)
    assert not Letter.objects.exists()
    press(page, "Send the invitations")
    expect(page.get_by_text("3 people are invited.")).to_be_visible()
    expect(page.get_by_role("rowheader")).to_have_text(
        ["zoe@example.org", "omar@example.org", "nia@example.org"]
    )
    accessible(page)

    assert deliver() == ["nia@example.org", "omar@example.org", "zoe@example.org"]
    letter = latest_to("omar@example.org")
    assert letter.subject == f"You are invited to join {NAME} on One Step Back"
    assert link_in(letter) != link_in(latest_to("zoe@example.org"))


FILES = {
    "with a heading": "Name;Manager;Email\nNia Bevan;boss@example.org;nia@example.org\nOmar;;\n"
    "Zoë;boss@example.org;zoe@example.org\n",
    "without a heading": "Nia Bevan,nia@example.org\r\nZoë,zoe@example.org\r\n",
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_people_are_invited_from_a_file(signed_in_page, organisation, text):
    page = signed_in_page
    page.goto(f"{page.site}{organisation.get_absolute_url()}invite/")
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": text.encode("cp1252")}
    page.get_by_label("Or a CSV file with their addresses").set_input_files(file)
    press(page, "Check the list")
    expect(page.get_by_text("2 people to invite or to add")).to_be_visible()
    assert rows(page, "What each entry leads to") == [
        ["1", "nia@example.org", "Gets an invitation"],
        ["2", "zoe@example.org", "Gets an invitation"],
    ]

    # A file is not chosen again: what was in it can be changed like what was typed.
    press(page, "Change the list")
    expect(heading(page)).to_have_text(f"Invite people to {NAME}")
    assert entries(page) == ["nia@example.org", "zoe@example.org"]
    press(page, "Check the list")
    press(page, "Send the invitations")
    expect(page.get_by_text("2 people are invited.")).to_be_visible()
    assert deliver() == ["nia@example.org", "zoe@example.org"]


def test_a_file_and_what_was_typed_can_be_changed_together(signed_in_page, organisation):
    page = signed_in_page
    page.goto(f"{page.site}{organisation.get_absolute_url()}invite/")
    page.get_by_label("E-mail addresses").fill("omar@example.org")
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": b"email\nnia@example.org"}
    page.get_by_label("Or a CSV file with their addresses").set_input_files(file)
    press(page, "Check the list")
    expect(page.get_by_text("2 people to invite or to add")).to_be_visible()
    press(page, "Change the list")
    expect(heading(page)).to_have_text(f"Invite people to {NAME}")
    assert entries(page) == ["omar@example.org", "nia@example.org"]


def test_a_file_without_addresses_is_refused_in_words(signed_in_page, organisation, accessible):
    page = signed_in_page
    page.goto(f"{page.site}{organisation.get_absolute_url()}invite/")
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": b"Nia,01632 960 1\n"}
    page.get_by_label("Or a CSV file with their addresses").set_input_files(file)
    press(page, "Check the list")
    problem(page, "Choose a file with e-mail addresses in it: this one has none")
    accessible(page)


# --- Joining ------------------------------------------------------------------------------------


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


# --- Looking after a team -----------------------------------------------------------------------


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


# --- Leaving ------------------------------------------------------------------------------------


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


# --- Finding people -----------------------------------------------------------------------------


@pytest.fixture
def crowd(team):
    """60 people and Maya: every third in the team, every sixth its facilitator."""
    garden = make_team(team.organisation, "Garden")
    with transaction.atomic():
        for number in range(60):
            user = make_user(f"Person {number:02}", f"person{number:02}@example.org")
            place = {"team": team} if number % 3 == 0 else {"team": garden if number % 2 else None}
            role = "facilitator" if number % 6 == 0 else "member"
            make_member(team.organisation, user, team_role=role, **place)
    return team.organisation


@for_each(WIDE_AND_PHONE)
def test_an_administrator_finds_people_among_many(signed_in_page, crowd, accessible, how):
    page = signed_in_page
    page.goto(page.site + crowd.get_absolute_url())
    go_to(page, "People")
    expect(page.get_by_text("61 people", exact=True)).to_be_visible()
    expect(page.get_by_text("Page 1 of 3")).to_be_visible()
    accessible(page)
    follow(page, "Next page")
    expect(page.get_by_role("rowheader")).to_have_count(25)
    follow(page, "Next page")
    expect(page.get_by_text("Page 3 of 3")).to_be_visible()
    expect(page.get_by_role("rowheader")).to_have_count(11)

    # Searching begins at the first page again.
    page.get_by_label("Name or e-mail address").fill("PERSON 1")
    page.get_by_label("Team", exact=True).select_option("Home visits")
    page.get_by_label("Who", exact=True).select_option("Facilitators")
    press(page, "Show these people")
    expect(page.get_by_text("2 people", exact=True)).to_be_visible()
    expect(page.get_by_role("rowheader")).to_contain_text(["Person 12", "Person 18"])
    expect(page.get_by_label("Who", exact=True)).to_have_value("facilitator")
    accessible(page)

    # To somebody and back: the same people are shown.
    filtered = page.url
    follow(page, "Person 12")
    expect(heading(page)).to_have_text("Person 12")
    follow(page, "People")
    expect(page).to_have_url(filtered)
    expect(page.get_by_role("rowheader")).to_have_count(2)

    wanted = [
        ("Name", "E-mail address", "Role", "Teams", "Facilitates"),
        ("Person 12", "person12@example.org", "Member", "Home visits", "Home visits"),
        ("Person 18", "person18@example.org", "Member", "Home visits", "Home visits"),
    ]
    book = download(page, "spreadsheet (XLSX)")
    assert book.suggested_filename.endswith(".xlsx")
    sheet = load_workbook(BytesIO(book.path().read_bytes())).active
    assert [row[:5] for row in sheet.iter_rows(values_only=True)] == wanted
    text = download(page, "table as text (CSV)").path().read_text("utf-8-sig")
    assert [tuple(row[:5]) for row in csv.reader(text.splitlines())] == wanted

    # Nobody, and everybody again.
    page.get_by_label("Name or e-mail address").fill("nobody of that name")
    press(page, "Show these people")
    expect(page.get_by_text("Nobody is found.")).to_be_visible()
    accessible(page)
    follow(page, "show everybody")
    expect(page.get_by_text("61 people", exact=True)).to_be_visible()


LONG_WORDS = {
    "34 letters": "Gesundheitsversorgungsgesellschaft",
    "58 letters": "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
}


@for_each(WIDE_AND_PHONE)
@pytest.mark.parametrize("word", LONG_WORDS.values(), ids=LONG_WORDS)
def test_long_names_fit_the_screen(signed_in_page, account, settings, word, how):
    settings.MAIL_IS_SENT = False
    organisation = make_organisation(word, administrator=account)
    system = System.objects.create(name=word, slug="system")
    system.conveners.add(account)
    services.change_system(organisation, by=account, system=system)
    make_member(make_organisation(f"{word}2", administrator=make_user(word)), account)
    team = make_team(organisation, word)
    organisation.memberships.get().team_memberships.create(team=team)
    # Without a name, somebody is called by their address.
    person = make_user("", "bartholomew.featherstonehaugh@community-partnership.example.org")
    membership = make_member(organisation, person, team=team, team_role="facilitator")
    make_member(organisation, make_user(word), team=team)
    addable = make_user("", f"new.{person.email}")
    make_member(organisation, addable)
    make_shared_action(person, team=team, title=word)
    invitation = make_invitation(organisation, f"newer.{person.email}", teams=[team])
    page = signed_in_page
    home, theirs = organisation.get_absolute_url(), membership.get_absolute_url()
    parts = ("people", "teams", "teams/add", "invitations", "invite", "settings", "history")
    wider = []
    for path in (
        "/",
        "/organisations/",
        home,
        *(f"{home}{part}/" for part in (*parts, "archive", "leave", "actions-without-owner")),
        f"{home}people/?q=nobody",
        *(f"{theirs}{part}" for part in ("", "role/", "teams/", "end/")),
        *(
            f"{team.get_absolute_url()}{part}"
            for part in ("", "people/add/", "invite/", "edit/", "archive/", "leave/")
        ),
        f"/invitations/{invitation.pk}/",
        link_to(invitation, by_letter=True).removeprefix(page.site),
        system.get_absolute_url(),
        f"{system.get_absolute_url()}organisations/{organisation.pk}/remove/",
    ):
        page.goto(page.site + path)
        if width_of(page) > page.viewport_size["width"]:
            wider.append((path, width_of(page)))
    assert wider == []

    # And what they lead to: the check of a list, a search, a message.
    page.goto(f"{page.site}{home}invite/")
    page.get_by_label("E-mail addresses").fill(f"{word}\n{word}.{person.email}")
    page.get_by_text(word, exact=True).last.click()
    press(page, "Check the list")
    expect(heading(page)).to_have_text("Check the list")
    assert width_of(page) <= page.viewport_size["width"]
    page.goto(f"{page.site}{team.get_absolute_url()}people/add/")
    page.get_by_label("Find by name or e-mail address").fill(word)
    press(page, "Search")
    expect(page.get_by_text("Nobody else with")).to_be_visible()
    assert width_of(page) <= page.viewport_size["width"]
    page.goto(f"{page.site}{team.get_absolute_url()}archive/")
    press(page, "Archive this team")
    expect(page.get_by_text(f"{word} is archived.")).to_be_visible()
    assert width_of(page) <= page.viewport_size["width"]


# --- By keyboard --------------------------------------------------------------------------------

# What is wrong with where the focus is now, in words; nothing if it can be seen, looks unlike it
# does without the focus, and comes after the place before it on the page.
LOOK = """
() => {
  const element = document.activeElement;
  if (element === document.body) { window.before = null; return ""; }
  const name = `<${element.localName}> “${(element.innerText || element.name || "").trim()}”`;
  const parts = [element, ...(element.labels ?? [])];
  const looks = () => parts.flatMap((part) => [null, "::before"].map((pseudo) => {
    const style = getComputedStyle(part, pseudo);
    return [style.outline, style.boxShadow, style.backgroundColor, style.borderColor].join();
  })).join();
  const focused = looks();
  element.blur();
  const plain = looks();
  element.focus({ preventScroll: true });
  if (focused === plain) return `${name} looks the same with the focus`;

  const box = element.getClientRects()[0];
  if (box.top < 0 || box.bottom > innerHeight || box.left < 0 || box.right > innerWidth)
    return `${name} is out of sight`;
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const hit = document.elementFromPoint(x, y);
  if (!parts.some((part) => part.contains(hit))) return `${name} is covered`;

  const here = { region: element.closest("header, main, aside, footer"), x, y: y + scrollY };
  const before = window.before;
  window.before = here;
  const isAbove = before?.region === here.region && here.y < before.y - 30;
  return isAbove ? `${name} stands above what had the focus before it` : "";
}
"""


class WatchedKeyboard(Keyboard):
    """Somebody who has no mouse, and needs to see where they are."""

    def press(self, key):
        super().press(key)
        if key == "Tab":
            assert self.page.evaluate(LOOK) == ""
        return self

    def to(self, locator):
        expect(locator).to_be_visible()
        for _press in range(120):
            if locator.evaluate("element => element === document.activeElement"):
                return self
            self.press("Tab")
        raise AssertionError(f"{locator} is not reached by the keyboard")


@for_each(WIDE_AND_PHONE)
def test_an_organisation_by_keyboard_alone(signed_in_page, how):
    page = signed_in_page
    keyboard = WatchedKeyboard(page)
    page.goto(page.site)
    keyboard.to(link(page, "Teams")).press("Enter")
    expect(heading(page)).to_have_text("Your organisations and teams")
    keyboard.to(link(page, "Create an organisation")).press("Enter")

    # The error has the focus; from there to the field, and no further.
    keyboard.to(page.get_by_role("button", name="Create organisation")).press("Enter")
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    keyboard.press("Tab").press("Enter")
    expect(page.get_by_label("What is your organisation called?")).to_be_focused()
    keyboard.type(NAME)
    keyboard.to(page.get_by_role("button", name="Create organisation")).press("Space")
    expect(heading(page)).to_have_text(NAME)

    keyboard.to(link(page, "Add a team")).press("Enter")
    keyboard.to(page.get_by_label("Name")).type("Garden").press("Tab")
    expect(page.get_by_label("Team")).to_be_focused()
    keyboard.press("ArrowUp")
    expect(page.get_by_label("Project")).to_be_checked()
    keyboard.to(page.get_by_role("button", name="Add this team")).press("Enter")
    expect(heading(page)).to_have_text("Garden")

    keyboard.to(link(page, "Invite people")).press("Enter")
    keyboard.to(page.get_by_label("E-mail addresses")).type("nia@example.org").press("Enter")
    keyboard.type("nobody").press("Tab")
    keyboard.to(page.get_by_role("button", name="Check the list")).press("Enter")
    expect(heading(page)).to_have_text("Check the list")
    keyboard.to(page.get_by_role("button", name="Change the list")).press("Space")
    keyboard.to(page.get_by_label("E-mail addresses")).press("ControlOrMeta+a")
    keyboard.type("nia@example.org, omar@example.org").press("Tab")
    keyboard.to(page.get_by_role("button", name="Check the list")).press("Enter")
    keyboard.to(page.get_by_role("button", name="Send the invitations")).press("Space")
    expect(page.get_by_text("2 people are invited.")).to_be_visible()
    assert Organisation.objects.get().invitations.count() == 2


# --- Where no mail goes -------------------------------------------------------------------------


@for_each(HOW)
def test_the_link_is_copied_where_the_site_sends_no_mail(
    signed_in_page, browser_of, organisation, settings, accessible, how
):
    settings.MAIL_IS_SENT = False
    make_invitation(organisation, "nia@example.org")
    page = signed_in_page
    page.goto(page.site + organisation.get_absolute_url())
    go_to(page, "Invitations")
    follow(page, "nia@example.org")
    expect(page.get_by_text("This site sends no e-mail.")).to_be_visible()
    accessible(page)
    copied = page.get_by_label("Link to copy").input_value()
    if how.get("java_script_enabled", True):
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        press(page, "Copy the link")
        expect(page.get_by_role("status")).to_have_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()") == copied
    else:
        expect(page.get_by_text("Copy the link")).to_be_hidden()

    # Whoever has it has not shown whose address it is: it asks for a code.
    nia_page = browser_of()
    nia_page.goto(copied)
    accessible(nia_page)
    nia_page.get_by_label("Your name (optional)").fill("Nia Bevan")
    press(nia_page, "Join")
    expect(heading(nia_page)).to_have_text("Enter your code")
    accessible(nia_page)
    assert organisation.memberships.count() == 1
    nia_page.get_by_label("Code").fill(code_in(latest_to("nia@example.org")))
    press(nia_page, "Continue")
    expect(nia_page.get_by_text(f"Welcome. You are now in {NAME}.")).to_be_visible()
    assert organisation.memberships.filter(user__name="Nia Bevan").exists()


def test_a_link_that_the_browser_does_not_copy_is_selected(signed_in_page, organisation, settings):
    settings.MAIL_IS_SENT = False
    invitation = make_invitation(organisation, "nia@example.org")
    page = signed_in_page
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('no'))")
    page.goto(f"{page.site}/invitations/{invitation.pk}/")
    press(page, "Copy the link")

    expect(page.get_by_role("status")).to_contain_text("Your browser did not copy it.")
    expect(page.get_by_label("Link to copy")).to_be_focused()
    selected = "document.activeElement.value.slice(0, document.activeElement.selectionEnd)"
    assert page.evaluate(selected) == page.get_by_label("Link to copy").input_value()


# --- How it looks -------------------------------------------------------------------------------


def box_of(locator):
    locator.scroll_into_view_if_needed()
    return locator.bounding_box()


def style_of(locator, name):
    return locator.evaluate("(element, name) => getComputedStyle(element)[name]", name)


@for_each(WIDE_AND_PHONE)
def test_the_parts_of_an_organisation_come_before_its_people_on_a_phone(
    signed_in_page, crowd, accessible, how
):
    page = signed_in_page
    page.goto(f"{page.site}{crowd.get_absolute_url()}people/")
    parts = box_of(part_of(page, NAME))
    is_phone = page.viewport_size["width"] < 400

    assert (parts["y"] < box_of(heading(page))["y"]) == is_phone
    assert (parts["height"] < 60) == is_phone
    go_to(page, "All teams")
    expect(heading(page)).to_have_text("All teams")
    if is_phone:
        part_of(page, NAME).locator("summary").click()
        accessible(page)
    current = part_of(page, NAME).get_by_role("link", name="All teams")
    expect(current).to_have_attribute("aria-current", "page")


@for_each(WIDE_AND_PHONE)
def test_the_form_of_invitations_is_easy_to_hit_and_its_check_to_read(signed_in_page, team, how):
    page = signed_in_page
    page.goto(f"{page.site}{team.organisation.get_absolute_url()}invite/")
    file = page.get_by_label("Or a CSV file with their addresses")
    assert box_of(file)["height"] >= 44
    assert style_of(file, "fontSize") == style_of(page.locator("body"), "fontSize")

    page.get_by_label("E-mail addresses").fill("nia@example.org\na\n" + "long" * 9 + "@example.org")
    press(page, "Check the list")
    expect(heading(page)).to_have_text("Check the list")
    tables = page.get_by_role("table").all()
    cells = [table.locator("tbody tr").first.get_by_role("cell").all() for table in tables]
    lefts = [[round(box_of(cell)["x"]) for cell in row] for row in cells]
    assert lefts[0] == lefts[1]
    address = cells[0][1]
    assert style_of(address, "fontSize") == style_of(page.locator("body"), "fontSize")
    assert style_of(address, "color") == style_of(page.locator("body"), "color")


@for_each(WIDE_AND_PHONE)
def test_pages_about_people_are_tidy(signed_in_page, team, how):
    organisation = team.organisation
    organisation.memberships.get().team_memberships.create(team=team)
    membership = make_member(organisation, make_user("Ben Small", "ben@example.org"), team=team)
    invitation = make_invitation(organisation, "nia@example.org", teams=[team])
    page = signed_in_page
    is_wide = page.viewport_size["width"] > 400

    # The tally stands in a row, or is a list.
    page.goto(page.site + organisation.get_absolute_url())
    cards = [box_of(card) for card in page.locator(".osb-tally > div").all()]
    assert len({card["y"] for card in cards}) == (1 if is_wide else 3)
    assert len({card["width"] for card in cards}) == 1

    # The box for a name is as wide as what is below it.
    page.goto(f"{page.site}{organisation.get_absolute_url()}people/")
    name, who = box_of(page.get_by_label("Name or e-mail")), box_of(page.get_by_label("Who"))
    assert abs(name["x"] + name["width"] - who["x"] - who["width"]) < 1

    # Somebody's team is level with its key, and one line is enough above the last link.
    page.goto(page.site + membership.get_absolute_url())
    if is_wide:
        key = page.locator("dt").get_by_text("Teams")
        assert abs(box_of(key)["y"] - box_of(link(page, "Home visits"))["y"]) < 12
    assert style_of(page.locator(".osb-finish"), "borderTopWidth") == "0px"
    page.goto(page.site + team.get_absolute_url())
    assert style_of(page.locator(".osb-finish"), "borderTopWidth") == "0px"

    # An address is larger than the date beside it.
    sizes = [
        float(style_of(page.get_by_text(words).first, "fontSize").removesuffix("px"))
        for words in ("nia@example.org", "sent ")
    ]
    assert sizes[0] > sizes[1]

    # No empty space below a button in a callout.
    page.goto(link_to(invitation, by_letter=True))
    callout, button = box_of(page.locator(".nhsuk-warning-callout")), page.locator("main button")
    below = callout["y"] + callout["height"] - box_of(button)["y"] - box_of(button)["height"]
    assert below < 30
