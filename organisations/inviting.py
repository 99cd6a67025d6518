"""Invitations of one person or many: read a list, show what each line will do, then do it.

The second step is shown before the third is confirmed (a preview, or dry run).
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parseaddr
from enum import Enum

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from organisations import events
from organisations.history import new_event, record_events
from organisations.models import (
    Invitation,
    InvitedPlace,
    Membership,
    Organisation,
    Team,
    TeamMembership,
    User,
)
from organisations.outbox import write_letters
from organisations.services import add_to_team, letter_with, lock_organisation

MOST_LINES = 2000
MOST_A_DAY = 5000  # invitations that one person can send
LONGEST_ADDRESS = 254
ADDRESS_HEADINGS = {"email", "e-mail", "mail", "address", "email address", "e-mail address"}


class InvitationOutcome(Enum):
    """The result that one line will have."""

    INVITE = "invite"
    INVITE_AGAIN = "invite_again"
    ADD_TO_INVITATION = "add_to_invitation"
    ADD_TO_TEAMS = "add_to_teams"
    INVITED = "invited"
    MEMBER = "member"
    DUPLICATE = "duplicate"
    NOT_AN_ADDRESS = "not_an_address"


OUTCOME_SENTENCES = {
    InvitationOutcome.INVITE: gettext_lazy("Gets an invitation"),
    InvitationOutcome.INVITE_AGAIN: gettext_lazy(
        "Was invited, and it ran out: gets a new invitation"
    ),
    InvitationOutcome.ADD_TO_INVITATION: gettext_lazy(
        "Is invited already: the team is added to the invitation, and no new letter goes"
    ),
    InvitationOutcome.ADD_TO_TEAMS: gettext_lazy("Is in the organisation: is added to the team"),
    InvitationOutcome.INVITED: gettext_lazy("Is invited already"),
    InvitationOutcome.MEMBER: gettext_lazy("Is here already"),
    InvitationOutcome.DUPLICATE: gettext_lazy("Stands under number %(first)s already"),
    InvitationOutcome.NOT_AN_ADDRESS: gettext_lazy(
        "Is not an e-mail address, like name@example.org"
    ),
}
SOMETHING_HAPPENS = {
    InvitationOutcome.INVITE,
    InvitationOutcome.INVITE_AGAIN,
    InvitationOutcome.ADD_TO_INVITATION,
    InvitationOutcome.ADD_TO_TEAMS,
}


@dataclass(frozen=True)
class Line:
    """One address as it was pasted, and the result that it will have."""

    number: int
    typed: str
    address: str
    outcome: InvitationOutcome
    first: int = 0  # of a duplicate, the number under which it stands already

    @property
    def happens(self) -> bool:
        return self.outcome in SOMETHING_HAPPENS

    @property
    def sentence(self) -> str:
        return str(OUTCOME_SENTENCES[self.outcome]) % {"first": self.first}


@dataclass(frozen=True)
class InvitationDraft:
    """A list of invitations, line by line, before anything is sent."""

    organisation: Organisation
    lines: list[Line]
    role: str = Membership.Role.MEMBER
    teams: list[Team] = field(default_factory=list)
    team_role: str = TeamMembership.Role.MEMBER

    @property
    def effective(self) -> list[Line]:
        return [line for line in self.lines if line.happens]

    @property
    def without_effect(self) -> list[Line]:
        return [line for line in self.lines if not line.happens]

    def addresses(self, *outcomes: InvitationOutcome) -> list[str]:
        return [line.address for line in self.lines if line.outcome in outcomes]


@dataclass(frozen=True)
class Done:
    """The numbers of people invited, people added, and invitations changed."""

    invited: int = 0
    added: int = 0
    changed: int = 0

    @property
    def sentences(self) -> list[str]:
        counted_sentences = [
            (
                self.invited,
                ngettext(
                    "%(count)d person is invited.", "%(count)d people are invited.", self.invited
                ),
            ),
            (
                self.added,
                ngettext(
                    "%(count)d person is added to the team.",
                    "%(count)d people are added to the team.",
                    self.added,
                ),
            ),
            (
                self.changed,
                ngettext(
                    "The team is added to %(count)d invitation.",
                    "The team is added to %(count)d invitations.",
                    self.changed,
                ),
            ),
        ]
        sentences = [words % {"count": count} for count, words in counted_sentences if count]
        if self.invited and not settings.MAIL_IS_SENT:
            sentences.append(_("Each needs their link now: open an invitation to copy it."))
        return sentences

    def __str__(self) -> str:
        return " ".join(self.sentences) or _("Nothing had to be done: everybody was here already.")


# --- Reading what was pasted or uploaded ------------------------------------------------------


def addresses_typed(text: str) -> list[str]:
    """The entries of a pasted list, as typed, split at line ends, commas, semicolons and tabs."""
    entries = text.replace(";", "\n").replace(",", "\n").replace("\t", "\n").splitlines()
    return [entry.strip() for entry in entries if entry.strip()]


def addresses_uploaded(content: bytes) -> list[str]:
    """The addresses of a CSV file: a column with such a heading, or the first “@” of each row.

    ValidationError for a file that is no text, or has no address in it.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")  # how spreadsheets save on Windows
    if "\0" in text:
        raise ValidationError(_("This file is not a CSV file. Save it as CSV, and try again"))
    separator = ";" if text.count(";") > text.count(",") else ","
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=separator) if any(row)]
    headings = [heading.strip().casefold() for heading in rows[0]] if rows else []
    column = next((n for n, name in enumerate(headings) if name in ADDRESS_HEADINGS), None)
    if column is not None:
        addresses = [row[column].strip() for row in rows[1:] if len(row) > column]
    else:
        addresses = [next((cell.strip() for cell in row if "@" in cell), "") for row in rows]
    addresses = [address for address in addresses if address]
    if not addresses:
        raise ValidationError(_("Choose a file with e-mail addresses in it: this one has none"))
    return addresses


