"""An organisation's own pages: what to do, its settings and its history."""

import re

from django.test import Client

from organisations import services
from organisations.models import Membership
from tests.factories import (
    administrator_of,
    make_member,
    make_organisation,
    make_team,
    make_user,
)
from tests.pages.addresses import HOME


def buttons_in(page):
    return re.findall(r'<a class="nhsuk-button([^"]*)" href="[^"]*">([^<]+)</a>', page.text)


def test_the_first_thing_to_do_is_to_add_a_team(administrator, organisation):
    before = administrator.get(HOME)
    make_team(organisation)
    after = administrator.get(HOME)

    secondary = " nhsuk-button--secondary"
    assert buttons_in(before) == [("", "Add a team"), (secondary, "Invite people")]
    assert buttons_in(after) == [("", "Invite people"), (secondary, "Add a team")]


def test_an_administrator_in_no_team_is_told_what_they_can_do(administrator, organisation):
    without = administrator.get(HOME).text
    make_team(organisation)
    beside = administrator.get(HOME).text
    services.archive_organisation(organisation, by=administrator_of(organisation))
    archived = administrator.get(HOME).text

    assert f'<a href="{HOME}teams/add/">add the first one</a>' in without
    assert f'<a href="{HOME}teams/">Choose one</a> to add yourself to' in beside
    assert "You are in no team here." in archived
    assert not any(
        "A facilitator or an administrator can" in p for p in (without, beside, archived)
    )


def test_only_somebody_who_is_in_none_starts_with_their_organisation(signed_in, person):
    before = signed_in.get("/organisations/").text
    make_member(make_organisation(), person)
    after = signed_in.get("/organisations/").text

    assert ["Start with your organisation" in page for page in (before, after)] == [True, False]
    assert ["Create another organisation" in page for page in (before, after)] == [False, True]


def test_links_with_the_same_words_lead_to_the_same_page(administrator, organisation):
    page = administrator.get(HOME).text

    links = set(re.findall(r'<a (?:class="[^"]*" )?href="([^"]*)"[^>]*>([^<]+)</a>', page))
    words = [name for _address, name in links]
    assert ("/organisations/", "Teams") in links
    assert (f"{HOME}teams/", "All teams") in links
    assert len(words) == len(set(words))


def test_the_main_navigation_shows_where_pages_about_people_belong(administrator, organisation):
    tom = make_member(organisation, make_user("Tom"))
    current = r'<a href="/organisations/" aria-current="true">Teams</a>'
    paths = [HOME, f"{HOME}people/{tom.pk}/end/", f"{HOME}leave/", f"{HOME}actions-without-owner/"]

    assert [current in administrator.get(path).text for path in paths] == [True] * 4
    assert 'aria-current="page">Teams' in administrator.get("/organisations/").text
    assert f"{current}" not in administrator.get("/plan/").text


def test_the_only_administrator_is_told_before_leaving_and_shown_the_way(
    administrator, organisation
):
    alone = administrator.get(f"{HOME}leave/").text
    refused = administrator.post(f"{HOME}leave/").text
    make_member(organisation, make_user("Tom"), role="administrator")
    beside = administrator.get(f"{HOME}leave/").text

    people = f'href="{HOME}people/"'
    assert "You are its only administrator" in alone
    assert people in alone
    assert "Leave this organisation" not in alone
    assert re.search(
        rf'error-summary__list">\s*<li>\s*<a {people}>\s*An organisation needs an', refused
    )
    assert "Leave this organisation" in beside
    assert people not in beside


def test_the_only_administrator_of_what_is_archived_is_shown_how_to_leave(
    administrator, organisation
):
    administrator.post(f"{HOME}archive/", {"go": "archive"})

    page = administrator.get(f"{HOME}leave/").text
    refused = administrator.post(f"{HOME}leave/").text

    back = f'href="{HOME}archive/"'
    for text in (page, refused):
        assert "First bring it back yourself" in text
        assert back in text
        assert "Leave this organisation" not in text
        assert "People</a>" not in text
    assert re.search(
        rf'error-summary__list">\s*<li>\s*<a {back}>\s*An organisation needs an', refused
    )
    assert organisation.memberships.administrators().exists()


def test_creating_organisations_can_be_kept_to_site_operators(signed_in, settings):
    settings.ALLOW_ORGANISATION_CREATION = False

    assert signed_in.get("/organisations/create/").status_code == 404
    assert "Create an organisation" not in signed_in.get("/organisations/").text


def test_a_name_of_spaces_and_hidden_characters_is_refused(signed_in):  # C8
    page = signed_in.post(
        "/organisations/create/", {"name": " \u200b\u202e ", "time_zone": "Europe/London"}
    )

    assert "Enter what your organisation is called" in page.text


def test_names_are_one_line_without_what_turns_their_direction(signed_in, person):  # F9
    signed_in.post(
        "/organisations/create/",
        {"name": "Trust\u202e\n  of\tmany", "time_zone": "Europe/London"},
    )

    assert Membership.objects.get(user=person).organisation.name == "Trust of many"


def test_a_member_sees_names_and_no_addresses_of_their_team(organisation, team):
    tom = make_member(organisation, make_user("Tom", "tom@example.org"), team=team)
    make_member(organisation, make_user("", "nameless@example.org"), team=team)
    browser = Client()
    browser.force_login(tom.user)

    page = browser.get(f"/teams/{team.pk}/").text + browser.get(HOME).text

    assert "Somebody who has not given a name" in page
    assert "Ada Lovelace" in page
    assert "@example.org" not in page


def test_somebody_in_two_organisations_switches_between_them(organisation, ada, administrator):
    second = make_organisation("Elsewhere")
    make_member(second, ada)

    assert f'href="/organisations/{second.slug}/"' in administrator.get(HOME).text


def test_times_in_the_history_are_those_of_the_organisation(  # D4
    administrator, organisation, ada, time_machine
):
    time_machine.move_to("2026-07-01T22:30:00Z")
    administrator.post(
        f"{HOME}settings/", {**settings_of(organisation), "time_zone": "Asia/Kolkata"}
    )

    page = administrator.get(f"{HOME}history/").text

    assert "2 July 2026, 4:00am" in page
    assert "Time zone: from “Europe/London” to “Asia/Kolkata”" in page


def settings_of(organisation):
    return {
        "name": organisation.name,
        "time_zone": organisation.time_zone,
        "minimum_group": organisation.minimum_group,
        "allows_named_rounds": "no",
        "safeguarding_contact": "",
        "retention_years": organisation.retention_years,
    }
