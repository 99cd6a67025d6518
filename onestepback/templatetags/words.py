"""Times and dates as people say them; nothing for a day or a moment that is not there."""

from django import template

from organisations import dates

register = template.Library()


@register.filter
def time_of_day(moment):
    return dates.time_of_day(moment) if moment else ""


@register.filter
def long_date(day):
    return dates.long_date(day) if day else ""
