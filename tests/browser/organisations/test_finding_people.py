"""One person is found among many, and long names fit."""

import csv
from io import BytesIO

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from organisations import services
from organisations.invitations import link_to
from organisations.models import System
from tests.browser.organisations.helpers import WIDE_AND_PHONE, for_each, go_to, heading, width_of
from tests.browser.pages import download, follow, press
from tests.factories import (
    make_invitation,
    make_member,
    make_organisation,
    make_shared_action,
    make_team,
    make_user,
)


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
