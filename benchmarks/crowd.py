"""Fills an empty database with a large system's rounds, in SQL, because the ORM would take hours.

Everybody is in one team of 30 in one organisation of 5,000, all in one system. The teams have
closed rounds and one open round. The system has an open round that everybody has finished.
"""

import json
import sys
from contextlib import contextmanager
from datetime import timedelta
from math import ceil

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from organisations.models import Membership, Organisation, System, Team, TeamMembership, User
from reflections.models import Answer, Level, Participation, QuestionSet, Reflection, Round
from tests.factories import make_team_round, share

TEAM, ORGANISATION, SYSTEM = 30, 5000, 50_000  # people
LATER = timedelta(days=14)
SHARED = Level.values[1:]  # the levels whose texts others may read


def print_small():
    """Make a round of a team in a database with nothing else, and print its keys as JSON."""
    call_command("prepare", verbosity=0)
    json.dump(make_small_round(), sys.stdout)


def print_crowd(reflections):
    """Make the same round beside so many reflections, and print the keys and numbers as JSON.

    A sitting has four levels and thirteen answers.
    """
    call_command("prepare", verbosity=0)
    begun = timezone.now()
    with connection.cursor() as cursor, transaction.atomic():
        hurry(cursor)
        made = make_crowd(cursor, reflections)
        small = make_small_round()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    made["seconds"] = (timezone.now() - begun).total_seconds()
    made["rows"] = {
        model._meta.db_table: model.objects.count()
        for model in (Round, Participation, Reflection, Answer)
    }
    json.dump({**made, "small": small}, sys.stdout)


def make_small_round():
    """Make a round of a team of 30 with shared words; return its keys and a participant's."""
    round_ = make_team_round(TEAM)
    for participation in round_.participations.all()[:10]:
        for level in SHARED:
            share(
                participation,
                level,
                comment="We meet on the first Tuesday, and people who draw on care come.",
                barrier="There is no money for the bus to the meetings.",
                idea="Hold every other meeting where people already are.",
            )
    reader = round_.participations.earliest("pk").user_id
    return {"round": round_.pk, "team": round_.team_id, "reader": reader}


# --- The crowd ------------------------------------------------------------------------------------


def hurry(cursor):
    """Have PostgreSQL check no foreign key in this transaction, and save time elsewhere too."""
    if connection.vendor == "postgresql":
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")


@contextmanager
def indexed_afterwards(cursor, table):
    """Drop the indexes of a table, and make them anew after the block, to save most of the time."""
    if connection.vendor == "sqlite":
        yield
        return
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = %s::regclass AND contype IN ('p', 'u')",
        [table],
    )
    constraints = cursor.fetchall()
    for name, _ in constraints:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", [table])
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for name, definition in constraints:
        cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    for _, definition in indexes:
        cursor.execute(definition)


