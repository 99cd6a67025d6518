"""Calendar files and feeds (RFC 5545). Only this module imports icalendar.

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

from onestepback.publishing.downloads import file_response

CONTENT_TYPE = "text/calendar; charset=utf-8"
LOOK_AGAIN = timedelta(hours=6)  # a subscribed calendar is asked to read the feed so often
# A text in a calendar cannot hold control characters, save line ends and tabs.
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
    file = Calendar()
    file.add("prodid", "-//One Step Back//One Step Back//EN")
    file.add("version", "2.0")
    file.add("name", _text(name))
    file.add("x-wr-calname", _text(name))
    file.add("refresh-interval", vDuration(LOOK_AGAIN), parameters={"VALUE": "DURATION"})
    file.add("x-published-ttl", vDuration(LOOK_AGAIN))
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
        file.add_component(event)
    content: bytes = file.to_ical()
    return content


def calendar_response(content: bytes, *, filename: str) -> HttpResponse:
    """A calendar as a file to keep."""
    return file_response(content, filename=filename, extension="ics", content_type=CONTENT_TYPE)


def feed_response(content: bytes) -> HttpResponse:
    """A calendar that a program reads again and again. No proxy may store it."""
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
    """Words, with signs escaped that mean something in a calendar: icalendar skips some names."""
    return _Words(NOT_TEXT.sub("", words.replace("\r\n", "\n").replace("\r", "\n")))
