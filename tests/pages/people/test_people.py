"""The people of an organisation, as a list and as files."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from openpyxl import load_workbook

from organisations.models import AuditEvent, Letter, TeamMembership
from tests.factories import (
    make_invitation,
    make_member,
    make_team,
    make_user,
)
from tests.pages.addresses import HOME


def names_in(page):
    return re.findall(r'people/\d+/\?next=[^"]*">([^<]+)</a>', page.text)


def make_people(organisation, team, count):
    for number in range(count):
        member = make_member(organisation, make_user(f"Person {number:03}"), team=team)
        member.team_memberships.update(role="facilitator" if number % 5 == 0 else "member")


@pytest.mark.parametrize("count", [1, 30, 60, pytest.param(300, marks=pytest.mark.prove)])
def test_the_list_of_people_asks_the_same_of_the_database_however_many_there_are(  # K1 Q1
    administrator, organisation, team, django_assert_num_queries, count
):
    make_people(organisation, team, count)

    with django_assert_num_queries(7):
        administrator.get(f"{HOME}people/")


@pytest.mark.parametrize("count", [3, 12])
def test_the_files_ask_the_same_of_the_database_however_many_there_are(  # H4
    administrator, organisation, team, django_assert_num_queries, count
):
    make_people(organisation, team, count)

    with django_assert_num_queries(8):
        administrator.get(f"{HOME}people/people.xlsx")


@pytest.mark.parametrize("count", [1, 12, pytest.param(120, marks=pytest.mark.prove)])
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        (f"{HOME}teams/", 5),
        (f"{HOME}invitations/", 7),
        (f"{HOME}history/", 5),
        (f"{HOME}actions-without-owner/", 4),
        ("/organisations/", 5),
        (HOME, 10),
    ],
)
def test_lists_ask_the_same_of_the_database_however_long_they_are(  # K1
    administrator, organisation, team, django_assert_num_queries, address, queries, count
):
    for number in range(count):
        make_team(organisation, f"Team {number}")
        make_invitation(organisation, f"person{number}@example.org", teams=[team])

    with django_assert_num_queries(queries):
        administrator.get(address)


@pytest.mark.parametrize("count", [1, 12])
def test_the_page_of_a_team_asks_the_same_however_large_it_is(  # K1
    organisation, team, django_assert_num_queries, count
):
    make_people(organisation, team, count)
    browser = Client()
    browser.force_login(TeamMembership.objects.filter(role="facilitator")[0].membership.user)

    with django_assert_num_queries(6):
        browser.get(f"/teams/{team.pk}/")


def test_people_are_found_by_words_team_and_what_they_are(administrator, organisation, team, ada):
    make_member(organisation, make_user("Tom Bright", "tom@example.org"), team=team)
    make_member(
        organisation, make_user("Flo Bright", "flo@example.org"), team=team, team_role="facilitator"
    )
    silent = make_member(organisation, make_user("Una Silent"))
    Letter.objects.create(
        kind="password_set",
        recipient=silent.user,
        address=silent.user.email,
        error="SMTPRecipientsRefused",
    )

    def found(query):
        return names_in(administrator.get(f"{HOME}people/?{query}"))

    assert found("") == ["Ada Lovelace", "Flo Bright", "Tom Bright", "Una Silent"]
    assert found("q=bright+TOM") == ["Tom Bright"]
    assert found("q=flo@") == ["Flo Bright"]
    assert found(f"team={team.pk}") == ["Flo Bright", "Tom Bright"]
    assert found("role=administrator") == ["Ada Lovelace"]
    assert found("role=facilitator") == ["Flo Bright"]
    assert found("role=no_team") == ["Ada Lovelace", "Una Silent"]
    assert found("role=not_reached") == ["Una Silent"]
    assert found("q=nobody") == []


@pytest.mark.parametrize(
    "query",
    [
        "role=owner",
        "team=999999",
        "team=x",
        "user__password__startswith=p",
        "page=x",
        "ordering=-x",
    ],
)
def test_what_a_list_does_not_know_is_left_out(administrator, organisation, query):  # A13
    page = administrator.get(f"{HOME}people/?{query}")

    assert names_in(page) == ["Ada Lovelace"]


def test_filters_stay_on_the_next_page_and_after_looking_at_somebody(  # K3
    administrator, organisation, team
):
    make_people(organisation, team, 60)

    first = administrator.get(f"{HOME}people/?team={team.pk}&q=person")
    following = re.search(r'rel="next" href="([^"]+)"', first.text)[1].replace("&amp;", "&")
    second = administrator.get(f"{HOME}people/{following}")
    person = re.search(r'href="([^"]+people/\d+/\?next=[^"]+)"', second.text)[1]
    back = re.search(r'nhsuk-back-link" href="([^"]+)"', administrator.get(person).text)[1]

    assert names_in(second)[0] == "Person 025"
    assert names_in(administrator.get(back.replace("&amp;", "&"))) == names_in(second)


def test_letters_that_do_not_arrive_are_told_without_what_was_in_them(  # F8
    administrator, organisation
):
    silent = make_member(organisation, make_user("Una Silent"))
    failed = Letter.objects.create(
        kind="password_changed",
        recipient=silent.user,
        address=silent.user.email,
        error="SMTPServerDisconnected",
        attempts=8,
    )
    addresses = (f"{HOME}people/", f"{HOME}people/{silent.pk}/")

    pages = [administrator.get(address).text for address in addresses]

    assert all("Letters do not arrive" in page for page in pages)
    assert not any("password was changed" in page or "Disconnected" in page for page in pages)
    later = failed.written_at + timedelta(days=1)
    Letter.objects.create(kind="password_set", address=silent.user.email, sent_at=later)
    assert "Letters do not arrive" not in administrator.get(addresses[0]).text


def test_the_files_hold_the_people_of_the_page_and_cells_that_do_nothing(  # H1 H2
    administrator, organisation, team
):
    make_member(organisation, make_user("=1+1", "formula@example.org"), team=team)
    make_member(organisation, make_user("Zoë, “the” best", "zoe@example.org"))

    as_csv = administrator.get(f"{HOME}people/people.csv?q=example").content.decode("utf-8-sig")
    content = administrator.get(f"{HOME}people/people.xlsx?team={team.pk}").content

    rows = list(csv.reader(io.StringIO(as_csv)))
    sheet = list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    assert rows[0][:5] == ["Name", "E-mail address", "Role", "Teams", "Facilitates"]
    assert [row[0] for row in rows[1:]] == ["'=1+1", "Ada Lovelace", "Zoë, “the” best"]
    assert [row[:4] for row in sheet[1:]] == [
        ("=1+1", "formula@example.org", "Member", "Home visits")
    ]


def test_a_download_is_private_and_written_down(administrator, organisation, ada):  # G9 J1
    response = administrator.get(f"{HOME}people/people.csv")

    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert "attachment" in response["Content-Disposition"]
    assert AuditEvent.objects.get(kind="people_downloaded").actor == ada
