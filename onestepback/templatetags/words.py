"""Times and dates as people say them; nothing for a day or a moment that is not there."""

from django import template
from django.conf import settings
from django.utils.crypto import salted_hmac

from organisations import dates

register = template.Library()


@register.filter(name="time_of_day")
def time_of_day_filter(moment):
    return dates.time_of_day(moment) if moment else ""


@register.filter(name="long_date")
def long_date_filter(day):
    return dates.long_date(day) if day else ""


@register.filter
def of_key(found, key):
    """What a mapping has under a key; None if it has nothing there."""
    return found.get(key)


@register.filter
def drafts_of(user):
    """Whose drafts a tab may bring back: a mark that tells nothing, and empty for nobody."""
    if not user or not user.is_authenticated:
        return ""
    return salted_hmac("onestepback.drafts", str(user.pk), algorithm="sha256").hexdigest()[:16]


@register.simple_tag
def mail_is_sent():
    """Whether this site sends e-mail, or whoever runs it finds the letters in a folder."""
    return settings.MAIL_IS_SENT