def address_in(typed: str) -> str | None:
    """The address of an entry such as `Ann Lee <ann@example.org>`; None if it has none."""
    _name, address = parseaddr(typed)
    address = address.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        return None
    return address if len(address) <= LONGEST_ADDRESS else None


# --- What it will lead to ---------------------------------------------------------------------


def draft_invitations(
    organisation: Organisation,
    typed: Iterable[str],
    *,
    role: str = Membership.Role.MEMBER,
    teams: Iterable[Team] = (),
    team_role: str = TeamMembership.Role.MEMBER,
) -> InvitationDraft:
    """The result of each entry. It is the same for people with and without an account."""
    entries = [(entry, address_in(entry)) for entry in typed]
    addresses = [address for _entry, address in entries if address]
    teams = list(teams)
    placed = places_of_members(organisation, addresses)
    pending = places_of_invited(organisation, addresses)
    wanted = {team.pk for team in teams}
    lines: list[Line] = []
    first_lines: dict[str, int] = {}
    for number, (entry, address) in enumerate(entries, start=1):
        if address is None:
            lines.append(Line(number, entry, "", InvitationOutcome.NOT_AN_ADDRESS))
        elif address in first_lines:
            first = first_lines[address]
            lines.append(Line(number, entry, address, InvitationOutcome.DUPLICATE, first))
        else:
            first_lines[address] = number
            outcome = outcome_for(address, wanted, placed, pending)
            lines.append(Line(number, entry, address, outcome))
    return InvitationDraft(organisation, lines, role, teams, team_role)


def outcome_for(
    address: str,
    wanted: set[int],
    placed: dict[str, set[int]],
    pending: dict[str, tuple[bool, set[int]]],
) -> InvitationOutcome:
    if address in placed:
        return (
            InvitationOutcome.ADD_TO_TEAMS if wanted - placed[address] else InvitationOutcome.MEMBER
        )
    if address not in pending:
        return InvitationOutcome.INVITE
    is_expired, teams = pending[address]
    if is_expired:
        return InvitationOutcome.INVITE_AGAIN
    return InvitationOutcome.ADD_TO_INVITATION if wanted - teams else InvitationOutcome.INVITED


def places_of_members(organisation: Organisation, addresses: list[str]) -> dict[str, set[int]]:
    """The keys of the teams of each member of an organisation, by address."""
    teams_by_address: dict[str, set[int]] = {}
    for part in parts_of(addresses):
        rows = organisation.memberships.current().with_address(part)
        # `with_address` marks each with its `address`, which the type checker does not know.
        pairs = rows.values_list("address", "team_memberships__team")  # type: ignore[misc]
        for address, team in pairs:
            teams_by_address.setdefault(address, set()).update({team} - {None})
    return teams_by_address


def places_of_invited(
    organisation: Organisation, addresses: list[str]
) -> dict[str, tuple[bool, set[int]]]:
    """Each pending invitation by address: True if it has expired, and the keys of its teams."""
    places: dict[str, tuple[bool, set[int]]] = {}
    now = timezone.now()
    for part in parts_of(addresses):
        rows = organisation.invitations.pending().with_address(part)
        # `with_address` marks each with its `address`, which the type checker does not know.
        fields = rows.values_list("address", "expires_at", "places__team")  # type: ignore[misc]
        for address, expires_at, team in fields:
            _expired, teams = places.setdefault(address, (expires_at <= now, set()))
            teams.update({team} - {None})
    return places


