"""A group is a team, an organisation or a system: it holds rounds, and it has an action plan."""

from datetime import date
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
    """Whose minimum and time zone count for a group: a team has its organisation's."""
    return group.organisation if isinstance(group, Team) else group


def today_of(group: Group) -> date:
    """The date where a group is."""
    return timezone.localdate(timezone=ZoneInfo(keeper_of(group).time_zone))


def event_target(group: Group) -> dict[str, Group | None]:
    """The fields by which an event says which group it happened in, for `record_event`."""
    return {
        "organisation": organisation_of(group),
        "team": group if isinstance(group, Team) else None,
        "system": group if isinstance(group, System) else None,
    }
