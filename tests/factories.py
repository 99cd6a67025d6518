"""Rows in one line: plain functions, no surprises."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from actionplans.models import Action
from actionplans.services import add_action, personal_plan
from reflections.entries import Entry, Parts, Sheet
from reflections.models import Level, Perspective
from reflections.services import (
    finish_level,
    finish_participation,
    save_entries,
    start_participation,
)


def make_sheet(participation, level=Level.INDIVIDUAL, parts=Parts.NOW):
    return Sheet(participation, level, parts, "en-gb")


def save(participation, level=Level.INDIVIDUAL, parts=Parts.NOW, **fields):
    """Save fields over whatever is stored."""
    sheet = make_sheet(participation, level, parts)
    sheet.load()
    entries = [Entry(name, value, sheet.value(name)) for name, value in fields.items()]
    return save_entries(sheet, entries)


def make_barrier(participation, text="No time to meet", level=Level.INDIVIDUAL):
    sheet = make_sheet(participation, level)
    sheet.load()
    sheet.reflection.answers.filter(question__kind="barrier").update(has_barrier=True)
    position = sheet.reflection.barriers.count() + 1
    return sheet.reflection.barriers.create(text=text, position=position)


def make_finished(person, *, days_ago=0, rating=2, target=4, perspective=Perspective.STAFF):
    """A reflection with every scale question answered, finished so many days ago."""
    participation = start_participation(by=person, perspective=perspective)
    for reflection in participation.reflections.all():
        reflection.answers.filter(question__kind="scale").update(rating=rating, target=target)
        finish_level(reflection)
    finish_participation(participation)
    moment = timezone.now() - timedelta(days=days_ago)
    participation.reflections.update(submitted_at=moment)
    type(participation).objects.filter(pk=participation.pk).update(finished_at=moment)
    participation.refresh_from_db()
    return participation


def make_action(person, *, title="Ask people how they like to meet", level="team", **fields):
    """An action in a person's own plan, theirs unless `owner_name` says otherwise."""
    if "owner_name" not in fields:
        fields.setdefault("owner", person)
    fields.setdefault("due_on", person.today + timedelta(days=30))
    made_with = fields.pop("made_with", None) or Action().made_with
    return add_action(
        personal_plan(person), by=person, made_with=made_with, level=level, title=title, **fields
    )


def london(*moment):
    return datetime(*moment, tzinfo=ZoneInfo("Europe/London"))
