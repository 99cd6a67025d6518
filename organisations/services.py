"""Changes to organisations, teams and people, each in one transaction with its event.

A change of state is a conditional UPDATE whose row count is checked, so that doing it twice, or two
people at once, does it once.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Required, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from organisations import events
from organisations.history import changes_of, new_event, record_event, record_events
from organisations.letters import occasion_of
from organisations.models import (
    INVITATION_LASTS,
    AuditEvent,
    Invitation,
    Letter,
    Membership,
    Organisation,
    System,
    Team,
    TeamMembership,
    User,
    new_nonce,
)
from organisations.outbox import new_letter, write_letter, write_letters

RESERVED_ADDRESSES = {"create"}  # pages beside those of organisations


class InvitationGone(Exception):
    """The invitation was accepted, cancelled or replaced, or it has expired."""


class OrganisationSettings(TypedDict, total=False):
    """The fields of an organisation that people choose."""

    name: Required[str]
    time_zone: str
    minimum_group: int
    allows_named_rounds: bool
    safeguarding_contact: str
    retention_years: int


class StillNeeded(Exception):
    """A person cannot leave: `organisations` would have no administrator without them."""

    def __init__(self, organisations: list[Organisation]):
        super().__init__()
        self.organisations = organisations


def lock_organisation(organisation: Organisation) -> Organisation:
    """The stored organisation, locked until the end of the transaction (a row lock).

    So two administrators who take the role from each other do it one after the other. SQLite has no
    row locks, but its transactions are IMMEDIATE, so there is only one at a time.
    """
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def check_administrator(organisation: Organisation, by: User) -> None:
    """ValidationError if `by` is not an administrator any more."""
    if not Organisation.objects.editable_by(by).contains(organisation):
        raise ValidationError(_("You are not an administrator of this organisation any more"))


# --- Organisations --------------------------------------------------------------------------


@transaction.atomic
def create_organisation(*, by: User, **fields: Unpack[OrganisationSettings]) -> Organisation:
    """Create an organisation, and make its creator the administrator."""
    organisation = set_up_organisation(by=by, **fields)
    Membership.objects.create(
        organisation=organisation, user=by, role=Membership.Role.ADMINISTRATOR
    )
    record_event(events.JOINED, by=by, subject=by, organisation=organisation)
    return organisation


@transaction.atomic
def set_up_organisation(*, by: User, **fields: Unpack[OrganisationSettings]) -> Organisation:
    """Create an organisation without members, whose first administrator is invited later."""
    organisation = Organisation.objects.create(slug=free_slug(fields["name"]), **fields)
    record_event(events.ORGANISATION_CREATED, by=by, organisation=organisation)
    return organisation


def free_slug(name: str) -> str:
    """A slug made from the name that no organisation has yet."""
    wanted = slugify(name)[:50] or "organisation"
    taken = set(Organisation.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    taken |= RESERVED_ADDRESSES
    number, slug = 1, wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


@transaction.atomic
def change_settings(
    organisation: Organisation, *, by: User, **fields: Unpack[OrganisationSettings]
) -> None:
    """Change the name of an organisation and the settings of its rounds."""
    stored = lock_organisation(organisation)
    changes = changes_of(stored, fields, unsaid=["safeguarding_contact"])
    if not changes:
        return
    changed = {name: value for name, value in fields.items() if name in changes}
    Organisation.objects.filter(pk=stored.pk).update(**changed)
    record_event(events.SETTINGS_CHANGED, by=by, organisation=stored, changes=changes)


@transaction.atomic
def archive_organisation(organisation: Organisation, *, by: User) -> None:
    """Close an organisation for its members. Administrators still see it and can restore it."""
    archived = Organisation.objects.active().filter(pk=organisation.pk)
    if archived.update(archived_at=timezone.now()):
        record_event(events.ORGANISATION_ARCHIVED, by=by, organisation=organisation)


@transaction.atomic
def restore_organisation(organisation: Organisation, *, by: User) -> None:
    archived = Organisation.objects.exclude(archived_at=None).filter(pk=organisation.pk)
    if archived.update(archived_at=None):
        record_event(events.ORGANISATION_RESTORED, by=by, organisation=organisation)


@transaction.atomic
def change_system(organisation: Organisation, *, by: User, system: System | None) -> None:
    """Put an organisation into a system, or take it out of its system (None)."""
    stored = lock_organisation(organisation)
    if stored.system == system:
        return
    names = [str(each) if each else "" for each in (stored.system, system)]
    Organisation.objects.filter(pk=stored.pk).update(system=system)
    record_event(
        events.SYSTEM_CHANGED,
        by=by,
        organisation=stored,
        system=system or stored.system,
        changes={"system": names},
    )


# --- Teams ----------------------------------------------------------------------------------


@transaction.atomic
def add_team(organisation: Organisation, *, by: User, name: str, kind: str) -> Team:
    """Create a team; ValidationError if the organisation has one of that name."""
    lock_organisation(organisation)
    team = Team(organisation=organisation, name=name, kind=kind)
    team.validate_constraints()
    team.save()
    record_event(events.TEAM_ADDED, by=by, organisation=organisation, team=team)
    return team


@transaction.atomic
def change_team(team: Team, *, by: User, name: str, kind: str) -> None:
    """Rename a team; ValidationError if the organisation has one of that name."""
    lock_organisation(team.organisation)
    stored = Team.objects.get(pk=team.pk)
    changes = changes_of(stored, {"name": name, "kind": kind})
    if not changes:
        return
    stored.name, stored.kind = name, kind
    stored.validate_constraints()
    stored.save(update_fields=["name", "kind"])
    record_event(
        events.TEAM_CHANGED, by=by, organisation=team.organisation, team=stored, changes=changes
    )


@transaction.atomic
def archive_team(team: Team, *, by: User) -> None:
    """Close a team for its members. They keep their places, in case it is restored."""
    if Team.objects.filter(pk=team.pk, archived_at=None).update(archived_at=timezone.now()):
        record_event(events.TEAM_ARCHIVED, by=by, organisation=team.organisation, team=team)


@transaction.atomic
def restore_team(team: Team, *, by: User) -> None:
    if Team.objects.exclude(archived_at=None).filter(pk=team.pk).update(archived_at=None):
        record_event(events.TEAM_RESTORED, by=by, organisation=team.organisation, team=team)


@transaction.atomic
def add_to_team(
    team: Team,
    *,
    by: User,
    memberships: Iterable[Membership],
    role: str = TeamMembership.Role.MEMBER,
) -> list[TeamMembership]:
    """Give members of the organisation a place in a team, and return the new places.

    Nobody makes themselves a facilitator: an administrator who adds themselves is a member.
    """
    memberships = list(memberships)
    own = [membership for membership in memberships if membership.user_id == by.pk]
    others = [membership for membership in memberships if membership.user_id != by.pk]
    return [
        *place_in_team(team, by=by, memberships=own, role=TeamMembership.Role.MEMBER),
        *place_in_team(team, by=by, memberships=others, role=role),
    ]


def place_in_team(
    team: Team, *, by: User, memberships: list[Membership], role: str
) -> list[TeamMembership]:
    """Add the members who have no place in the team yet, with events and letters."""
    role = TeamMembership.Role(role)
    lock_organisation(team.organisation)
    if not Team.objects.active().contains(team):
        return []
    newcomers = (
        Membership.objects.current()
        .filter(pk__in=[each.pk for each in memberships], organisation=team.organisation_id)
        .not_in(team)
        .select_related("user")
    )
    places = TeamMembership.objects.bulk_create(
        TeamMembership(membership=membership, team=team, role=role) for membership in newcomers
    )
    record_events(
        new_event(
            events.TEAM_JOINED,
            by=by,
            subject=place.membership.user,
            organisation=team.organisation,
            team=team,
            changes={"role": ["", role]} if place.is_facilitator else {},
        )
        for place in places
    )
    write_letters(letter_about(place) for place in places if place.membership.user_id != by.pk)
    return places


@transaction.atomic
def change_places(
    membership: Membership,
    *,
    by: User,
    moved: Iterable[tuple[TeamMembership, str | None]],
    new_place: tuple[Team, str] | None,
) -> None:
    """Change a member's roles in their teams (None removes them), and add them to another team."""
    for place, role in moved:
        if role is None:
            remove_from_team(place, by=by)
        else:
            change_team_role(place, by=by, role=role)
    if new_place:
        team, role = new_place
        add_to_team(team, by=by, memberships=[membership], role=role)


