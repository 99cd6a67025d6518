"""Who did what to whom: written in the transaction of the change, read as sentences."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.groups import Group
from organisations.models import (
    AuditEvent,
    Membership,
    Team,
    TeamMembership,
    User,
)

Kind = AuditEvent.Kind


def record_event(kind: Kind, *, by: User | None, **about) -> AuditEvent:
    """Write down what was done. `about` has the fields of the event: organisation, subject, …"""
    return AuditEvent.objects.create(kind=kind, actor=by, **about)


def record_events(events: Iterable[AuditEvent]) -> None:
    AuditEvent.objects.bulk_create(events, batch_size=500)


def changes_of(
    thing: Group | User, fields: dict, *, unsaid: Iterable[str] = ()
) -> dict[str, list[object]]:
    """What `fields` would change: {field: [from, to]}. Of the `unsaid`, only that they changed."""
    return {
        name: [] if name in unsaid else [getattr(thing, name), value]
        for name, value in fields.items()
        if getattr(thing, name) != value
    }


SENTENCES = {
    Kind.ORGANISATION_CREATED: gettext_lazy("%(actor)s created %(organisation)s."),
    Kind.SETTINGS_CHANGED: gettext_lazy("%(actor)s changed the settings."),
    Kind.ORGANISATION_ARCHIVED: gettext_lazy("%(actor)s archived %(organisation)s."),
    Kind.ORGANISATION_RESTORED: gettext_lazy("%(actor)s brought %(organisation)s back."),
    Kind.TEAM_ADDED: gettext_lazy("%(actor)s added the team %(team)s."),
    Kind.TEAM_CHANGED: gettext_lazy("%(actor)s changed the team %(team)s."),
    Kind.TEAM_ARCHIVED: gettext_lazy("%(actor)s archived the team %(team)s."),
    Kind.TEAM_RESTORED: gettext_lazy("%(actor)s brought the team %(team)s back."),
    Kind.INVITED: gettext_lazy("%(actor)s invited %(address)s."),
    Kind.INVITATION_CHANGED: gettext_lazy(
        "%(actor)s added the team %(team)s to the invitation of %(address)s."
    ),
    Kind.INVITATION_RESENT: gettext_lazy("%(actor)s sent the invitation of %(address)s again."),
    Kind.INVITATION_CANCELLED: gettext_lazy("%(actor)s cancelled the invitation of %(address)s."),
    Kind.JOINED: gettext_lazy("%(subject)s joined."),
    Kind.ROLE_CHANGED: gettext_lazy("%(actor)s changed the role of %(subject)s."),
    Kind.TEAM_JOINED: gettext_lazy("%(actor)s added %(subject)s to the team %(team)s."),
    Kind.TEAM_ROLE_CHANGED: gettext_lazy(
        "%(actor)s changed the role of %(subject)s in the team %(team)s."
    ),
    Kind.TEAM_LEFT: gettext_lazy("%(actor)s took %(subject)s out of the team %(team)s."),
    Kind.MEMBERSHIP_ENDED: gettext_lazy("%(actor)s ended the membership of %(subject)s."),
    Kind.PEOPLE_DOWNLOADED: gettext_lazy("%(actor)s downloaded the list of people."),
    Kind.SYSTEM_CHANGED: gettext_lazy("%(actor)s changed which system this belongs to."),
    Kind.CONVENER_ADDED: gettext_lazy("%(actor)s made %(subject)s a convener."),
    Kind.CONVENER_REMOVED: gettext_lazy("%(subject)s is no longer a convener, says %(actor)s."),
    Kind.ACCOUNT_CHANGED: gettext_lazy("%(actor)s changed what the account of %(subject)s may do."),
    Kind.ROUND_PLANNED: gettext_lazy("%(actor)s planned a round of %(group)s."),
    Kind.ROUND_CHANGED: gettext_lazy("%(actor)s changed the planned round of %(group)s."),
    Kind.ROUND_CANCELLED: gettext_lazy("%(actor)s cancelled the planned round of %(group)s."),
    Kind.ROUND_OPENED: gettext_lazy("The round of %(group)s opened."),
    Kind.ROUND_EXTENDED: gettext_lazy("%(actor)s let the round of %(group)s go on for longer."),
    Kind.ROUND_REMINDED: gettext_lazy("%(actor)s sent a reminder of the round of %(group)s."),
    Kind.ROUND_CLOSED: gettext_lazy("The round of %(group)s closed."),
    Kind.TEXT_TAKEN_OUT: gettext_lazy("%(actor)s took a text out of the results of %(group)s."),
    Kind.RESULTS_DOWNLOADED: gettext_lazy("%(actor)s downloaded the results of %(group)s."),
    Kind.VISION_CHANGED: gettext_lazy("%(actor)s wrote where %(group)s wants to be."),
    Kind.PLAN_DOWNLOADED: gettext_lazy("%(actor)s downloaded the action plan of %(group)s."),
    Kind.ESCALATION_RAISED: gettext_lazy("%(actor)s raised an action of %(group)s."),
    Kind.ESCALATION_WITHDRAWN: gettext_lazy("%(actor)s took back what %(group)s had raised."),
    Kind.ESCALATION_ANSWERED: gettext_lazy("%(actor)s answered what %(group)s raised."),
    Kind.ESCALATION_FOLLOWED: gettext_lazy(
        "%(actor)s moved on the action that came of what %(group)s raised."
    ),
    Kind.TELLING_SHOWN: gettext_lazy(
        "%(actor)s showed “You said, we did” of %(group)s to those who read its plan."
    ),
    Kind.TELLING_HIDDEN: gettext_lazy(
        "%(actor)s no longer shows “You said, we did” of %(group)s to those who read its plan."
    ),
    Kind.TELLING_PUBLISHED: gettext_lazy("%(actor)s published “You said, we did” of %(group)s."),
    Kind.TELLING_TAKEN_BACK: gettext_lazy("%(actor)s took back “You said, we did” of %(group)s."),
}
# What somebody did to themselves.
OWN = {
    Kind.TEAM_JOINED: gettext_lazy("%(subject)s came into the team %(team)s."),
    Kind.TEAM_LEFT: gettext_lazy("%(subject)s left the team %(team)s."),
    Kind.MEMBERSHIP_ENDED: gettext_lazy("%(subject)s left %(organisation)s."),
}
FIELDS = {
    "name": gettext_lazy("Name"),
    "kind": gettext_lazy("Kind"),
    "role": gettext_lazy("Role"),
    "time_zone": gettext_lazy("Time zone"),
    "minimum_group": gettext_lazy("Minimum group"),
    "allows_named_rounds": gettext_lazy("Named rounds allowed"),
    "safeguarding_contact": gettext_lazy("Whom to contact if somebody is at risk"),
    "retention_years": gettext_lazy("Years that names are kept"),
    "system": gettext_lazy("System"),
    "title": gettext_lazy("Title"),
    "closes_on": gettext_lazy("Last day"),
    "is_active": gettext_lazy("May sign in"),
    "is_staff": gettext_lazy("Works in the site’s admin"),
    "raised": gettext_lazy("What became of it"),
}
YES_OR_NO = {True: gettext_lazy("yes"), False: gettext_lazy("no")}
VALUES: dict[str, dict] = {
    "role": {**dict(Membership.Role.choices), **dict(TeamMembership.Role.choices)},
    "kind": dict(Team.Kind.choices),
    "allows_named_rounds": YES_OR_NO,
    "is_active": YES_OR_NO,
    "is_staff": YES_OR_NO,
    "raised": {
        "accepted": gettext_lazy("Accepted"),
        "declined": gettext_lazy("Dropped"),
        "done": gettext_lazy("Done"),
    },
}


def sentence_about(event: AuditEvent) -> str:
    """What happened, with the names that people have now. Who has left has none."""
    kind = Kind(event.kind)
    is_own = event.actor_id is not None and event.actor_id == event.subject_id
    words = OWN[kind] if is_own and kind in OWN else SENTENCES[kind]
    nobody = _("somebody whose name is not kept")
    return str(words) % {
        "actor": event.actor or nobody.capitalize(),
        "subject": event.subject or nobody,
        "organisation": event.organisation,
        "team": event.team,
        "group": event.team or event.organisation or event.system,
        "address": event.invitation or _("an address that is no longer kept"),
    }


def details_of(event: AuditEvent) -> list[str]:
    """What changed from what to what, one sentence a field."""
    return [detail(name, change) for name, change in event.changes.items()]


def detail(name: str, change: list) -> str:
    label = FIELDS.get(name, name)
    if not change:
        return _("%(field)s was changed") % {"field": label}
    was, now = (shown(name, value) for value in change)
    return _("%(field)s: from “%(was)s” to “%(now)s”") % {"field": label, "was": was, "now": now}


def shown(name: str, value: object) -> str:
    if value in (None, ""):
        return _("nothing")
    return str(VALUES.get(name, {}).get(value, value))
