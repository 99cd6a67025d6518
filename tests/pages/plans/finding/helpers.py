"""Helpers that fill a plan with actions, and read them from its pages and files."""

import csv
import re
from datetime import timedelta
from io import BytesIO, StringIO

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from actionplans.models import Action
from reflections.models import Level
from tests.publishing import pdfs

STATUSES = Action.Status.values

QUERIES = [
    ("", lambda a, place: True),
    ("owner=me", lambda a, place: a.owner == place.facilitator),
    ("owner=nobody", lambda a, place: a.is_open and a.owner_left),
    ("owner=name:Sam+Carter", lambda a, place: a.owner_name == "Sam Carter"),
    ("level=organisation&sort=title", lambda a, place: a.level == "organisation"),
    ("status=open&overdue=yes&sort=due", lambda a, place: a.is_overdue(place.plan.today)),
    ("q=BUS+ring&sort=newest", lambda a, place: bool(a.detail)),
    (
        "q=bus&level=team&status=stuck",
        lambda a, place: a.detail and a.status == "stuck" and a.level == "team",
    ),
    ("status=proposed&sort=status", lambda a, place: a.status == "proposed"),
]


def fill(place, number):
    """Add so many actions of every level and status, by people with and without accounts."""
    today, rows = place.plan.today, []
    owners = [
        {"owner": place.facilitator},
        {"owner": place.member},
        {"owner_name": "Sam Carter"},
        {"owner_left": True},
    ]
    for n in range(number):
        status = STATUSES[n % len(STATUSES)]
        free = status in ("proposed", "dropped") and n % 2 == 0
        rows.append(
            Action(
                plan=place.plan,
                title=f"act{n}z",
                detail="Ring the bus company" if n % 3 == 0 else "",
                level=Level.values[n % 4],
                status=status,
                due_on=None if free else today + timedelta(days=n - number // 2),
                completed_at=timezone.now() if status == "done" else None,
                **({} if free else owners[n * 7 // 5 % 4]),
            )
        )
    Action.objects.bulk_create(rows)
    return list(Action.objects.filter(plan=place.plan).order_by("pk"))


def on_pages(browser, place, query):
    """The keys of the actions on all pages of a filtered plan, in their order."""
    address, found = f"{place.address}?{query}", []
    while address:
        page = browser.get(address).text
        titles = re.findall(r'osb-action__title">\s*<a href="/actions/([0-9]+)/["?]', page)
        found += map(int, titles)
        following = re.search(r'rel="next" href="([^"]*)"', page)
        address = following and place.address + following[1].replace("&amp;", "&")
    return found


def file(browser, place, name, query):
    response = browser.get(f"{place.address}{name}?{query}")
    assert response.status_code == 200
    return response.content


def rows_of_csv(content):
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))


def rows_of_xlsx(content):
    header, *rows = load_workbook(BytesIO(content)).worksheets[0].values
    return [dict(zip(header, row, strict=True)) for row in rows]


def number_in(title):
    return int(title[3:-1])


def section_of(page, level):
    return re.search(rf'<section [^>]*id="{level}".*?</section>', page, re.DOTALL)[0]


def reversed_facts(content):
    """The text of a PDF, in which each figure stands both before and after its word."""
    words = pdfs.words(content)
    return words + " " + re.sub(r"(\d+) (\w+)", r"\2 \1", words) + " "


def queries(browser, address):
    browser.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)