def letter_about(place: TeamMembership, *, event: AuditEvent | None = None) -> Letter:
    """A letter to a person who was added to a team, or who became its facilitator later."""
    user = place.membership.user
    occasion = f"{place.role}-{event.pk}" if event else place.role
    return new_letter("team_joined", to=user.email, recipient=user, about=place, occasion=occasion)


@transaction.atomic
def change_team_role(place: TeamMembership, *, by: User, role: str) -> None:
    """Make somebody a facilitator of their team, or a member again.

    ValidationError if they would make themselves a facilitator.
    """
    role = TeamMembership.Role(role)
    becomes_facilitator = role == TeamMembership.Role.FACILITATOR
    if becomes_facilitator and place.membership.user_id == by.pk:
        raise ValidationError(_("Ask another administrator to make you a facilitator"))
    membership, team = place.membership, place.team
    lock_organisation(team.organisation)
    before = TeamMembership.objects.filter(pk=place.pk).exclude(role=role).first()
    if before is None:
        return
    TeamMembership.objects.filter(pk=place.pk).update(role=role)
    event = record_event(
        events.TEAM_ROLE_CHANGED,
        by=by,
        subject=membership.user,
        organisation=team.organisation,
        team=team,
        changes={"role": [before.role, role]},
    )
    place.role = role
    if becomes_facilitator:
        write_letters([letter_about(place, event=event)])


