"""Founds the demo's system and organisations through the services, then dates all of it back."""

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import F
from django.utils import timezone

from actionplans.models import Action, ActionPlan, ActionUpdate, Escalation
from actionplans.reminders import write_letters_about
from actionplans.services.leaving import end_membership
from onestepback.demo.accounts import add_account
from onestepback.demo.days import LONDON, working_moment
from onestepback.demo.deeds import Deed, Member, Partnership, members, partnership
from onestepback.demo.plans import act_in_plan
from onestepback.demo.rounds import act_in_round
from organisations import events, services
from organisations.forgetting import forget_old_invitations
from organisations.groups import Group
from organisations.history import record_event
from organisations.inviting import draft_invitations, invite
from organisations.models import (
    INVITATION_LASTS,
    AuditEvent,
    Invitation,
    Letter,
    Membership,
    Organisation,
    System,
    Team,
    User,
)
from organisations.outbox import forget_old_letters
from organisations.querysets import LetterQuerySet
from reflections.models import Round, TakenOut

type DateFields = list[tuple[type[models.Model], str]]

# The fields in which services write the moment of the call, by the subject of the deed.
ANYTHING: DateFields = [(Letter, "written_at"), (Letter, "not_before"), (AuditEvent, "at")]
PLACE_SERVICES: DateFields = [
    (Organisation, "created_at"),
    (Team, "archived_at"),
    (Membership, "joined_at"),
    (Membership, "ended_at"),
    (Invitation, "sent_at"),
    (Invitation, "accepted_at"),
    (Invitation, "cancelled_at"),
    (ActionUpdate, "made_at"),
]
ROUND_DEEDS: DateFields = [
    (Round, "created_at"),
    (Round, "opened_at"),
    (Round, "closed_at"),
    (Round, "announced_at"),
    (TakenOut, "taken_out_at"),
]
PLAN_DEEDS: DateFields = [
    (ActionPlan, "previewed_at"),
    (ActionPlan, "published_at"),
    (Action, "created_at"),
    (Action, "completed_at"),
    (ActionUpdate, "made_at"),
    (Escalation, "raised_at"),
    (Escalation, "answered_at"),
]


class Accounts:
    """The accounts by address. A newcomer gets one on the day of their first deed."""

    def __init__(self, hashed: str, newcomers: list[Member]) -> None:
        self.hashed = hashed
        self.newcomers = {each.email: each for each in newcomers}
        self.users = {user.email: user for user in User.objects.all()}

    def get(self, email: str, *, at: datetime) -> User:
        if email not in self.users:
            user = User(email=email, name=self.newcomers[email].name)
            add_account(user, self.hashed, joined_at=at)
            self.users[email] = user
        return self.users[email]


def found_partnership(*, today: date, hashed: str) -> None:
    """Make the system, its organisations and all that was done in them, as seen on `today`."""
    began = timezone.now()
    accounts = Accounts(hashed, members())
    story = partnership()
    deeds = deeds_in_order(story, today)
    for at, name, deed in deeds:
        by = accounts.get(deed.by, at=at)
        dated = PLACE_SERVICES
        if deed.does == "create":
            services.create_organisation(by=by, name=name, time_zone=LONDON.key)
        elif deed.plan is not None:
            act_in_plan(deed, group_of(deed, name), by=by, today=today)
            dated = PLAN_DEEDS
        elif name == story.system.name:
            convene(deed, story.fields, accounts, at)
        elif act_in_round(deed, group_of(deed, name), by=by, today=today, at=at):
            dated = ROUND_DEEDS
        else:
            do_deed(deed, Organisation.objects.get(name=name), by=by)
        date_back(began, at, dated)
    # Not before: an invitation is accepted while it is open.
    Invitation.objects.update(expires_at=F("sent_at") + INVITATION_LASTS)
    forget_old_invitations()
    write_letters_about(Action.objects.with_owner_there())
    date_back(began, working_moment(today, 1, "07:05"), [])
    leave_none_to_send([email for *_when, deed in deeds if not deed.arrives for email in deed.who])
    forget_old_letters()


def deeds_in_order(story: Partnership, today: date) -> list[tuple[datetime, str, Deed]]:
    """All deeds in the order of time, each with its moment and the name of its place."""
    deeds = [
        (working_moment(today, deed.ago, deed.at), place.name, deed)
        for place in [story.system, *story.organisations]
        for deed in place.deeds
    ]
    return sorted(deeds, key=lambda each: each[0])


