"""A group is a team, an organisation or a system: it holds rounds, and it has an action plan."""

from datetime import date
from typing import TypedDict
from zoneinfo import ZoneInfo

from django.utils import timezone

from organisations.models import Organisation, System, Team

Group = Team | Organisation | System


def organisation_of(group: Group) -> Organisation | None:
    """The organisation that a group is, or is in; None for a system, which spans several."""
    if isinstance(group, Team):
        return group.organisation
    return group if isinstance(group, Organisation) else None


def keeper_of(group: Group) -> Organisation | System:
    """The organisation or system whose minimum group and time zone a group has."""
    return group.organisation if isinstance(group, Team) else group


def today_of(group: Group) -> date:
    """Today's date in the time zone of a group."""
    return timezone.localdate(timezone=ZoneInfo(keeper_of(group).time_zone))


class EventTarget(TypedDict):
    """The fields of an event that name the group it happened in."""

    organisation: Organisation | None
    team: Team | None
    system: System | None


def event_target(group: Group) -> EventTarget:
    """The fields of an event that name its group, for `record_event`."""
    return {
        "organisation": organisation_of(group),
        "team": group if isinstance(group, Team) else None,
        "system": group if isinstance(group, System) else None,
    }
