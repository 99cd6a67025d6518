"""Fills an empty database with people who are signed in and prints them as JSON, for a server."""

import json
import sys
import uuid

from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from actionplans.reminders import hour_of
from actionplans.services.actions import add_action
from actionplans.services.plans import personal_plan
from organisations.models import User
from organisations.outbox import write_letter
from organisations.zones import zones_by
from reflections.models import Perspective
from reflections.services import start_participation

PASSWORD = "correct horse battery"
LETTERS = 12


def make_people(count):
    """Make people who each have a session and an unfinished reflection; some have a letter due."""
    call_command("prepare", verbosity=0)
    with transaction.atomic():
        return [make_person(number) for number in range(count)]


def make_person(number):
    address = f"person{number}@example.org"
    user = User.objects.create_user(address, PASSWORD if number == 0 else None)
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    if number < LETTERS:
        write_letter("password_set", to=address, recipient=user)
    browser = Client()
    browser.force_login(user)
    session = browser.cookies["sessionid"].value
    participation = start_participation(by=user, perspective=Perspective.STAFF)
    return {"email": address, "session": session, "participation": str(participation.pk)}


def promise_today(addresses):
    """Give each of these people an action that is due today, in a time zone where it is noon."""
    noon = zones_by(hour_of)[12][0]
    User.objects.filter(email__in=addresses).update(time_zone=noon)
    for user in User.objects.filter(email__in=addresses):
        add_action(
            personal_plan(user),
            by=user,
            made_with=uuid.uuid4(),
            level="individual",
            title="Ask people how they like to meet",
            owner=user,
            due_on=user.today,
        )


def print_people(count):
    json.dump(make_people(count), sys.stdout)
