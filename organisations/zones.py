"""What day and hour it is in the time zones that people and organisations are in."""

import zoneinfo
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from django.utils import timezone


@lru_cache(maxsize=1)
def known_zones() -> list[zoneinfo.ZoneInfo]:
    return [zoneinfo.ZoneInfo(name) for name in sorted(zoneinfo.available_timezones())]


@lru_cache(maxsize=4)
def clocks(minute: datetime) -> dict[str, datetime]:
    """What clocks show at a moment in every zone. None of them differs by parts of a minute."""
    return {zone.key: minute.astimezone(zone) for zone in known_zones()}


def zones_by[Found](what: Callable[[datetime], Found]) -> dict[Found, list[str]]:
    """The names of all zones by something that their clocks show now, such as their date.

    At any moment there are two dates in the world, or for a while three. So SQL can compare rows of
    all zones with the date where they are.
    """
    found: dict[Found, list[str]] = {}
    for name, local in clocks(timezone.now().replace(second=0, microsecond=0)).items():
        found.setdefault(what(local), []).append(name)
    return found