@transaction.atomic
def remove_from_team(place: TeamMembership, *, by: User) -> None:
    """Remove somebody from a team, or leave it oneself."""
    deleted, _by_model = TeamMembership.objects.filter(pk=place.pk).delete()
    if deleted:
        record_event(
            events.TEAM_LEFT,
            by=by,
            subject=place.membership.user,
            organisation=place.team.organisation,
            team=place.team,
        )


# --- People ---------------------------------------------------------------------------------


@transaction.atomic
def change_role(membership: Membership, *, by: User, role: str) -> None:
    """Make somebody an administrator, or a member again. Nobody changes their own role."""
    role = Membership.Role(role)
    organisation = lock_organisation(membership.organisation)
    check_administrator(organisation, by)
    if membership.user_id == by.pk:
        raise ValidationError(_("You cannot change your own role. Ask another administrator"))
    before = Membership.objects.current().get(pk=membership.pk)
    moved = Membership.objects.current().filter(pk=membership.pk).exclude(role=role)
    if not moved.update(role=role, role_changes=F("role_changes") + 1):
        return
    record_event(
        events.ROLE_CHANGED,
        by=by,
        subject=membership.user,
        organisation=organisation,
        changes={"role": [before.role, role]},
    )
    membership.refresh_from_db(fields=["role", "role_changes"])
    if not membership.is_administrator:
        cancel_grants_of(membership.user, organisation, by=by)
    write_letter(
        "role_changed",
        to=membership.user.email,
        recipient=membership.user,
        about=membership,
        occasion=occasion_of(membership),
    )


@transaction.atomic
def end_membership_alone(membership: Membership, *, by: User) -> bool:
    """End a membership; for its actions see `actionplans.services.leaving.end_membership`.

    Here actions keep their owner. The end counts from the next request on. False if the membership
    had ended before. ValidationError for the last administrator.
    """
    organisation = lock_organisation(membership.organisation)
    is_leaving = membership.user_id == by.pk
    if not is_leaving:
        check_administrator(organisation, by)
    if is_last_administrator(Membership.objects.get(pk=membership.pk)):
        raise ValidationError(
            _("An organisation needs an administrator. Make somebody else one first")
        )
    if not Membership.objects.current().filter(pk=membership.pk).update(ended_at=timezone.now()):
        return False
    TeamMembership.objects.filter(membership=membership).delete()
    user = membership.user
    record_event(events.MEMBERSHIP_ENDED, by=by, subject=user, organisation=organisation)
    for invitation in organisation.invitations.pending().filter(email__iexact=user.email):
        cancel_invitation(invitation, by=by)
    cancel_grants_of(user, organisation, by=by)
    if not is_leaving:
        write_letter("membership_ended", to=user.email, recipient=user, about=membership)
    return True


def is_last_administrator(membership: Membership) -> bool:
    """True for the only administrator of an organisation, archived or not, who can sign in."""
    others = membership.organisation.memberships.administrators().exclude(pk=membership.pk)
    return membership.is_administrator and not others.exists()


