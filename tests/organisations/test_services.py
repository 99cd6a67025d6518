"""Organisations, teams and people: who may become what, what stays, and what is written down."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from actionplans import events as plan_events
from actionplans.models import Action
from actionplans.services.leaving import end_membership
from organisations import events as organisation_events
from organisations import services
from organisations.forgetting import years_before
from organisations.history import EVENTS, details_of, record_event, sentence_about
from organisations.letters import message_for
from organisations.models import (
    AuditEvent,
    Invitation,
    Letter,
    Membership,
    Organisation,
    System,
    Team,
    TeamMembership,
)
from tests.factories import (
    administrator_of,
    make_action,
    make_invitation,
    make_member,
    make_organisation,
    make_shared_action,
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


@pytest.fixture
def tom(organisation):
    return make_member(organisation, make_user("Tom Bright"))


def events(*kinds):
    return [event.kind for event in AuditEvent.objects.order_by("pk") if event.kind in kinds]


# --- Organisations ------------------------------------------------------------------------------


def test_whoever_creates_an_organisation_is_its_administrator(organisation, ada):
    [membership] = organisation.memberships.current()

    assert (membership.user, membership.role) == (ada, "administrator")


def test_two_organisations_of_one_name_have_an_address_each(organisation):
    second = make_organisation(organisation.name)
    reserved = make_organisation("Create")
    nameless = make_organisation("慈善")

    slugs = [organisation.slug, second.slug, reserved.slug, nameless.slug]
    assert slugs == ["tamsel-valley-trust", "tamsel-valley-trust-2", "create-2", "organisation"]


def test_only_what_changed_in_the_settings_is_written_down(organisation, ada):  # C6 J1
    services.change_settings(
        organisation, by=ada, name=organisation.name, minimum_group=8, safeguarding_contact="Ann"
    )
    services.change_settings(organisation, by=ada, minimum_group=8)

    [event] = AuditEvent.objects.filter(kind="settings_changed")
    assert event.changes == {"minimum_group": [5, 8], "safeguarding_contact": []}
    assert details_of(event) == [
        "Minimum group: from “5” to “8”",
        "Whom to contact if somebody is at risk was changed",
    ]


@pytest.mark.parametrize("number", [4, 21])
def test_no_minimum_group_outside_five_to_twenty_is_kept(organisation, number):  # B1 P4.2
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.update(minimum_group=number)


def test_an_archived_organisation_is_seen_by_its_administrators_alone_and_comes_back(
    organisation, ada, tom
):
    services.archive_organisation(organisation, by=ada)
    services.archive_organisation(organisation, by=ada)

    assert list(Organisation.objects.visible_to(ada)) == [organisation]
    assert not Organisation.objects.visible_to(tom.user).exists()
    assert not Organisation.objects.editable_by(ada).exists()

    services.restore_organisation(organisation, by=ada)

    assert Organisation.objects.visible_to(tom.user).exists()
    assert events("organisation_archived", "organisation_restored") == [
        "organisation_archived",
        "organisation_restored",
    ]


# --- Teams --------------------------------------------------------------------------------------


def test_a_team_of_a_name_that_is_there_already_is_refused_with_a_sentence(organisation, team, ada):
    with pytest.raises(ValidationError, match="already, perhaps an archived one"):
        services.add_team(organisation, by=ada, name="HOME VISITS", kind="team")

    assert Team.objects.count() == 1


def test_people_keep_their_places_while_a_team_is_archived(team, tom, ada):
    services.add_to_team(team, by=ada, memberships=[tom])

    services.archive_team(team, by=ada)
    seen_while_archived = Team.objects.visible_to(tom.user).exists()
    services.restore_team(team, by=ada)

    assert not seen_while_archived
    assert list(Team.objects.visible_to(tom.user)) == [team]


def test_somebody_added_twice_has_one_place_and_one_letter(team, tom, ada):  # D1 D2
    services.add_to_team(team, by=ada, memberships=[tom])
    services.add_to_team(team, by=ada, memberships=[tom])

    assert TeamMembership.objects.count() == 1
    assert Letter.objects.filter(kind="team_joined").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        TeamMembership.objects.create(team=team, membership=tom)


def test_somebody_of_another_organisation_is_never_put_into_a_team(team, ada):  # A7
    elsewhere = make_organisation("Elsewhere")
    stranger = make_member(elsewhere, make_user("Noor"))

    places = services.add_to_team(team, by=ada, memberships=[stranger])

    assert places == []
    assert not TeamMembership.objects.exists()


# --- Roles --------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["member", "administrator"])
def test_nobody_changes_their_own_role(organisation, ada, role):  # A9
    own = organisation.memberships.get(user=ada)

    with pytest.raises(ValidationError, match="cannot change your own role"):
        services.change_role(own, by=ada, role=role)


@pytest.mark.parametrize("kind", ["member", "facilitator", "outsider", "ended", "other"])
@pytest.mark.parametrize("role", ["member", "administrator"])
def test_only_an_administrator_of_the_organisation_changes_roles(  # A9
    organisation, team, tom, kind, role
):
    actor = {
        "member": lambda: make_member(organisation).user,
        "facilitator": lambda: make_member(organisation, team=team, team_role="facilitator").user,
        "outsider": make_user,
        "ended": lambda: ended(make_member(organisation, role="administrator")).user,
        "other": lambda: administrator_of(make_organisation("Elsewhere")),
    }[kind]()

    with pytest.raises(ValidationError, match="not an administrator"):
        services.change_role(tom, by=actor, role=role)

    tom.refresh_from_db()
    assert tom.role == "member"


def ended(membership):
    membership.ended_at = timezone.now()
    membership.save()
    return membership


def test_a_role_that_is_not_known_is_refused(tom, ada):  # A12
    with pytest.raises(ValueError, match="owner"):
        services.change_role(tom, by=ada, role="owner")


def test_a_new_administrator_is_told_and_it_is_written_down(organisation, tom, ada):  # J1
    services.change_role(tom, by=ada, role="administrator")
    services.change_role(tom, by=ada, role="administrator")

    [event] = AuditEvent.objects.filter(kind="role_changed")
    assert (event.actor, event.subject) == (ada, tom.user)
    assert details_of(event) == ["Role: from “Member” to “Administrator”"]
    assert Letter.objects.filter(kind="role_changed", address=tom.user.email).count() == 1


def test_nobody_makes_themselves_a_facilitator(organisation, team, ada):  # A9
    own = organisation.memberships.get(user=ada)
    [place] = services.add_to_team(team, by=ada, memberships=[own], role="facilitator")

    assert place.role == "member"
    with pytest.raises(ValidationError, match="Ask another administrator"):
        services.change_team_role(place, by=ada, role="facilitator")


def test_whoever_becomes_a_facilitator_again_is_told_again(team, tom, ada):
    [place] = services.add_to_team(team, by=ada, memberships=[tom])
    for role in ("facilitator", "member", "facilitator", "facilitator"):
        services.change_team_role(place, by=ada, role=role)

    letters = Letter.objects.filter(kind="team_joined")
    changes = AuditEvent.objects.filter(kind="team_role_changed").order_by("pk")
    assert letters.count() == 3
    assert [message_for(letter) is not None for letter in letters.order_by("pk")] == [
        False,
        True,
        True,
    ]
    assert [event.changes["role"] for event in changes] == [
        ["member", "facilitator"],
        ["facilitator", "member"],
        ["member", "facilitator"],
    ]


def test_the_last_administrator_cannot_leave(organisation, ada, tom):  # A9
    own = organisation.memberships.get(user=ada)

    with pytest.raises(ValidationError, match="needs an administrator"):
        end_membership(own, by=ada)

    services.change_role(tom, by=ada, role="administrator")
    end_membership(own, by=ada)
    assert [each.user for each in organisation.memberships.administrators()] == [tom.user]


def test_an_administrator_who_may_not_sign_in_any_more_does_not_count(organisation, ada, tom):
    services.change_role(tom, by=ada, role="administrator")
    tom.user.is_active = False
    tom.user.save()

    with pytest.raises(ValidationError, match="needs an administrator"):
        end_membership(organisation.memberships.get(user=ada), by=ada)


# --- Ending a membership ------------------------------------------------------------------------


def test_a_membership_that_ends_takes_places_and_invitations_with_it(organisation, team, tom, ada):
    services.add_to_team(team, by=ada, memberships=[tom])
    waiting = Invitation.objects.create(organisation=organisation, email=tom.user.email.upper())

    end_membership(tom, by=ada)
    end_membership(tom, by=ada)

    waiting.refresh_from_db()
    assert waiting.cancelled_at
    assert not TeamMembership.objects.exists()
    assert not Team.objects.visible_to(tom.user).exists()
    assert events("membership_ended") == ["membership_ended"]
    assert Letter.objects.filter(kind="membership_ended").count() == 1


def test_actions_of_whoever_leaves_need_an_owner_and_keep_status_and_date(  # E5
    organisation, team, tom, ada
):
    in_team = make_shared_action(tom.user, team=team, status="under_way")
    in_organisation = make_shared_action(tom.user, organisation=organisation)
    done = make_shared_action(
        tom.user, team=team, status="done", completed_at=timezone.now(), completed_by=tom.user
    )
    own = make_action(tom.user)
    elsewhere = make_organisation("Elsewhere")
    make_member(elsewhere, tom.user)
    elsewhere = make_shared_action(tom.user, organisation=elsewhere)

    end_membership(tom, by=ada)

    needing = Action.objects.of_organisation(organisation).needing_owner()
    assert set(needing) == {in_team, in_organisation}
    in_team.refresh_from_db()
    assert (in_team.status, in_team.owner, in_team.owner_left) == ("under_way", None, True)
    assert in_team.updates.latest("pk").changes == {"owner": [str(tom.user.pk), ""]}
    for action in (done, own, elsewhere):
        action.refresh_from_db()
        assert action.owner == tom.user


def test_what_a_former_administrator_gave_away_and_nobody_took_is_taken_back(  # I3
    organisation, tom, ada
):
    services.change_role(tom, by=ada, role="administrator")
    tom.refresh_from_db()
    granting = make_invitation(
        organisation, "friend@example.org", by=tom.user, role="administrator"
    )
    of_member = make_invitation(organisation, "other@example.org", by=tom.user)

    services.change_role(tom, by=ada, role="member")

    granting.refresh_from_db()
    of_member.refresh_from_db()
    assert granting.cancelled_at
    assert not of_member.cancelled_at


def test_somebody_who_comes_back_has_a_new_membership(organisation, tom, ada):  # D2
    end_membership(tom, by=ada)
    invitation = make_invitation(organisation, tom.user.email)

    services.accept_invitation(invitation, by=tom.user)

    assert organisation.memberships.filter(user=tom.user).count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(organisation=organisation, user=tom.user)


# --- What was done ------------------------------------------------------------------------------


def test_what_was_done_cannot_be_changed_or_taken_away(organisation):
    event = AuditEvent.objects.earliest("pk")

    with pytest.raises(TypeError):
        event.delete()
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        AuditEvent.objects.all().delete()
    with pytest.raises(TypeError):
        AuditEvent.objects.update(kind="joined")
    with pytest.raises(TypeError):
        AuditEvent.objects.update(actor=organisation.memberships.get().user)


def test_a_change_that_is_taken_back_leaves_no_trace_and_no_letter(tom, ada):  # J3 D5
    before = (AuditEvent.objects.count(), Letter.objects.count())

    with transaction.atomic():
        services.change_role(tom, by=ada, role="administrator")
        transaction.set_rollback(True)

    assert (AuditEvent.objects.count(), Letter.objects.count()) == before


def test_the_history_names_nobody_who_deleted_their_account(organisation, tom, ada):  # B10 P14.3
    services.change_role(tom, by=ada, role="administrator")
    services.change_role(tom, by=ada, role="member")
    tom.user.delete()

    event = AuditEvent.objects.filter(kind="role_changed").earliest("pk")

    assert (
        sentence_about(event) == "Ada Lovelace changed the role of somebody whose name is not kept."
    )
    assert "Tom" not in str(AuditEvent.objects.values_list())


def test_every_kind_of_event_can_be_told(organisation, team, tom, ada):
    invitation = make_invitation(organisation)
    for kind in EVENTS:
        about = {"organisation": organisation, "team": team, "invitation": invitation}
        of_others = AuditEvent(kind=kind, actor=ada, subject=tom.user, **about)
        own = AuditEvent(kind=kind, actor=ada, subject=ada, **about)
        nameless = AuditEvent(kind=kind, organisation=organisation, team=team)
        for event in (of_others, own, nameless):
            assert "None" not in sentence_about(event)
            assert "%" not in sentence_about(event)


def test_names_are_forgotten_after_as_many_years_as_the_organisation_says(  # J4 P14.5
    organisation, tom, ada, time_machine
):
    services.change_settings(organisation, by=ada, retention_years=2)
    end_membership(tom, by=ada)
    begun = timezone.now()

    time_machine.move_to(begun + timedelta(days=2 * 365 - 1))
    call_command("tick")
    assert AuditEvent.objects.named().exists()
    assert Membership.objects.filter(user=tom.user).exists()

    time_machine.move_to(begun + timedelta(days=2 * 365 + 2))
    call_command("tick")
    assert not AuditEvent.objects.named().exists()
    assert AuditEvent.objects.count() > 3
    assert not Membership.objects.filter(user=tom.user).exists()


def test_the_history_names_nobody_who_joined_long_ago(organisation, ada, time_machine):  # J4
    services.change_settings(organisation, by=ada, retention_years=2)
    invitation = make_invitation(organisation, "nia@example.org")
    services.accept_invitation(invitation, by=make_user("Nia Bevan", "nia@example.org"))
    begun = timezone.now()

    def told_after(days):
        time_machine.move_to(begun + timedelta(days=days))
        call_command("tick")
        return " ".join(sentence_about(event) for event in AuditEvent.objects.all())

    assert "Ada Lovelace invited Nia Bevan." in told_after(2 * 365 - 1)
    assert "Nia" not in told_after(2 * 365 + 30)


def test_names_in_what_systems_do_are_forgotten_after_three_years(  # J4
    organisation, tom, ada, time_machine
):
    services.change_settings(organisation, by=ada, retention_years=10)
    system = System.objects.create(name="Tamsel", slug="tamsel")
    of_system = record_event(plan_events.VISION_CHANGED, by=tom.user, system=system)
    of_both = record_event(
        organisation_events.SYSTEM_CHANGED, by=ada, organisation=organisation, system=system
    )
    begun = timezone.now()

    def named_after(days):
        time_machine.move_to(begun + timedelta(days=days))
        call_command("tick")
        return [
            event for event in (of_system, of_both) if AuditEvent.objects.get(pk=event.pk).actor
        ]

    assert named_after(3 * 365 - 1) == [of_system, of_both]
    assert named_after(3 * 365 + 2) == [of_both]
    assert named_after(10 * 365 + 4) == []


def test_years_end_on_the_last_of_february_where_there_is_no_29th():
    leap = timezone.now().replace(year=2028, month=2, day=29)

    assert years_before(leap, 1) == leap.replace(year=2027, day=28)


def test_a_convener_who_is_added_or_removed_is_written_down(ada, tom):  # J1
    system = System.objects.create(name="Tamsel", slug="tamsel")

    services.change_conveners(system, by=ada, conveners=[tom.user])
    services.change_conveners(system, by=ada, conveners=[])

    assert events("convener_added", "convener_removed") == [
        "convener_added",
        "convener_removed",
    ]
