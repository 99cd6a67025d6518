"""Inviting people, many at once, and what becomes of it."""

import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from organisations.models import Invitation, Letter
from tests.factories import (
    make_invitation,
    make_team,
)
from tests.markup import fields_of
from tests.pages.addresses import HOME


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