def make_crowd(cursor, reflections):
    people = min(SYSTEM, reflections // 20)
    finished = reflections - people  # in the rounds of teams
    system = System.objects.create(name="Large System", slug="large")
    organisations = Organisation.objects.bulk_create(
        Organisation(name=f"Organisation {number}", slug=f"large-{number}", system=system)
        for number in range(ceil(people / ORGANISATION))
    )
    teams = Team.objects.bulk_create(
        Team(organisation=organisations[number * TEAM // ORGANISATION], name=f"Team {number}")
        for number in range(people // TEAM)
    )
    users = User.objects.bulk_create(
        (User(email=f"p{number}@large.example.org", password="!") for number in range(people)),
        batch_size=5000,
    )
    system.conveners.add(users[0])
    memberships = Membership.objects.bulk_create(
        (
            Membership(
                organisation=organisations[number // ORGANISATION],
                user=user,
                role="administrator" if number % ORGANISATION == 0 else "member",
            )
            for number, user in enumerate(users)
        ),
        batch_size=5000,
    )
    TeamMembership.objects.bulk_create(
        (
            TeamMembership(
                membership=membership,
                team=teams[number // TEAM],
                role="member" if number % TEAM else "facilitator",
            )
            for number, membership in enumerate(memberships[: len(teams) * TEAM])
        ),
        batch_size=5000,
    )
    rounds = make_rounds(teams, system, ceil(finished / TEAM))
    sittings(cursor, finished, round_=f"{rounds[0].pk} + n / {TEAM}", first=users[0].pk, of=teams)
    sittings(cursor, people, round_=rounds[-1].pk, first=users[0].pk)
    with indexed_afterwards(cursor, Answer._meta.db_table):
        answer_everything(cursor)
    return {
        "team": rounds[-2].pk,
        "system": rounds[-1].pk,
        "organisation": organisations[0].slug,
        "administrator": users[0].pk,
        "member": users[-1].pk,
        "people": people,
        "of_organisation": min(people, ORGANISATION),
    }


def make_rounds(teams, system, count):
    """Make the rounds of the teams, of which the last is open, and the system's round."""
    today, moment = timezone.localdate(), timezone.now()
    question_set = QuestionSet.objects.latest("published_at", "pk")
    rounds = []
    for number in range(count + 1):
        is_open = number >= count - len(teams)
        ago = LATER * 2 * ((count - 1 - number) // len(teams))
        rounds.append(
            Round(
                team=None if number == count else teams[number % len(teams)],
                system=system if number == count else None,
                title=f"Round {number}",
                question_set=question_set,
                compares_perspectives=True,
                time_zone="Europe/London",
                opens_on=today if is_open else today - ago,
                closes_on=today + LATER if is_open else today - ago + LATER,
                opened_at=moment if is_open else moment - ago,
                closed_at=None if is_open else moment - ago + LATER,
                figures=None if is_open else {"levels": {}},
                announced_at=None if is_open else moment - ago + LATER,
            )
        )
    return Round.objects.bulk_create(rounds, batch_size=2000)


def sittings(cursor, count, *, round_, first, of=()):
    """Add finished sittings in random order, so that those of a round lie scattered, as in use."""
    person = f"n % {len(of) * TEAM}" if of else "n"
    cursor.execute(
        f"""
        INSERT INTO reflections_participation
            (id, round_id, user_id, perspective, question_set_id, finished_at)
        WITH RECURSIVE numbers(n) AS (
            SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count - 1}
        )
        SELECT {a_key()}, {round_}, {first} + {person},
            CASE n % 3 WHEN 0 THEN 'partner' ELSE 'staff' END,
            (SELECT max(id) FROM reflections_questionset), {now()}
        FROM numbers ORDER BY random()
        """
    )


def answer_everything(cursor):
    """Add every level of every sitting, with answers chosen by chance."""
    levels = " UNION ALL ".join(f"SELECT '{level}' AS level" for level in Level.values)
    cursor.execute(
        f"""
        INSERT INTO reflections_reflection
            (id, participation_id, level, submitted_at, vision, idea, counted)
        SELECT {a_key()}, sitting.id, levels.level, {now()}, '', '',
            CASE levels.level WHEN 'individual' THEN {less_than(3)} > 0 END
        FROM reflections_participation AS sitting CROSS JOIN ({levels}) AS levels
        """
    )
    cursor.execute(
        f"""
        INSERT INTO reflections_answer
            (id, reflection_id, question_id, rating, target, comment, has_barrier)
        SELECT {a_key()}, reflection.id, question.id,
            CASE question.kind WHEN 'scale' THEN {less_than(6)} END,
            CASE question.kind WHEN 'scale' THEN 1 + {less_than(5)} END,
            '',
            CASE question.kind WHEN 'barrier' THEN {less_than(2)} > 0 END
        FROM reflections_reflection AS reflection
        JOIN reflections_question AS question ON question.level = reflection.level
        """
    )


def a_key():
    """SQL for a random key, as each engine stores it."""
    random = "gen_random_uuid()", "lower(hex(randomblob(16)))"
    return random[connection.vendor == "sqlite"]


def less_than(number):
    """SQL for a random whole number from 0."""
    random = f"CAST(floor(random() * {number}) AS integer)", f"abs(random() % {number})"
    return random[connection.vendor == "sqlite"]


def now():
    return f"'{connection.ops.adapt_datetimefield_value(timezone.now())}'"
