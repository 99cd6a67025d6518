"""The queries that every page or every minute asks find their rows by an index: A2 of our goals."""

from datetime import timedelta
from itertools import product
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.utils import timezone

from onestepback.forgetting import forget_once_a_day
from organisations.models import (
    Letter,
    Membership,
    Organisation,
    System,
    Team,
    TeamMembership,
    User,
)
from reflections.models import (
    Answer,
    Level,
    Participation,
    Perspective,
    QuestionSet,
    Reflection,
    Round,
)
from reflections.questions import ONE_STEP_BACK_1
from reflections.services import publish_question_set
from reflections.summaries import figures_of
from tests.query_plans import ON_POSTGRESQL, full_scans, tables_of

PEOPLE, A_TEAM = 600, 5
LARGE = tables_of(  # those that grow with people and with time
    Answer, Letter, Membership, Participation, Reflection, Round, TeamMembership, User
)


@pytest.fixture(scope="module")
def everybody(counted, once):
    """A crowd, made once for all tests that ask for it, which are the last of this module."""
    found = make_crowd(PEOPLE)
    count_rows()
    return found


@pytest.fixture
def crowd(everybody, db):
    return everybody


@pytest.fixture(params=[100, pytest.param(PEOPLE, marks=pytest.mark.prove)])
def uncounted(counted, db, request):
    """A crowd in tables that PostgreSQL takes for empty, as after many rows are added at once."""
    if ON_POSTGRESQL:
        with transaction.atomic():
            make_crowd(request.param)
            transaction.set_rollback(True)
        count_rows()
    return make_crowd(request.param)


def count_rows():
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def make_crowd(people):
    """Make people of one system in teams; each team has ten closed rounds and an open one."""
    system = System.objects.create(name="Valley", slug="valley")
    organisations = Organisation.objects.bulk_create(
        Organisation(name=f"Trust {number}", slug=f"trust-{number}", system=system)
        for number in range(people // 50)
    )
    teams = Team.objects.bulk_create(
        Team(organisation=organisations[number // 10], name=f"Team {number}")
        for number in range(people // A_TEAM)
    )
    users = User.objects.bulk_create(
        User(email=f"p{number}@example.org") for number in range(people)
    )
    memberships = Membership.objects.bulk_create(
        Membership(user=user, organisation=organisations[number // 50])
        for number, user in enumerate(users)
    )
    TeamMembership.objects.bulk_create(
        TeamMembership(membership=membership, team=teams[number // A_TEAM])
        for number, membership in enumerate(memberships)
    )
    rounds = add_rounds(teams)
    add_answers(rounds, users)
    Letter.objects.bulk_create(
        Letter(kind="round_opened", address=user.email, sent_at=timezone.now() if sent else None)
        for user, sent in product(users, [False, *[True] * 9])
    )
    return users, rounds


def add_rounds(teams):
    today, now = timezone.localdate(), timezone.now()
    question_set = publish_question_set(ONE_STEP_BACK_1)
    return Round.objects.bulk_create(
        Round(
            team=team,
            title=f"Round {number}",
            question_set=question_set,
            time_zone="Europe/London",
            opens_on=today - timedelta(days=30 * number),
            closes_on=today - timedelta(days=30 * number - 14),
            opened_at=now - timedelta(days=30 * number),
            closed_at=now - timedelta(days=30 * number - 14) if number else None,
            figures={"levels": {}} if number else None,
            announced_at=now - timedelta(days=30 * number - 14) if number else None,
        )
        for number, team in product(range(11), teams)
    )


def add_answers(rounds, users):
    """Let everybody finish one level of every round of their team."""
    question_set = QuestionSet.objects.get()
    questions = question_set.questions.filter(level=Level.TEAM)[:2]
    participations = Participation.objects.bulk_create(
        Participation(
            round=round_,
            user=users[number % len(users)],
            perspective=Perspective.STAFF,
            question_set=question_set,
            finished_at=timezone.now(),
        )
        for number, round_ in enumerate(each for each in rounds for _person in range(A_TEAM))
    )
    reflections = Reflection.objects.bulk_create(
        Reflection(participation=each, level=Level.TEAM, submitted_at=timezone.now())
        for each in participations
    )
    Answer.objects.bulk_create(
        Answer(reflection=reflection, question=question, rating=2, target=4)
        for reflection, question in product(reflections, questions)
    )


# --- What is forgotten once a day -----------------------------------------------------------------


def test_names_are_forgotten_in_time_also_before_the_tables_are_counted(uncounted):  # J4
    users, rounds = uncounted
    old, newer = rounds[-len(users) // A_TEAM :], rounds[: -len(users) // A_TEAM]
    long_ago = timezone.now() - timedelta(days=4 * 365)
    Round.objects.filter(pk__in=[each.pk for each in old]).update(closed_at=long_ago)
    if ON_POSTGRESQL:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '20s'")

    forget_once_a_day()

    named = Participation.objects.exclude(user=None)
    assert not named.filter(round__in=[each.pk for each in old]).exists()
    assert named.count() == len(newer) * A_TEAM


# --- The queries ----------------------------------------------------------------------------------


def queries_of(user, round_):
    """The queries of most pages, of every minute, and of the close of a round."""
    held = Participation.objects.held_by(SimpleNamespace(user=user))
    return {
        "the figures of a round that closes": lambda: figures_of(round_),
        "the rounds on the home page": lambda: list(Round.objects.for_home(user)),
        "the reflection under way": held.for_oneself().unfinished().first,
        "the last reflection": held.finished().first,
        "somebody's part in a round": held.in_round(round_).first,
        "how many have finished": round_.participations.finished().count,
        "the letters due": lambda: list(Letter.objects.due()[:500]),
        "the memberships of a person": lambda: list(Membership.objects.of(user)),
        "the teams of a person": lambda: list(
            TeamMembership.objects.current().in_use().of_person(user)
        ),
        "the rounds to close": lambda: list(
            Round.objects.under_way().filter(closes_on__lte=timezone.localdate())
        ),
        "the rounds to announce": lambda: list(Round.objects.to_announce()),
    }


def test_no_query_that_is_asked_often_reads_a_whole_table(crowd):  # Q2
    users, rounds = crowd
    queries = queries_of(users[100], rounds[100])

    found = {name: full_scans(ask, LARGE) for name, ask in queries.items()}

    assert found == dict.fromkeys(queries, [])


def test_a_query_without_an_index_is_noticed(db):
    names = User.objects.filter(name="Maya Okafor")

    assert full_scans(lambda: list(names), LARGE) == ["organisations_user"]


def test_the_pages_of_a_round_read_no_whole_table(crowd):  # Q2
    users, rounds = crowd
    pages = {
        "round": Round.objects.visible_to(users[100]).filter(pk=rounds[100].pk),
        "list": Round.objects.visible_to(users[100]).of_group(rounds[100].team),
        "results": Round.objects.results_for(users[100]).filter(pk=rounds[500].pk),
    }

    found = {name: full_scans(page.first, LARGE) for name, page in pages.items()}

    assert found == dict.fromkeys(pages, [])
