from datetime import date
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from actionplans.contents import personal_plan_contents
from actionplans.models import Action, ActionBarrier, ActionUpdate
from onestepback.demo.build import LONDON, OPERATOR, build_demo
from onestepback.demo.stories import people
from onestepback.personal_data import everything_of
from organisations.models import User
from reflections.models import Answer, Barrier, Participation, Reflection

PASSWORD = "a kettle and a jigsaw"

# Yes, no or not yet chosen, and what changed, if anything: no form of a model asks for these.
NOT_IN_FORMS = [
    "changes",
    "comment_shared",
    "counted",
    "has_barrier",
    "idea_shared",
    "shared",
    "vision_shared",
]


@pytest.fixture
def today():
    return timezone.localdate(timezone=LONDON)


@pytest.fixture
def demo(db, today):
    build_demo(today=today, password=PASSWORD)


def run_demo(**options):
    out = StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


def everything():
    """All that anybody wrote and when, without a key."""
    kept = [everything_of(user) for user in User.objects.order_by("email")]
    for each in kept:
        del each["made_at"]
    return kept


def content_built_on(day):
    with transaction.atomic():
        build_demo(today=day, password=PASSWORD)
        content = everything()
        transaction.set_rollback(True)
    return content


def can_sign_in(email):
    client = Client()
    client.post(reverse("account_login"), {"login": email, "password": PASSWORD})
    return "_auth_user_id" in client.session


def moments():
    """Every moment that the demo keeps, but those at which nothing has happened."""
    for rows, name in [
        (User.objects, "date_joined"),
        (Participation.objects, "finished_at"),
        (Reflection.objects, "submitted_at"),
        (Action.objects, "created_at"),
        (Action.objects, "completed_at"),
        (ActionUpdate.objects, "made_at"),
    ]:
        yield from rows.exclude(**{name: None}).values_list(name, flat=True)


def test_a_database_with_anybody_in_it_is_refused_and_left_alone(person):
    before = everything()

    with pytest.raises(CommandError, match="Somebody has an account here already"):
        run_demo(password=PASSWORD)

    assert everything() == before


def test_if_empty_fills_an_empty_database_once_and_is_quiet_after(db, settings):
    settings.DEBUG = True
    run_demo(if_empty=True)
    before = everything()

    said_again = run_demo(if_empty=True)

    assert len(before) == len(people()) + 1
    assert (said_again, everything()) == ("", before)


def test_outside_of_development_a_password_is_asked_for(db):
    with pytest.raises(CommandError, match="add --password"):
        run_demo()

    assert not User.objects.exists()


def test_a_password_that_is_easy_to_guess_is_refused(db):
    with pytest.raises(CommandError, match="too short"):
        run_demo(password="demo")

    assert not User.objects.exists()


def test_the_same_day_gives_the_same_content(db):
    day = date(2026, 3, 31)  # with a change of the clocks behind it

    first = content_built_on(day)

    assert content_built_on(day) == first


def test_every_person_and_the_operator_are_announced_with_the_password(db):
    said = run_demo(password=PASSWORD)

    accounts = [*people(), User(email=OPERATOR, name="Site operator")]
    missing = [a.email for a in accounts if a.email not in said or a.name not in said]
    assert missing == []
    assert PASSWORD in said


def test_everybody_can_sign_in_with_the_password(demo):
    emails = [*(person.email for person in people()), OPERATOR]

    refused = [email for email in emails if not can_sign_in(email)]

    assert refused == []


def test_only_the_operator_reaches_the_admin(demo):
    staff = User.objects.filter(is_staff=True, is_superuser=True)

    assert [user.email for user in staff] == [OPERATOR]


def test_actions_are_in_every_status_late_soon_and_of_somebody_else(demo, today):
    actions = Action.objects
    statuses = set(actions.values_list("status", flat=True))
    days = [(action.due_on - today).days for action in actions.open()]

    assert statuses == {"planned", "under_way", "stuck", "done", "dropped"}
    assert actions.overdue(today).count() >= 3
    assert sum(0 <= day <= 21 for day in days) >= 5
    assert actions.exclude(owner_name="").count() >= 5


def test_most_actions_answer_a_barrier_some_a_question_and_some_neither(demo):
    of_barriers = Action.objects.filter(action_barriers__isnull=False).distinct().count()
    of_questions = Action.objects.filter(question__isnull=False).count()
    of_neither = Action.objects.filter(action_barriers=None, question=None).count()

    assert of_barriers > Action.objects.count() / 2
    assert of_questions >= 3
    assert of_neither >= 3


def test_people_have_three_reflections_or_fewer_one_under_way_or_none_at_all(demo):
    sittings = {
        user.name.split()[0]: (
            user.participations.finished().count(),
            user.participations.unfinished().count(),
        )
        for user in User.objects.exclude(email=OPERATOR)
    }

    assert sittings == {
        "Maya": (3, 0),
        "Tom": (3, 0),
        "Siobhán": (2, 1),
        "Harpreet": (1, 0),
        "Derek": (3, 0),
        "Zoë": (2, 0),
        "Dr": (2, 0),
        "Nasreen": (0, 0),
    }


def test_harpreet_left_the_system_level_out(demo):
    [only] = Participation.objects.filter(user__email="harpreet@example.org")

    assert only.finished_levels == ["individual", "team", "organisation"]


def test_nothing_is_dated_in_the_future_or_at_night(demo, today):
    kept = [timezone.localtime(moment, LONDON) for moment in moments()]

    assert max(kept).date() < today
    assert [moment for moment in kept if not 7 <= moment.hour < 23] == []


def test_every_story_runs_forward_and_ends_in_its_status(demo):
    wrong = []
    for action in Action.objects.prefetch_related("updates"):
        story = list(reversed(action.updates.all()))
        times = [update.made_at for update in story]
        [*_others, last] = [u.changes["status"][1] for u in story if "status" in u.changes]
        ended = action.completed_at in (None, times[-1])
        begun = times[0] == action.created_at and action.created_at.date() <= action.due_on
        if times != sorted(times) or last != action.status or not (begun and ended):
            wrong.append(str(action))

    assert wrong == []


def test_what_is_stuck_or_dropped_says_why(demo):
    changes = ActionUpdate.objects.filter(changes__status__1__in=["stuck", "dropped"])

    assert changes.exists()
    assert not changes.filter(note="").exists()


def test_every_row_keeps_the_rules_of_its_model(demo):
    models = [User, Participation, Reflection, Answer, Barrier, Action, ActionBarrier, ActionUpdate]

    rows = [row for model in models for row in model.objects.all()]

    for row in rows:
        row.full_clean(exclude=NOT_IN_FORMS)


def test_a_reflection_moves_up_and_down_and_from_not_knowing_to_an_answer(demo):
    answers = Answer.objects.exclude(rating=None).order_by("reflection__participation__finished_at")
    of_each: dict = {}
    for answer in answers.select_related("reflection__participation"):
        whose = (answer.reflection.participation.user_id, answer.question_id)
        of_each.setdefault(whose, []).append(answer.rating)
    steps = [pair for ratings in of_each.values() for pair in pairwise(ratings)]

    assert any(0 < was < now for was, now in steps)
    assert any(was > now > 0 for was, now in steps)
    assert any(was == 0 < now for was, now in steps)


def test_mayas_plan_has_something_at_every_level(demo):
    contents = personal_plan_contents(User.objects.get(email="maya@example.org"))

    assert [
        level.name for level in contents.levels if not level.actions or not level.barriers
    ] == []
