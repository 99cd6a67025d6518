"""Calendar files: what calendars read, whatever people typed."""

import ast
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from onestepback.publishing.calendars import Day, calendar, calendar_response, feed_response

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "https://onestepback.example.org/actions/7/"


def day(title="Ask the bus company", **fields):
    usual = {
        "uid": "action-7@onestepback.example.org",
        "day": date(2026, 12, 4),
        "title": title,
        "url": ADDRESS,
        "description": "Action plan of Home visits\nStatus: Planned",
        "status": "CONFIRMED",
        "sequence": 3,
    }
    return Day(**usual | fields)


def read(content):
    [event] = Calendar.from_ical(content).walk("VEVENT")
    return event


def test_one_file_imports_icalendar():  # H5
    importers = {
        path.relative_to(ROOT).as_posix()
        for folder in ("onestepback", "organisations", "reflections", "actionplans")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([a.name for a in node.names] + [getattr(node, "module", "") or ""])
        if name.split(".")[0] == "icalendar"
    }

    assert importers == {"onestepback/publishing/calendars.py"}


def test_an_entry_is_a_whole_day_of_its_own(time_machine):  # H5
    time_machine.move_to(datetime(2026, 11, 24, 9, tzinfo=UTC), tick=False)

    content = calendar([day()], name="Home visits")

    assert content.decode().split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//One Step Back//One Step Back//EN",
        "NAME:Home visits",
        "X-WR-CALNAME:Home visits",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
        "BEGIN:VEVENT",
        "SUMMARY:Ask the bus company",
        "DTSTART;VALUE=DATE:20261204",
        "DTSTAMP:20261124T090000Z",
        "UID:action-7@onestepback.example.org",
        "SEQUENCE:3",
        "DESCRIPTION:Action plan of Home visits\\nStatus: Planned",
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
        f"URL:{ADDRESS}",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


STRANGE = {
    "long": "Wort" * 50,
    "right to left": "اسأل شركة الحافلات " * 9,
    "emoji": "👩🏽‍🦽🚌" * 30,
    "signs": 'a;b,c\\d"e:f\nSUMMARY:g\r\nEND:VEVENT\rh',
    "hidden": "\x00\x0b\x1b[31m\x7fend",
}


def kept(words):
    """The part of some words that a calendar can hold."""
    lines = words.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in "\n\t" or c >= " " and c != "\x7f")


@pytest.mark.parametrize("words", STRANGE.values(), ids=STRANGE)
def test_whatever_was_typed_comes_back_and_lines_are_short(words):  # H5
    content = calendar([day(words)], name=words)

    assert read(content)["summary"] == kept(words)
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    assert b"\n" not in content.replace(b"\r\n", b"")
    content.decode()


@pytest.mark.slow
@example(r"C:\New, C:\new; C:\\N")
@given(st.text(max_size=200))
def test_no_words_make_a_second_entry_or_lose_anything(words):  # H5
    event = read(calendar([day(words)], name=words))

    assert event["summary"] == kept(words)
    assert (event["uid"], event["sequence"]) == ("action-7@onestepback.example.org", 3)


def test_a_calendar_of_nothing_is_still_one():
    content = calendar([], name="Home visits")

    assert Calendar.from_ical(content).walk("VEVENT") == []


def test_a_calendar_to_keep_has_a_safe_name():  # G7
    response = calendar_response(calendar([day()], name="x"), filename='Plan of "Zoë"\r\n.ics')

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert 'filename="plan-of-zoe.ics"' in response["Content-Disposition"]
    assert response["Cache-Control"] == "private, no-store"


def test_a_feed_is_kept_by_nobody_between():  # H5
    response = feed_response(b"x")

    assert response["Cache-Control"] == "private"
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
