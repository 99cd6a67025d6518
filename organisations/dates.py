"""The product's way to write times and dates: 2:05pm, 22 November 2026, where the reader is."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.dateformat import time_format
from django.utils.formats import date_format


def time_of_day(moment: datetime) -> str:
    """A moment as a time of day in the active time zone, such as 2:05pm."""
    return time_format(timezone.localtime(moment), "g:iA").lower()


def long_date(day: date | datetime) -> str:
    """A date, or the day of a moment in the active time zone, such as 22 November 2026."""
    if isinstance(day, datetime):
        day = timezone.localtime(day)
    return date_format(day, "j F Y")
