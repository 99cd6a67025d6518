"""Inviting one person or many: what was pasted, what each line will lead to, and doing it."""

import csv
import io
from collections import Counter
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
MOST_A_DAY = 5000  # that one person can have sent
LONGEST_ADDRESS = 254
ADDRESS_HEADINGS = {"email", "e-mail", "mail", "address", "email address", "e-mail address"}


class InvitationOutcome(Enum):
    """What one line leads to."""

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
    """One address as it was pasted, and what it leads to."""

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
    """Whom to invite to what, line by line, before anything is sent."""

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
    """What came of a plan, in numbers."""

    invited: int = 0
    added: int = 0
    changed: int = 0

    @property
    def sentences(self) -> list[str]:
        said = [
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
        sentences = [words % {"count": count} for count, words in said if count]
        if self.invited and not settings.MAIL_IS_SENT:
            sentences.append(_("Each needs their link now: open an invitation to copy it."))
        return sentences

    def __str__(self):
        return " ".join(self.sentences) or _("Nothing had to be done: everybody was here already.")


# --- Reading what was pasted or uploaded ------------------------------------------------------


def addresses_typed(text: str) -> list[str]:
    """What stands between line ends, commas and semicolons: one entry each, as it was typed."""
    entries = text.replace(";", "\n").replace(",", "\n").replace("\t", "\n").splitlines()
    return [entry.strip() for entry in entries if entry.strip()]


def addresses_uploaded(content: bytes) -> list[str]:
    """The addresses of a CSV file: its column of that name, or what looks like one in each row.

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
        found = [row[column].strip() for row in rows[1:] if len(row) > column]
    else:
        found = [next((cell.strip() for cell in row if "@" in cell), "") for row in rows]
    found = [address for address in found if address]
    if not found:
        raise ValidationError(_("Choose a file with e-mail addresses in it: this one has none"))
    return found


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
    """What each entry leads to. Whether somebody has an account makes no difference to it."""
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


def outcome_for(address, wanted, placed, pending) -> InvitationOutcome:
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
    """Which teams the people of an organisation are in, by address."""
    found: dict[str, set[int]] = {}
    for part in parts_of(addresses):
        rows = organisation.memberships.current().with_address(part)
        for address, team in rows.values_list("address", "team_memberships__team"):
            found.setdefault(address, set()).update({team} - {None})
    return found


def places_of_invited(
    organisation: Organisation, addresses: list[str]
) -> dict[str, tuple[bool, set[int]]]:
    """Whether each pending invitation has run out, and its teams, by address."""
    found: dict[str, tuple[bool, set[int]]] = {}
    now = timezone.now()
    for part in parts_of(addresses):
        rows = organisation.invitations.pending().with_address(part)
        for address, expires_at, team in rows.values_list("address", "expires_at", "places__team"):
            _expired, teams = found.setdefault(address, (expires_at <= now, set()))
            teams.update({team} - {None})
    return found


def parts_of(addresses: list[str], size: int = 500) -> Iterable[list[str]]:
    """No query has more parameters than every database takes."""
    return (addresses[start : start + size] for start in range(0, len(addresses), size))


# --- Doing it ---------------------------------------------------------------------------------


def left_today(person: User) -> int:
    """How many invitations somebody may still send within 24 hours."""
    since = timezone.now() - timedelta(days=1)
    return MOST_A_DAY - person.invitations_made.filter(sent_at__gt=since).count()


@transaction.atomic
def invite(plan: InvitationDraft, *, by: User) -> Done:
    """Do what a plan says: invitations with their letters, and places in teams.

    It looks again, in its own transaction, at what each line leads to: the same plan twice, or two
    at once, invites nobody twice. ValidationError if it is more than one person may send in a day.
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
    """Make room for new invitations to the same addresses."""
    for part in parts_of(addresses):
        run_out = list(organisation.invitations.pending().with_address(part))
        Invitation.objects.pending().filter(pk__in=[each.pk for each in run_out]).update(
            cancelled_at=timezone.now()
        )
        record_events(
            new_event(
                events.INVITATION_CANCELLED, by=by, organisation=organisation, invitation=each
            )
            for each in run_out
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
    """Add the teams to invitations that wait already; their number."""
    changed = set()
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
    """Give people who are in the organisation already a place in the teams; their number."""
    added = Counter()
    for part in parts_of(plan.addresses(InvitationOutcome.ADD_TO_TEAMS)):
        members = list(plan.organisation.memberships.current().with_address(part))
        for team in plan.teams:
            places = add_to_team(team, by=by, memberships=members, role=plan.team_role)
            added.update(place.membership_id for place in places)
    return len(added)
