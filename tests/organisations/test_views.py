"""The pages of administrators and facilitators: lists, files, forms."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from organisations import services
from organisations.models import AuditEvent, Invitation, Letter, Membership, TeamMembership
from tests.factories import (
    administrator_of,
    make_invitation,
    make_member,
    make_organisation,
    make_team,
    make_user,
)
from tests.pages import fields_of

HOME = "/organisations/tamsel-valley-trust/"


@pytest.fixture
def organisation(db):
    return make_organisation()


@pytest.fixture
def ada(organisation):
    return administrator_of(organisation)


@pytest.fixture
def team(organisation):
    return make_team(organisation)


@pytest.fixture
def administrator(ada):
    browser = Client()
    browser.force_login(ada)
    return browser


def names_in(page):
    return re.findall(r'people/\d+/\?next=[^"]*">([^<]+)</a>', page.text)


def make_people(organisation, team, count):
    for number in range(count):
        member = make_member(organisation, make_user(f"Person {number:03}"), team=team)
        member.team_memberships.update(role="facilitator" if number % 5 == 0 else "member")


# --- People -------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 30, 300])
def test_the_list_of_people_asks_the_same_of_the_database_however_many_there_are(  # K1 Q1
    administrator, organisation, team, django_assert_num_queries, count
):
    make_people(organisation, team, count)

    with django_assert_num_queries(7):
        administrator.get(f"{HOME}people/")


@pytest.mark.parametrize("count", [2, 60])
def test_the_files_ask_the_same_of_the_database_however_many_there_are(  # H4
    administrator, organisation, team, django_assert_num_queries, count
):
    make_people(organisation, team, count)

    with django_assert_num_queries(8):
        administrator.get(f"{HOME}people/people.xlsx")


@pytest.mark.parametrize("count", [1, 30, 120])
@pytest.mark.parametrize(
    ("page", "queries"),
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
    administrator, organisation, team, django_assert_num_queries, page, queries, count
):
    for number in range(count):
        make_team(organisation, f"Team {number}")
        make_invitation(organisation, f"person{number}@example.org", teams=[team])

    with django_assert_num_queries(queries):
        administrator.get(page)


@pytest.mark.parametrize("count", [1, 30, 120])
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


# --- Adding people to a team ---------------------------------------------------------------------


def ticked_in(page):
    """The people offered to be added: (name, whether they are ticked), in their order."""
    found = re.findall(r'name="people"[^>]*?( checked)?><label[^>]*>([^(<]+) \(', page.text)
    return [(name, bool(mark)) for mark, name in found]


def test_a_search_keeps_those_who_are_ticked_and_changes_nothing(administrator, organisation, team):
    make_member(organisation, make_user("Noor Haddad"))
    tom, una = (make_member(organisation, make_user(name)) for name in ("Tom Okoro", "Una Silent"))
    page = f"/teams/{team.pk}/people/add/"
    search = {"q": "HADDAD noor", "people": [tom.pk, una.pk], "go": "search"}

    found = administrator.post(page, search)
    everybody = administrator.post(page, {**search, "go": "everybody"})
    added = administrator.post(page, {**search, "go": "add"}, follow=True)

    kept = [("Tom Okoro", True), ("Una Silent", True)]
    assert ticked_in(found) == [*kept, ("Noor Haddad", False)]
    assert ticked_in(everybody) == [*kept, ("Ada Lovelace", False), ("Noor Haddad", False)]
    assert fields_of(everybody)["q"] == ""
    assert not any("Error:" in answer.text for answer in (found, everybody))
    assert "2 people are added to the team." in added.text


def test_a_search_for_nobody_is_no_error_and_says_how_to_see_everybody(administrator, team):
    page = administrator.post(f"/teams/{team.pk}/people/add/", {"q": "xyz", "go": "search"})

    assert "Nobody else with “xyz” in their name or address can be added." in page.text
    assert "Show everybody" in page.text
    assert "Error:" not in page.text


@pytest.mark.parametrize("key", ["x", "-1", "²", "9" * 40, ""])
def test_a_search_leaves_out_ticks_that_can_be_nobody(administrator, team, key):  # C8
    search = {"q": "ada\x00" if key == "" else "ada", "people": [key], "go": "search"}

    page = administrator.post(f"/teams/{team.pk}/people/add/", search)

    assert ticked_in(page) == [("Ada Lovelace", False)]


def test_a_search_tells_nothing_of_people_elsewhere(administrator, team):  # A7
    stranger = make_member(make_organisation("Elsewhere"), make_user("Noor Haddad"))

    page = administrator.post(
        f"/teams/{team.pk}/people/add/", {"q": "noor", "people": [stranger.pk], "go": "search"}
    )

    assert ticked_in(page) == []
    assert "Haddad" not in page.text


# --- Roles and places ---------------------------------------------------------------------------


def test_an_administrator_changes_places_and_adds_one_in_one_go(administrator, organisation, team):
    second, third = make_team(organisation, "Reception"), make_team(organisation, "Transport")
    tom = make_member(organisation, make_user("Tom"), team=team)
    here = tom.team_memberships.create(team=second)

    administrator.post(
        f"{HOME}people/{tom.pk}/teams/",
        {
            f"place-{tom.team_memberships.get(team=team).pk}": "facilitator",
            f"place-{here.pk}": "none",
            "team": third.pk,
            "team_role": "member",
        },
    )

    assert dict(tom.team_memberships.values_list("team__name", "role")) == {
        "Home visits": "facilitator",
        "Transport": "member",
    }


def test_a_team_of_another_organisation_is_refused_in_a_list_to_choose_from(  # A7
    administrator, organisation
):
    foreign = make_team(make_organisation("Elsewhere"), "Theirs")
    tom = make_member(organisation, make_user("Tom"))

    chosen = administrator.post(f"{HOME}people/{tom.pk}/teams/", {"team": foreign.pk})
    invited = administrator.post(
        f"{HOME}invite/",
        {
            "addresses": "new@example.org",
            "role": "member",
            "team_role": "member",
            "teams": [foreign.pk],
            "go": "send",
        },
    )

    assert "Choose one of the teams" in chosen.text
    assert "Choose from the teams in the list" in invited.text
    assert not TeamMembership.objects.exists()
    assert not Invitation.objects.exists()


def test_somebody_of_another_organisation_is_refused_when_people_are_added(  # A7
    organisation, team
):
    stranger = make_member(make_organisation("Elsewhere"), make_user("Noor"))
    flo = make_member(organisation, team=team, team_role="facilitator")
    browser = Client()
    browser.force_login(flo.user)

    page = browser.post(f"/teams/{team.pk}/people/add/", {"people": [stranger.pk]})

    assert "is in the team already, or has left" in page.text
    assert "Noor" not in page.text
    assert not stranger.team_memberships.exists()


def test_a_key_that_no_database_could_hold_is_refused_like_any_other(  # A7
    administrator, organisation, team
):
    key = "9" * 30

    added = administrator.post(f"/teams/{team.pk}/people/add/", {"people": key, "go": "add"})
    invited = administrator.post(
        f"{HOME}invite/",
        {"addresses": "a@example.org", "role": "member", "team_role": "member", "teams": key},
    )

    assert "is in the team already, or has left" in added.text
    assert "Choose from the teams in the list" in invited.text


def test_a_role_that_is_not_offered_is_refused(administrator, organisation):  # A12
    tom = make_member(organisation, make_user("Tom"))

    page = administrator.post(f"{HOME}people/{tom.pk}/role/", {"role": "owner"})

    assert page.context["form"].errors
    tom.refresh_from_db()
    assert tom.role == "member"


def test_a_facilitator_gives_nobody_a_role_by_inviting(organisation, team):  # A8 A9
    flo = make_member(organisation, team=team, team_role="facilitator")
    browser = Client()
    browser.force_login(flo.user)
    other = make_team(organisation, "Reception")

    browser.post(
        f"/teams/{team.pk}/invite/",
        {
            "addresses": "new@example.org",
            "role": "administrator",
            "team_role": "facilitator",
            "teams": [other.pk],
            "go": "send",
        },
    )

    invitation = Invitation.objects.get()
    assert invitation.role == "member"
    assert list(invitation.places.values_list("team", "role")) == [(team.pk, "member")]


def test_a_facilitator_sees_and_cancels_only_invitations_into_own_teams_alone(organisation, team):
    flo = make_member(organisation, team=team, team_role="facilitator")
    own = make_invitation(organisation, "own@example.org", teams=[team])
    both = make_invitation(
        organisation, "both@example.org", teams=[team, make_team(organisation, "Reception")]
    )
    granting = make_invitation(
        organisation, "grant@example.org", teams=[team], role="administrator"
    )
    none = make_invitation(organisation, "none@example.org")

    manageable = Invitation.objects.manageable_by(flo.user)

    assert set(manageable) == {own}
    assert set(Invitation.objects.manageable_by(administrator_of(organisation))) == {
        own,
        both,
        granting,
        none,
    }


# --- Inviting -----------------------------------------------------------------------------------


def test_nothing_is_sent_until_the_list_is_confirmed(administrator, organisation, team):
    first = {
        "addresses": "ann@example.org\nnobody\nann@example.org",
        "role": "member",
        "team_role": "facilitator",
        "teams": [team.pk],
    }

    page = administrator.post(f"{HOME}invite/", first)
    assert "Nothing is sent yet." in page.text
    assert not Letter.objects.exists()

    sent = administrator.post(f"{HOME}invite/", fields_of(page) | {"go": "send"}, follow=True)

    assert "1 person is invited." in sent.text
    assert list(Invitation.objects.get().places.values_list("role", flat=True)) == ["facilitator"]


def test_changing_the_list_keeps_what_was_typed(administrator, organisation):
    first = {"addresses": "ann@example.org\nnobody", "role": "administrator", "team_role": "member"}
    page = administrator.post(f"{HOME}invite/", first)

    again = administrator.post(f"{HOME}invite/", fields_of(page) | {"go": "change"})

    assert fields_of(again)["addresses"].split() == ["ann@example.org", "nobody"]
    assert fields_of(again)["role"] == "administrator"


def test_a_list_that_is_to_be_changed_is_marked_so_that_no_older_draft_hides_it(administrator):
    sent = {"addresses": "ann@example.org", "role": "member", "team_role": "member"}

    pages = [administrator.post(f"{HOME}invite/", sent | {"go": go}) for go in ("change", "check")]

    assert ["data-came-back" in page.text for page in pages] == [True, False]


def test_the_check_says_what_people_are_invited_to(administrator, organisation, team):
    reception = make_team(organisation, "Reception")
    offer = {"role": "administrator", "team_role": "facilitator", "teams": [team.pk, reception.pk]}

    whole = administrator.post(f"{HOME}invite/", {"addresses": "ann@example.org", **offer})
    plain = administrator.post(
        f"{HOME}invite/",
        {"addresses": "ann@example.org", "role": "member", "team_role": "member"},
    )

    assert said_in(whole) == {
        "Invited to": "Tamsel Valley Trust",
        "As": "Administrators: they run the organisation, its teams and its people",
        "Teams": "Home visits, Reception",
        "In these teams as": "Facilitators",
    }
    assert said_in(plain) == {"Invited to": "Tamsel Valley Trust", "Teams": "none"}
    assert whole.text.index("Invited to") < whole.text.index("<table")


def said_in(page):
    """The pairs of a page's short list."""
    return dict(re.findall(r"<div><dt>([^<]+)</dt><dd>([^<]*)</dd></div>", page.text))