def parts_of(addresses: list[str], size: int = 500) -> Iterable[list[str]]:
    """The addresses in parts, because databases limit the number of parameters of a query."""
    return (addresses[start : start + size] for start in range(0, len(addresses), size))


# --- Doing it ---------------------------------------------------------------------------------


def left_today(person: User) -> int:
    """The number of invitations that somebody may still send today (within 24 hours)."""
    since = timezone.now() - timedelta(days=1)
    return MOST_A_DAY - person.invitations_made.filter(sent_at__gt=since).count()


@transaction.atomic
def invite(plan: InvitationDraft, *, by: User) -> Done:
    """Send the invitations of a draft with their letters, and add members to teams.

    It works out the result of each line again, in its own transaction. So the same draft twice, or
    two at once, invites nobody twice. ValidationError if one person would send too many in a day.
    """
    organisation = lock_organisation(plan.organisation)
    now_so = draft_invitations(
        organisation,
        [line.address for line in plan.effective],
        role=plan.role,
        teams=plan.teams,
        team_role=plan.team_role,
    )
    new = now_so.addresses(InvitationOutcome.INVITE)
    expired = now_so.addresses(InvitationOutcome.INVITE_AGAIN)
    if len(new) + len(expired) > left_today(by):
        raise ValidationError(
            _("That is more than one person can invite in a day. Go on tomorrow, or ask another")
        )
    close_expired(organisation, expired, by=by)
    invitations = make_invitations(now_so, [*new, *expired], by=by)
    write_letters(letter_with(invitation) for invitation in invitations)
    changed = add_to_pending(now_so, by=by)
    return Done(len(invitations), add_members(now_so, by=by), changed)


def close_expired(organisation: Organisation, addresses: list[str], *, by: User) -> None:
    """Cancel expired invitations, to make room for new ones to the same addresses."""
    for part in parts_of(addresses):
        expired = list(organisation.invitations.pending().with_address(part))
        Invitation.objects.pending().filter(pk__in=[each.pk for each in expired]).update(
            cancelled_at=timezone.now()
        )
        record_events(
            new_event(
                events.INVITATION_CANCELLED, by=by, organisation=organisation, invitation=each
            )
            for each in expired
        )


def make_invitations(plan: InvitationDraft, addresses: list[str], *, by: User) -> list[Invitation]:
    invitations = Invitation.objects.bulk_create(
        (
            Invitation(organisation=plan.organisation, email=address, role=plan.role, invited_by=by)
            for address in addresses
        ),
        batch_size=500,
    )
    InvitedPlace.objects.bulk_create(
        (
            InvitedPlace(invitation=invitation, team=team, role=plan.team_role)
            for invitation in invitations
            for team in plan.teams
        ),
        batch_size=500,
    )
    granted = {"role": ["", plan.role]} if plan.role != Membership.Role.MEMBER else {}
    record_events(
        new_event(
            events.INVITED,
            by=by,
            organisation=plan.organisation,
            team=plan.teams[0] if len(plan.teams) == 1 else None,
            invitation=invitation,
            changes=granted,
        )
        for invitation in invitations
    )
    return invitations


def add_to_pending(plan: InvitationDraft, *, by: User) -> int:
    """Add the teams to invitations that are pending, and return how many invitations changed."""
    changed: set[int] = set()
    for part in parts_of(plan.addresses(InvitationOutcome.ADD_TO_INVITATION)):
        waiting = plan.organisation.invitations.open().with_address(part).prefetch_related("teams")
        new = [
            InvitedPlace(invitation=invitation, team=team, role=plan.team_role)
            for invitation in waiting
            for team in plan.teams
            if team not in invitation.teams.all()
        ]
        InvitedPlace.objects.bulk_create(new)
        record_events(
            new_event(
                events.INVITATION_CHANGED,
                by=by,
                organisation=plan.organisation,
                team=place.team,
                invitation=place.invitation,
            )
            for place in new
        )
        changed.update(place.invitation_id for place in new)
    return len(changed)


def add_members(plan: InvitationDraft, *, by: User) -> int:
    """Give members of the organisation a place in the teams, and return how many people got one."""
    added: set[int] = set()
    for part in parts_of(plan.addresses(InvitationOutcome.ADD_TO_TEAMS)):
        members = list(plan.organisation.memberships.current().with_address(part))
        for team in plan.teams:
            places = add_to_team(team, by=by, memberships=members, role=plan.team_role)
            added.update(place.membership_id for place in places)
    return len(added)
