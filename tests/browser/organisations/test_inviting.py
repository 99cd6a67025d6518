"""People are invited, by letter or by a link to copy."""

import re

import pytest
from playwright.sync_api import expect

from organisations.models import Invitation, Letter
from tests.browser.organisations.helpers import (
    NAME,
    deliver,
    for_each,
    go_to,
    heading,
    latest_to,
    link_in,
    problem,
    rows,
)
from tests.browser.pages import HOW, code_in, follow, press
from tests.factories import make_invitation, make_member, make_user

# --- Inviting -------------------------------------------------------------------------------------


PASTED = (
    "nia@example.org, Omar Said <omar@example.org>;\tzoe@example.org\n"
    "NIA@example.org\n"
    "\n"
    "nobody at example\n"
    "ben@example.org\n"
)


def entries(page):
    """The entries in the box for addresses, one by one."""
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


# --- Where no mail goes ---------------------------------------------------------------------------


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
