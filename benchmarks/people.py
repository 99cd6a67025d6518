"""Fills an empty database with the people whose pages are measured; prints them as JSON."""

import json
import sys
from datetime import timedelta
from itertools import cycle

from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from actionplans.models import Action, ActionBarrier
from actionplans.services import personal_plan
from organisations.models import User
from reflections.models import Answer, Barrier, Level, Participation, Perspective, Reflection
from reflections.questionnaire import questionnaire
from reflections.services import start_participation

PLANNED = 40  # actions in the plan that is measured
ROWS = (1, 30, 300)
WRITERS = 8
WORDS = "We meet on the first Tuesday, and people who draw on care set the agenda with us. "
STATUSES = ["planned", "under_way", "stuck", "done", "planned"]


def print_people():
    """Somebody who answers, somebody who plans, people with few and many rows, people who save."""
    call_command("prepare", verbosity=0)
    with transaction.atomic():
        people = {
            "reader": make_person("reader", finished=2, actions=PLANNED, under_way=True),
            "planner": make_person("planner", finished=2, actions=PLANNED),
            **{f"rows_{n}": make_person(f"rows{n}", finished=n, actions=n) for n in ROWS},
            **{f"writer_{n}": make_person(f"writer{n}", under_way=True) for n in range(WRITERS)},
        }
    json.dump(people, sys.stdout)


def make_person(name, *, finished=0, actions=0, under_way=False):
    user = User.objects.create_user(f"{name}@example.org", name="Maya Okafor")
    browser = Client()
    browser.force_login(user)
    person = {"user": user.pk, "session": browser.cookies["sessionid"].value}
    for number in range(finished):
        make_finished(user, days_ago=90 * (finished - number))
    if under_way:
        participation = start_participation(by=user, perspective=Perspective.STAFF)
        fill(participation)
        person["participation"] = str(participation.pk)
    add_actions(user, actions)
    return person


def make_finished(user, days_ago):
    participation = start_participation(by=user, perspective=Perspective.STAFF)
    fill(participation)
    moment = timezone.now() - timedelta(days=days_ago)
    participation.reflections.update(submitted_at=moment)
    Participation.objects.filter(pk=participation.pk).update(finished_at=moment)


def fill(participation):
    """Ratings, targets, a comment, three barriers and a vision at each level."""
    asked = questionnaire(participation.question_set_id, participation.perspective, "en-gb")
    for reflection in Reflection.objects.filter(participation=participation):
        scale = asked[reflection.level].scale_questions
        answers = Answer.objects.filter(reflection=reflection)
        for rating, question in zip(cycle([2, 3, 1, 4]), scale, strict=False):
            answers.filter(question=question.pk).update(rating=rating, target=rating + 1)
        answers.filter(question=scale[0].pk).update(comment=WORDS * 2)
        answers.filter(question__kind="barrier").update(has_barrier=True)
        Barrier.objects.bulk_create(
            Barrier(reflection=reflection, position=number, text=f"{WORDS} {number}")
            for number in (1, 2, 3)
        )
        Reflection.objects.filter(pk=reflection.pk).update(vision=WORDS * 3)


def add_actions(user, count):
    """Actions spread over the levels; every other one answers a barrier of that level."""
    plan = personal_plan(user)
    named = Barrier.objects.filter(reflection__participation__user=user).select_related(
        "reflection"
    )
    finished = named.exclude(reflection__submitted_at=None).order_by("reflection__submitted_at")
    barriers = {barrier.reflection.level: barrier for barrier in finished}
    now = timezone.now()
    made = Action.objects.bulk_create(
        Action(
            plan=plan,
            level=level,
            title=f"Ask people how they like to meet, and write it down ({number})",
            detail=WORDS,
            measure="Half of those who come say that they chose the place.",
            with_partners="Two people from the carers’ group",
            owner=user,
            due_on=user.today + timedelta(days=number - 5),
            status=status,
            completed_at=now if status == Action.Status.DONE else None,
        )
        for number, level, status in zip(range(count), cycle(Level), cycle(STATUSES), strict=False)
    )
    ActionBarrier.objects.bulk_create(
        ActionBarrier(action=action, barrier=barriers[action.level], text=WORDS)
        for action in made[::2]
        if action.level in barriers
    )