def cancel_grants_of(user: User, organisation: Organisation, *, by: User) -> None:
    """Cancel the pending invitations by which a former administrator would make administrators."""
    grants = organisation.invitations.pending().filter(
        invited_by=user, role=Membership.Role.ADMINISTRATOR
    )
    for invitation in grants:
        cancel_invitation(invitation, by=by)


def check_not_needed(user: User) -> None:
    """StillNeeded if an active organisation would have no administrator without the user.

    Locks keep the answer true until the end of the transaction.
    """
    for organisation in Organisation.objects.editable_by(user).order_by("pk"):
        lock_organisation(organisation)
    needed_by = list(Organisation.objects.administered_only_by(user))
    if needed_by:
        raise StillNeeded(needed_by)


# --- Invitations ----------------------------------------------------------------------------


@transaction.atomic
def resend_invitation(invitation: Invitation, *, by: User) -> bool:
    """Send an invitation again, for another 14 days; the link of the last letter stops working.

    True if it was sent. Harmless when repeated: it is not sent twice within an hour.
    """
    now = timezone.now()
    again = Invitation.objects.pending().filter(
        pk=invitation.pk, times_sent=invitation.times_sent, sent_at__lte=now - timedelta(hours=1)
    )
    if not again.update(
        nonce=new_nonce(),
        times_sent=F("times_sent") + 1,
        sent_at=now,
        expires_at=now + INVITATION_LASTS,
        invited_by=by,
    ):
        return False
    invitation.refresh_from_db()
    record_event(
        events.INVITATION_RESENT, by=by, organisation=invitation.organisation, invitation=invitation
    )
    write_letters([letter_with(invitation)])
    return True


def letter_with(invitation: Invitation) -> Letter:
    """The letter with the link of an invitation; each time it is sent is an occasion of its own."""
    return new_letter(
        "invitation",
        to=invitation.email,
        about=invitation,
        occasion=str(invitation.times_sent),
    )


@transaction.atomic
def cancel_invitation(invitation: Invitation, *, by: User) -> None:
    """Cancel an invitation: its link stops working, and a letter that waits is not sent."""
    pending = Invitation.objects.pending().filter(pk=invitation.pk)
    if pending.update(cancelled_at=timezone.now(), nonce=new_nonce()):
        record_event(
            events.INVITATION_CANCELLED,
            by=by,
            organisation=invitation.organisation,
            invitation=invitation,
        )


@transaction.atomic
def accept_invitation(invitation: Invitation, *, by: User) -> Membership:
    """Make `by` a member of the organisation and of the teams in the invitation.

    Harmless when repeated. InvitationGone if it is no longer open, or is for somebody else.
    """
    organisation = lock_organisation(invitation.organisation)
    if not by.holds(invitation.email):
        raise InvitationGone
    used = Invitation.objects.open().filter(pk=invitation.pk, nonce=invitation.nonce)
    if not used.update(accepted_at=timezone.now(), accepted_by=by):
        before = Membership.objects.current().filter(user=by, organisation=organisation)
        if Invitation.objects.filter(pk=invitation.pk, accepted_by=by) and before:
            return before.get()
        raise InvitationGone
    membership, is_new = Membership.objects.get_or_create(
        user=by, organisation=organisation, ended_at=None, defaults={"role": invitation.role}
    )
    if is_new:
        granted = {"role": ["", invitation.role]} if membership.is_administrator else {}
        record_event(
            events.JOINED,
            by=by,
            subject=by,
            organisation=organisation,
            invitation=invitation,
            changes=granted,
        )
    for place in invitation.places.select_related("team__organisation"):
        if not place.team.is_archived:
            place_in_team(place.team, by=by, memberships=[membership], role=place.role)
    return membership


# --- Systems, by site operators ---------------------------------------------------------------


@transaction.atomic
def change_conveners(system: System, *, by: User, conveners: Iterable[User]) -> None:
    """Give a system exactly these conveners."""
    wanted = {user.pk: user for user in conveners}
    before = {user.pk: user for user in system.conveners.all()}
    added = [user for pk, user in wanted.items() if pk not in before]
    removed = [user for pk, user in before.items() if pk not in wanted]
    system.conveners.set(wanted.values())
    record_events(
        new_event(kind, by=by, subject=user, system=system)
        for kind, users in ((events.CONVENER_ADDED, added), (events.CONVENER_REMOVED, removed))
        for user in users
    )
