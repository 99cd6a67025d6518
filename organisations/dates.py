"""How the product writes times: 2:05pm, where the reader is."""

from django.utils import timezone
from django.utils.dateformat import time_format


def time_of_day(moment):
    """A moment as a time of day in the active time zone, such as 2:05pm."""
    return time_format(timezone.localtime(moment), "g:iA").lower()
