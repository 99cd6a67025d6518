"""Inviting many: pasted and uploaded addresses, the result for each line, and sending once."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from organisations import inviting, services
from organisations.forgetting import forget_old_invitations
from organisations.history import sentence_about
from organisations.inviting import (
    InvitationOutcome,
    addresses_typed,
    addresses_uploaded,
    draft_invitations,
    invite,
)
from organisations.models import AuditEvent, Invitation, Letter, TeamMembership
from tests.factories import (
    administrator_of,
    make_invitation,
    make_member,
    make_organisation,
    make_team,
    make_user,
)


@pytest.fixture
def organisation(db):
    return make_organisation()


@pytest.fixture
def ada(organisation):
    return administrator_of(organisation)


@pytest.fixture
def team(organisation):
    return make_team(organisation)


def outcomes(organisation, *typed, **offer):
    return [line.outcome for line in draft_invitations(organisation, typed, **offer).lines]


# --- Reading ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pasted",
    [
        "ann@example.org\nbob@example.org",
        "ann@example.org, bob@example.org",
        "ann@example.org;bob@example.org;",
        "\r\n  ann@example.org\r\n\r\nbob@example.org  ",
        "ann@example.org\tbob@example.org",
    ],
)
def test_addresses_are_pasted_with_whatever_between_them(pasted):
    assert addresses_typed(pasted) == ["ann@example.org", "bob@example.org"]


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("Ann Lee <ann@example.org>", "ann@example.org"),
        ("ANN@Example.ORG", "ann@example.org"),
        ("<ann@example.org>", "ann@example.org"),
        ("ann at example", None),
        ("ann@example", None),
        ("ann@example.org\nBcc: eve@example.org", None),
        ("@example.org", None),
        ("x" * 250 + "@example.org", None),
    ],
)
def test_an_address_is_found_in_what_a_mail_program_copies(typed, address):
    assert inviting.address_in(typed) == address


@pytest.mark.parametrize(
    "content",
    [
        b"name,email\nAnn,ann@example.org\nBob,bob@example.org\n",
        b"\xef\xbb\xbfE-mail;Name\r\nann@example.org;Ann\r\nbob@example.org;Bob\r\n",
        b"Zo\xeb,ann@example.org\nBob,bob@example.org",
        b'"Lee, Ann",ann@example.org\n,bob@example.org\n\n',
        b"ann@example.org\nbob@example.org",
    ],
)
def test_addresses_are_read_from_a_csv_file_as_spreadsheets_write_it(content):
    assert addresses_uploaded(content) == ["ann@example.org", "bob@example.org"]


@pytest.mark.parametrize("content", [b"", b"name\nAnn", b"PK\x03\x04\x00\x00 a@b.org", b"email\n"])
def test_a_file_without_addresses_is_refused_with_a_sentence(content):
    with pytest.raises(ValidationError, match="file"):
        addresses_uploaded(content)


# --- What each line leads to --------------------------------------------------------------------


def test_each_line_says_what_it_leads_to(organisation, team):
    make_member(organisation, make_user("Tom", "tom@example.org"))
    make_member(organisation, make_user("Una", "una@example.org"), team=team)
    make_invitation(organisation, "ivy@example.org")
    make_invitation(organisation, "ira@example.org", teams=[team])
    out = make_invitation(organisation, "out@example.org")
    Invitation.objects.filter(pk=out.pk).update(expires_at=timezone.now() - timedelta(seconds=1))

    plan = draft_invitations(
        organisation,
        [
            "new@example.org",
            "Tom@example.org",
            "una@example.org",
            "ivy@example.org",
            "ira@example.org",
            "out@example.org",
            "NEW@example.org",
            "nobody",
        ],
        teams=[team],
    )

    assert [line.outcome.name for line in plan.lines] == [
        "INVITE",
        "ADD_TO_TEAMS",
        "MEMBER",
        "ADD_TO_INVITATION",
        "INVITED",
        "INVITE_AGAIN",
        "DUPLICATE",
        "NOT_AN_ADDRESS",
    ]
    assert plan.lines[6].sentence == "Stands under number 1 already"
    assert [line.number for line in plan.without_effect] == [3, 5, 7, 8]


def test_whether_somebody_has_an_account_makes_no_difference(organisation):  # I1
    make_user("Noor", "noor@example.org")

    known, unknown = draft_invitations(
        organisation, ["noor@example.org", "nobody@example.org"]
    ).lines

    assert (known.outcome, known.sentence) == (unknown.outcome, unknown.sentence)


def test_somebody_of_another_organisation_is_invited_like_anybody(organisation):  # A6
    make_member(make_organisation("Elsewhere"), make_user("Noor", "noor@example.org"))

    assert outcomes(organisation, "noor@example.org") == [InvitationOutcome.INVITE]


@pytest.mark.parametrize("count", [3, 60])
def test_a_plan_of_many_asks_no_more_than_one_of_few(
    organisation, team, django_assert_num_queries, count
):
    typed = [f"person{number}@example.org" for number in range(count)]

    with django_assert_num_queries(2):
        draft_invitations(organisation, typed, teams=[team])


# --- Doing it -----------------------------------------------------------------------------------


def test_a_plan_that_is_confirmed_twice_invites_once(organisation, team, ada):  # D1
    plan = draft_invitations(organisation, ["a@example.org", "b@example.org"], teams=[team])

    first, second = invite(plan, by=ada), invite(plan, by=ada)

    assert (str(first), second.invited) == ("2 people are invited.", 0)
    assert Invitation.objects.count() == 2
    assert Letter.objects.filter(kind="invitation").count() == 2
    assert AuditEvent.objects.filter(kind="invited").count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(organisation=organisation, email="A@example.org")


def test_a_member_is_added_to_the_team_and_whoever_waits_comes_into_it_later(
    organisation, team, ada
):
    member = make_member(organisation, make_user("Tom", "tom@example.org"))
    waiting = make_invitation(organisation, "ivy@example.org")
    plan = draft_invitations(organisation, ["tom@example.org", "ivy@example.org"], teams=[team])

    done = invite(plan, by=ada)

    assert str(done) == "1 person is added to the team. The team is added to 1 invitation."
    assert list(member.team_memberships.values_list("team", "role")) == [(team.pk, "member")]
    assert list(waiting.teams.all()) == [team]


def test_a_facilitator_never_makes_a_facilitator_by_inviting_somebody_who_waits(
    organisation, team, ada
):  # A9
    other = make_team(organisation, "Reception")
    waiting = make_invitation(
        organisation, "ivy@example.org", teams=[other], team_role="facilitator"
    )
    flo = make_member(organisation, team=team, team_role="facilitator").user

    invite(draft_invitations(organisation, ["ivy@example.org"], teams=[team]), by=flo)

    roles = dict(waiting.places.values_list("team__name", "role"))
    assert roles == {"Home visits": "member", "Reception": "facilitator"}


def test_an_invitation_that_ran_out_makes_room_for_what_is_offered_now(organisation, ada):
    out = make_invitation(organisation, "out@example.org", role="administrator")
    Invitation.objects.filter(pk=out.pk).update(expires_at=timezone.now() - timedelta(seconds=1))

    invite(draft_invitations(organisation, ["out@example.org"]), by=ada)

    [open_now] = organisation.invitations.open()
    assert (open_now.role, open_now.pk != out.pk) == ("member", True)


def test_nobody_sends_more_than_so_many_invitations_a_day(  # I3
    organisation, ada, monkeypatch, time_machine
):
    monkeypatch.setattr(inviting, "MOST_A_DAY", 3)
    invite(draft_invitations(organisation, ["a@example.org", "b@example.org"]), by=ada)

    more = draft_invitations(organisation, ["c@example.org", "d@example.org"])
    with pytest.raises(ValidationError, match="in a day"):
        invite(more, by=ada)
    assert Invitation.objects.count() == 2

    time_machine.move_to(timezone.now() + timedelta(hours=25))
    assert invite(more, by=ada).invited == 2


def test_an_invitation_is_sent_again_at_most_once_an_hour_with_a_new_link(  # I3
    organisation, ada, time_machine
):
    invitation = make_invitation(organisation)
    before = invitation.nonce

    assert not services.resend_invitation(invitation, by=ada)
    time_machine.move_to(timezone.now() + timedelta(hours=2))
    same = Invitation.objects.get(pk=invitation.pk)
    sent = [services.resend_invitation(each, by=ada) for each in (invitation, same)]

    invitation.refresh_from_db()
    assert sent == [True, False]
    assert invitation.nonce != before
    assert Letter.objects.filter(kind="invitation").count() == 2


def test_addresses_of_invitations_that_are_long_over_are_forgotten(organisation, time_machine):
    make_invitation(organisation, "waiting@example.org")
    joined = make_invitation(organisation, "joined@example.org")
    nia = make_user("Nia Bevan", "joined@example.org")
    services.accept_invitation(joined, by=nia)
    begun = timezone.now()

    time_machine.move_to(begun + timedelta(days=89))
    forget_old_invitations()
    assert Invitation.objects.count() == 2
    time_machine.move_to(begun + timedelta(days=105))
    forget_old_invitations()

    assert list(Invitation.objects.values_list("email", "accepted_by")) == [("", nia.pk)]
    told = [sentence_about(event) for event in AuditEvent.objects.filter(kind="invited")]
    assert sorted(told) == [
        "Ada Lovelace invited Nia Bevan.",
        "Ada Lovelace invited an address that is no longer kept.",
    ]


@pytest.mark.parametrize("role", ["member", "facilitator"])
def test_nobody_comes_into_a_team_that_is_archived(organisation, team, ada, role):  # A14
    tom = make_member(organisation, make_user("Tom"))
    services.archive_team(team, by=ada)

    assert services.add_to_team(team, by=ada, memberships=[tom], role=role) == []


def test_people_are_not_put_into_a_team_that_was_archived_meanwhile(organisation, team, ada):
    invitation = make_invitation(organisation, "new@example.org", teams=[team])
    services.archive_team(team, by=ada)

    services.accept_invitation(invitation, by=make_user("New", "new@example.org"))

    assert not TeamMembership.objects.exists()