def group_of(deed: Deed, name: str) -> Group:
    """The team, the organisation or the system in which a deed was done."""
    if deed.team:
        return Team.objects.select_related("organisation").get(
            organisation__name=name, name=deed.team
        )
    return Organisation.objects.filter(name=name).first() or System.objects.get(name=name)


def convene(deed: Deed, fields: dict[str, Any], accounts: Accounts, at: datetime) -> None:
    """Do a deed of the site operator about a system, as the admin does it."""
    by = accounts.get(deed.by, at=at)
    match deed.does:
        case "create_system":
            system = System.objects.create(**fields, time_zone=LONDON.key)
            record_event(events.SYSTEM_CHANGED, by=by, system=system)
        case "add_convener":
            system = System.objects.get()
            newcomers = [accounts.get(email, at=at) for email in deed.who]
            conveners = [*system.conveners.all(), *newcomers]
            services.change_conveners(system, by=by, conveners=conveners)
        case unknown:
            raise ValueError(f"{deed.by}: {unknown}")


def do_deed(deed: Deed, organisation: Organisation, *, by: User) -> None:
    """Do a deed in an organisation or in its team, as the page would do it."""
    people = organisation.memberships.current().filter(user__email__in=deed.who)
    match deed.does:
        case "join_system":
            services.change_system(organisation, by=by, system=System.objects.get())
        case "change_settings":
            services.change_settings(organisation, by=by, **deed.settings)
        case "add_team":
            services.add_team(organisation, by=by, name=deed.name, kind=deed.kind)
        case "change_role":
            services.change_role(people.get(), by=by, role=deed.role)
        case "end_membership":
            end_membership(people.get(), by=by)
        case "download_people":
            record_event(events.PEOPLE_DOWNLOADED, by=by, organisation=organisation)
        case "invite" | "accept" | "resend" | "cancel":
            do_deed_of_inviting(deed, organisation, by=by)
        case _ if deed.team:
            do_deed_in_team(deed, organisation.teams.get(name=deed.team), by=by)
        case unknown:
            raise ValueError(f"{deed.by}: {unknown}")


def do_deed_of_inviting(deed: Deed, organisation: Organisation, *, by: User) -> None:
    pending = organisation.invitations.pending().filter(email__in=deed.who)
    match deed.does:
        case "invite":
            draft = draft_invitations(
                organisation,
                deed.who,
                role=deed.role,
                teams=[organisation.teams.get(name=deed.team)] if deed.team else [],
                team_role=deed.team_role,
            )
            invite(draft, by=by)
        case "accept":
            invitation = organisation.invitations.open().get(email=by.email)
            services.accept_invitation(invitation, by=by)
        case "resend":
            services.resend_invitation(pending.get(), by=by)
        case "cancel":
            services.cancel_invitation(pending.get(), by=by)


def do_deed_in_team(deed: Deed, team: Team, *, by: User) -> None:
    people = team.organisation.memberships.current().filter(user__email__in=deed.who)
    match deed.does:
        case "change_team":
            services.change_team(team, by=by, name=deed.name, kind=deed.kind)
        case "archive_team":
            services.archive_team(team, by=by)
        case "add_to_team":
            services.add_to_team(team, by=by, memberships=people, role=deed.team_role)
        case "change_team_role":
            place = team.memberships.get(membership=people.get())
            services.change_team_role(place, by=by, role=deed.team_role)
        case "leave_team":
            services.remove_from_team(team.memberships.get(membership=people.get()), by=by)
        case unknown:
            raise ValueError(f"{deed.by}: {unknown}")


def date_back(began: datetime, at: datetime, dated: DateFields) -> None:
    """Give the rows that were written since the demo began the moment that its story tells.

    Rows that are dated back already lie before today, and so before `began`.
    """
    for model, name in [*ANYTHING, *dated]:
        # A plain queryset, because that of events refuses to change a row.
        rows: models.QuerySet[models.Model] = models.QuerySet(model)
        rows = rows.filter(**{f"{name}__gte": began})
        rows.update(**{name: at})


def leave_none_to_send(unreached: list[str]) -> None:
    """Mark all letters as sent on their day, or as refused for good, so that none is sent."""
    Letter.objects.filter(address__in=unreached).update(
        error=LetterQuerySet.REFUSED, attempts=LetterQuerySet.MOST_ATTEMPTS
    )
    Letter.objects.exclude(address__in=unreached).update(attempts=1, sent_at=F("written_at"))
