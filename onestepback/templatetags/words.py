"""Filters for times and dates as people say them. An absent day or moment gives no words."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.crypto import salted_hmac
from django.utils.text import Truncator

from organisations import dates
from organisations.models import User

register = template.Library()


@register.filter(name="time_of_day")
def time_of_day_filter(moment: datetime | None) -> str:
    return dates.time_of_day(moment) if moment else ""


@register.filter(name="long_date")
def long_date_filter(day: date | None) -> str:
    return dates.long_date(day) if day else ""


@register.filter
def shortened(text: str, length: int) -> str:
    """The same as Django's `truncatechars`, which looks at each letter, also of plain words."""
    if text.isascii():
        return text if len(text) <= length else f"{text[: length - 1]}…"
    return Truncator(text).chars(length)


@register.filter
def of_key(mapping: Mapping[Any, Any], key: object) -> Any:
    """The value of a key in a mapping; None if it has no such key."""
    return mapping.get(key)


@register.filter
def drafts_of(user: User | AnonymousUser | None) -> str:
    """A digest that names the person whose drafts a tab may bring back; empty if signed out."""
    if not user or not user.is_authenticated:
        return ""
    return salted_hmac("onestepback.drafts", str(user.pk), algorithm="sha256").hexdigest()[:16]


@register.simple_tag
def mail_is_sent() -> bool:
    """True if this site sends e-mail; else its operator finds the letters in a folder."""
    return bool(settings.MAIL_IS_SENT)
