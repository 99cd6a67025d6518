"""Days as calendars read them (RFC 5545). The only importer of icalendar.

An event is a whole day, which is the same date in every time zone.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import override

from django.http import HttpResponse
from django.utils import timezone
from icalendar import Calendar, Event
from icalendar.prop import vDuration, vText

from onestepback.publishing.downloads import download

CONTENT_TYPE = "text/calendar; charset=utf-8"
LOOK_AGAIN = timedelta(hours=6)  # how often a calendar that subscribes is asked to
# What a text in a calendar cannot hold: control characters, but for lines and tabs.
NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Day:
    """An entry for a whole day. `uid` is its own for ever, and `sequence` grows as it changes."""

    uid: str
    day: date
    title: str
    url: str
    description: str
    status: str  # CONFIRMED, TENTATIVE or CANCELLED
    sequence: int


def calendar(days: Iterable[Day], *, name: str) -> bytes:
    """A calendar file, which can also be subscribed to."""
    made = Calendar()
    made.add("prodid", "-//One Step Back//One Step Back//EN")
    made.add("version", "2.0")
    made.add("name", _text(name))
    made.add("x-wr-calname", _text(name))
    made.add("refresh-interval", vDuration(LOOK_AGAIN), parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", vDuration(LOOK_AGAIN))
    now = timezone.now()
    for each in days:
        event = Event()
        event.add("uid", each.uid)
        event.add("dtstamp", now)
        event.add("dtstart", each.day)  # without an end: that day
        event.add("summary", _text(each.title))
        event.add("description", _text(each.description))
        event.add("url", each.url)
        event.add("status", each.status)
        event.add("sequence", each.sequence)
        event.add("transp", "TRANSPARENT")  # nobody is busy all day because of it
        made.add_component(event)
    return made.to_ical()


def calendar_response(content: bytes, *, filename: str) -> HttpResponse:
    """A calendar as a file to keep."""
    return download(content, filename=filename, extension="ics", content_type=CONTENT_TYPE)


def feed_response(content: bytes) -> HttpResponse:
    """A calendar that a program reads again and again; what is between it and us keeps nothing."""
    return HttpResponse(
        content,
        content_type=CONTENT_TYPE,
        headers={"Cache-Control": "private", "X-Robots-Tag": "noindex"},
    )


class _Words(vText):
    """A text in which a backslash before an N is just that; the library would break the line."""

    @override
    def to_ical(self) -> bytes:
        escaped = self.replace("\\", r"\\").replace(";", r"\;").replace(",", r"\,")
        return escaped.replace("\n", r"\n").encode()


def _text(words: str) -> vText:
    """Words with what has a meaning in a calendar escaped: the library leaves some names as is."""
    return _Words(NOT_TEXT.sub("", words.replace("\r\n", "\n").replace("\r", "\n")))
