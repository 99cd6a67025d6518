"""The people of the demo, their own reflections and plans, and when all of it happened."""

from itertools import chain, pairwise

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from actionplans.models import Action, ActionBarrier, ActionPlan, ActionUpdate, Escalation
from onestepback.demo.accounts import OPERATOR
from onestepback.demo.days import LONDON
from onestepback.demo.deeds import members
from onestepback.demo.stories import people
from onestepback.pages.plans.reading import personal_plan_contents
from organisations.models import (
    AuditEvent,
    Invitation,
    InvitedPlace,
    Letter,
    Membership,
    Organisation,
    System,
    Team,
    TeamMembership,
    User,
)
from reflections.models import Answer, Barrier, Participation, Reflection, Round, TakenOut
from tests.demo.helpers import PASSWORD

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


def can_sign_in(email):
    client = Client()
    client.post(reverse("account_login"), {"login": email, "password": PASSWORD})
    return "_auth_user_id" in client.session


def moments():
    """Every moment that the demo stores, without those at which nothing happened yet."""
    for rows, name in [
        (User.objects, "date_joined"),
        (Organisation.objects, "created_at"),
        (Team.objects, "archived_at"),
        (Membership.objects, "joined_at"),
        (Membership.objects, "ended_at"),
        (Invitation.objects, "sent_at"),
        (Invitation.objects, "accepted_at"),
        (Invitation.objects, "cancelled_at"),
        (Letter.objects, "written_at"),
        (Letter.objects, "not_before"),
        (Letter.objects, "sent_at"),
        (AuditEvent.objects, "at"),
        (Participation.objects, "finished_at"),
        (Reflection.objects, "submitted_at"),
        (Round.objects, "created_at"),
        (Round.objects, "opened_at"),
        (Round.objects, "closed_at"),
        (Round.objects, "announced_at"),
        (TakenOut.objects, "taken_out_at"),
        (Action.objects, "created_at"),
        (Action.objects, "completed_at"),
        (ActionUpdate.objects, "made_at"),
        (Escalation.objects, "raised_at"),
        (Escalation.objects, "answered_at"),
        (ActionPlan.objects, "previewed_at"),
        (ActionPlan.objects, "published_at"),
    ]:
        yield from rows.exclude(**{name: None}).values_list(name, flat=True)


def test_everybody_can_sign_in_with_the_password(demo):
    emails = User.objects.values_list("email", flat=True)

    refused = [email for email in emails if not can_sign_in(email)]

    assert len(emails) == len(people()) + len(members()) + 1
    assert refused == []


def test_only_the_operator_reaches_the_admin(demo):
    staff = User.objects.filter(is_staff=True, is_superuser=True)

    assert [user.email for user in staff] == [OPERATOR]


def test_actions_are_in_every_status_late_soon_and_of_somebody_else(demo, today):
    actions = Action.objects
    statuses = set(actions.values_list("status", flat=True))
    days = [(action.due_on - today).days for action in actions.open()]

    assert statuses == set(Action.Status.values)
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
            user.participations.for_oneself().finished().count(),
            user.participations.for_oneself().unfinished().count(),
        )
        for user in User.objects.filter(email__in=[person.email for person in people()])
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
    [only] = Participation.objects.for_oneself().filter(user__email="harpreet@example.org")

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
        [*_others, last] = [each for each in story if "status" in each.changes]
        ended = action.completed_at == (last.made_at if action.status == "done" else None)
        in_time = action.due_on is None or action.created_at.date() <= action.due_on
        begun = times[0] == action.created_at and in_time
        if (
            times != sorted(times)
            or last.changes["status"][1] != action.status
            or not (begun and ended)
        ):
            wrong.append(str(action))

    assert wrong == []


def test_what_is_stuck_or_dropped_says_why(demo):
    changes = ActionUpdate.objects.filter(changes__status__1__in=["stuck", "dropped"])

    assert changes.exists()
    assert not changes.filter(note="").exists()


@pytest.mark.slow
def test_every_row_keeps_the_rules_of_its_model(demo):
    models = [User, Participation, Reflection, Answer, Barrier, Action, ActionBarrier, ActionUpdate]
    models += [System, Organisation, Team, Membership, TeamMembership, ActionPlan, Escalation]
    models += [Invitation, InvitedPlace, Letter, AuditEvent, Round, TakenOut]

    rows = {model: list(model.objects.all()) for model in models}

    assert [model for model in models if not rows[model]] == []
    for row in chain.from_iterable(rows.values()):
        # The database itself has kept what is unique, and the constraints.
        row.full_clean(exclude=NOT_IN_FORMS, validate_unique=False, validate_constraints=False)


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
