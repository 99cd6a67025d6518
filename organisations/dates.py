"""The product's way to write times and dates: 2:05pm, 22 November 2026, where the reader is."""

from datetime import date, datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.dateformat import time_format
from django.utils.formats import date_format
from django.utils.translation import get_language


def time_of_day(moment: datetime) -> str:
    """A moment as a time of day in the active time zone, such as 2:05pm."""
    return time_format(timezone.localtime(moment), "g:iA").lower()


def long_date(day: date | datetime) -> str:
    """A date, or the day of a moment in the active time zone, such as 22 November 2026."""
    if isinstance(day, datetime):
        day = timezone.localtime(day).date()
    return _long_date(day, get_language())


@lru_cache(maxsize=2000)
def _long_date(day: date, _language: str | None) -> str:
    """A day in words, cached, since a list has many. `_language` is a key of the cache."""
    return date_format(day, "j F Y")
