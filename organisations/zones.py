"""The day and hour now in each time zone, for queries over people and organisations in many."""

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
    """The local time in every zone at a moment. It is given in whole minutes, to be cached."""
    return {zone.key: minute.astimezone(zone) for zone in known_zones()}


def zones_by[Key](key_of_clock: Callable[[datetime], Key]) -> dict[Key, list[str]]:
    """The names of all zones, grouped by a key of their local time now, such as the date.

    At any moment there are two dates in the world, or for a while three. So one query can compare
    rows of all zones with the date in their own zone.
    """
    groups: dict[Key, list[str]] = {}
    for name, local in clocks(timezone.now().replace(second=0, microsecond=0)).items():
        groups.setdefault(key_of_clock(local), []).append(name)
    return groups
