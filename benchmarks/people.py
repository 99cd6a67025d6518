"""Fills an empty database with the people whose pages are measured; prints them as JSON."""

import json
import sys
from datetime import timedelta
from itertools import cycle
from random import Random

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from actionplans.models import Action, ActionBarrier
from actionplans.services.plans import personal_plan, plan_of
from organisations.models import (
    Letter,
    Membership,
    Organisation,
    Team,
    TeamMembership,
    User,
)
from reflections.models import Answer, Barrier, Level, Participation, Perspective, Reflection
from reflections.questionnaire import questionnaire
from reflections.rounds import close_round
from reflections.services import start_participation
from tests.factories import make_member, make_team_round, share

PLANNED = 40  # actions in the plan that is measured
ROWS = (1, 30, 300)
WRITERS = 8
ROUNDS = (6, 24)  # people of a team who took part
PLANS = (1, 40, 300, 500)  # actions in the plan of a team
SIZES = {"small": (10, 2), "large": (5000, 20)}  # people and teams of an organisation
FIRST_NAMES = (
    "Abena Aidan Amara Bethan Callum Chidi Dilys Ewa Farah Gareth Hana Imran Joanna Kofi Lowri "
    "Mehmet Niamh Oluwaseun Priya Rhys Sadia Tomasz Una Veronica Wanjiru Yusuf Zofia"
)
FAMILY_NAMES = (
    "Adeyemi Begum Carter Davies Evans Farouk Griffiths Hussain Iqbal Jenkins Kowalski Lewis "
    "Mensah Nowak O’Connor Patel Quinn Roberts Singh Thompson Uddin Vaughan Williams Young"
)
TEAM_NAMES = ["Community mental health", "Diabetes education", "Carers’ support", "Physiotherapy"]
WORDS = "We meet on the first Tuesday, and people who draw on care set the agenda with us. "
STATUSES = ["planned", "under_way", "stuck", "done", "planned"]


def print_people():
    """Make and print people who answer, who plan, who save, and who have few rows or many."""
    call_command("prepare", verbosity=0)
    with transaction.atomic():
        people = {
            "reader": make_person("reader", finished=2, actions=PLANNED, under_way=True),
            "planner": make_person("planner", finished=2, actions=PLANNED),
            **{f"rows_{n}": make_person(f"rows{n}", finished=n, actions=n) for n in ROWS},
            **{f"writer_{n}": make_person(f"writer{n}", under_way=True) for n in range(WRITERS)},
            **{f"{name}_admin": make_organisation(name, *size) for name, size in SIZES.items()},
            **{f"round_{size}": make_closed_round(size) for size in ROUNDS},
            **{f"plan_{size}": make_shared_plan(size) for size in PLANS},
        }
    if connection.vendor == "postgresql":  # which by itself does so after a minute
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
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
    """Add ratings, targets, a comment, three barriers and a vision at each level."""
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
    """Add actions to one's own plan. Every other one answers a barrier of its level."""
    named = Barrier.objects.filter(reflection__participation__user=user).select_related(
        "reflection"
    )
    finished = named.exclude(reflection__submitted_at=None).order_by("reflection__submitted_at")
    barriers = {barrier.reflection.level: barrier for barrier in finished}
    made = plan_actions(personal_plan(user), user, count)
    ActionBarrier.objects.bulk_create(
        ActionBarrier(action=action, barrier=barriers[action.level], text=WORDS)
        for action in made[::2]
        if action.level in barriers
    )


def plan_actions(plan, user, count):
    """Add so many actions to a plan, spread over the levels, with every field filled in."""
    now = timezone.now()
    return Action.objects.bulk_create(
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


def make_shared_plan(size):
    """Make a team's plan of so many actions, with shared barriers; return its facilitator."""
    round_ = make_team_round(ROUNDS[1])
    for participation in round_.participations.all()[:6]:
        for level in Level.values[1:]:
            share(participation, level, barrier=WORDS)
    close_round(round_)
    facilitator = make_person(f"facilitator{size}")
    user = User.objects.get(pk=facilitator["user"])
    make_member(round_.team.organisation, user, team=round_.team, team_role="facilitator")
    plan = plan_of(round_.team)
    made = plan_actions(plan, user, size)
    barriers = Barrier.objects.filter(reflection__participation__round=round_)
    by_level = {each.reflection.level: each for each in barriers.select_related("reflection")}
    ActionBarrier.objects.bulk_create(
        ActionBarrier(action=action, barrier=by_level[action.level], text=WORDS)
        for action in made[::4]
        if action.level in by_level
    )
    return {**facilitator, "plan": plan.pk, "page": plan.get_absolute_url()}


def make_closed_round(size):
    """Make a team's round that so many finished, half with shared words; return a reader."""
    round_ = make_team_round(size, compares_perspectives=True)
    for participation in round_.participations.all()[: size // 2]:
        for level in Level.values[1:]:
            share(participation, level, comment=WORDS, barrier=WORDS, idea=WORDS)
    close_round(round_)
    browser = Client()
    browser.force_login(round_.participations.earliest("pk").user)
    session = browser.cookies["sessionid"].value
    return {"session": session, "results": f"/rounds/{round_.pk}/results/"}


def make_organisation(name, count, team_count):
    """Make an organisation of so many people, each in a team or two; return its administrator."""
    organisation = Organisation.objects.create(name=f"{name.title()} Valley Trust", slug=name)
    administrator = make_person(f"{name}_admin")
    teams = [
        Team(organisation=organisation, name=f"{TEAM_NAMES[number % 4]} {number // 4 + 1}")
        for number in range(team_count)
    ]
    Team.objects.bulk_create(teams)
    chance = Random(name)  # every run makes the same people
    users = User.objects.bulk_create(made_up(name, number, chance) for number in range(1, count))
    administers = {administrator["user"], *(user.pk for user in users[::100])}
    memberships = Membership.objects.bulk_create(
        Membership(
            organisation=organisation,
            user_id=pk,
            role="administrator" if pk in administers else "member",
        )
        for pk in (administrator["user"], *(user.pk for user in users))
    )
    TeamMembership.objects.bulk_create(
        TeamMembership(
            membership=membership,
            team=team,
            role="facilitator" if chance.random() < 0.1 else "member",
        )
        for membership in memberships
        for team in chance.sample(teams, k=chance.choice((1, 2)))
    )
    Letter.objects.bulk_create(letter_to(user, number) for number, user in enumerate(users))
    return {**administrator, "people": f"/organisations/{organisation.slug}/people/"}


def made_up(organisation, number, chance):
    """Names in no order, so that a list by name has to sort them."""
    first, second = chance.sample(FIRST_NAMES.split(), k=2)
    family = chance.choice(FAMILY_NAMES.split())
    address = f"{first}.{family}.{number}@{organisation}.example.org".lower().replace("’", "")
    return User(email=address, name=f"{first} {second} {family}", password=make_password(None))


def letter_to(user, number):
    """The letter that invited somebody. Some addresses no longer exist."""
    if number % 50 == 0:
        error = "SMTPRecipientsRefused"
        return Letter(kind="invitation", address=user.email, attempts=8, error=error)
    return Letter(kind="invitation", address=user.email, attempts=1, sent_at=timezone.now())