def test_without_a_team_nobody_is_asked_about_teams(administrator, organisation):
    asked = administrator.get(f"{HOME}invite/")
    sent = {"addresses": "ann@example.org", "role": "member"}
    page = administrator.post(f"{HOME}invite/", sent)
    administrator.post(f"{HOME}invite/", fields_of(page) | {"go": "send"})

    assert {"role", "teams", "team_role"} & set(fields_of(asked)) == {"role"}
    assert "teams" not in asked.context["form"].fields
    assert Invitation.objects.get().email == "ann@example.org"


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"addresses": ""}, "Enter at least one e-mail address, or choose a file"),
        ({"addresses": "\n".join("a@example.org" for _n in range(2001))}, "These are 2,001"),
        ({"addresses": "a@example.org", "role": ""}, "Choose what they may do"),
        ({"addresses": "a\x00@example.org"}, "Take out the hidden character"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_with_a_sentence_and_kept(  # C1 C8
    administrator, organisation, sent, sentence
):
    page = administrator.post(f"{HOME}invite/", {"role": "member", "team_role": "member", **sent})

    assert sentence in page.text
    assert page.text.count("<title>Error:") == 1
    assert fields_of(page)["addresses"].split() == sent["addresses"].split()


def test_addresses_of_a_file_are_carried_through_the_check(administrator, organisation):
    file = io.BytesIO(b"name,email\nAnn,ann@example.org\n")
    file.name = "people.csv"

    page = administrator.post(
        f"{HOME}invite/",
        {"addresses": "bob@example.org", "file": file, "role": "member", "team_role": "member"},
    )
    administrator.post(f"{HOME}invite/", fields_of(page) | {"go": "send"})

    emails = Invitation.objects.values_list("email", flat=True)
    assert sorted(emails) == ["ann@example.org", "bob@example.org"]


def test_the_link_of_an_invitation_is_offered_only_where_no_mail_goes(  # F12
    administrator, organisation, settings
):
    invitation = make_invitation(organisation)
    page = f"/invitations/{invitation.pk}/"

    where_mail_goes = administrator.get(page).text
    settings.MAIL_IS_SENT = False
    elsewhere = administrator.get(page).text

    assert "/join/" not in where_mail_goes
    assert "This site sends no e-mail." in elsewhere
    link = re.search(r'value="http://[^"]+?(/join/[^"]+)"', elsewhere)[1]
    assert "ask whoever runs it for a code" in Client().get(link).text


def test_where_no_mail_goes_no_page_about_invitations_says_that_it_went(  # F12
    administrator, organisation, team, settings
):
    settings.MAIL_IS_SENT = False
    invite = f"{HOME}invite/"
    offer = {
        "addresses": "a@example.org",
        "role": "member",
        "team_role": "member",
        "teams": team.pk,
    }

    asked = administrator.get(invite)
    checked = administrator.post(invite, offer)
    done = administrator.post(invite, offer | {"go": "send"}, follow=True)
    one = f"/invitations/{Invitation.objects.get().pk}/"
    detail = administrator.get(one)
    resend = {"go": "resend", "next": one}
    too_soon = administrator.post(one, resend, follow=True)
    Invitation.objects.update(sent_at=timezone.now() - timedelta(hours=2))
    again = administrator.post(one, resend, follow=True)
    of_team = administrator.get(f"/teams/{team.pk}/")

    assert f'<a href="{HOME}invitations/">list of invitations</a>' in asked.text
    assert done.redirect_chain[-1][0] == f"{HOME}invitations/"
    assert "Each needs their link now: open an invitation to copy it." in done.text
    assert "There is a new link." in again.text
    assert "Copy its link or cancel" in of_team.text
    pages = [asked, checked, done, detail, too_soon, again, of_team]
    assert [page for page in pages if re.search(r"(?i)\b(send|sent|went)\b", words_of(page))] == []


def words_of(page):
    return re.sub(r"<[^>]+>", " ", re.search(r"(?s)<main.*</main>", page.text)[0])


# --- Organisations ------------------------------------------------------------------------------


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
    assert re.search(rf'error-summary__list"><li><a {people}>An organisation needs an', refused)
    assert "Leave this organisation" in beside
    assert people not in beside


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
