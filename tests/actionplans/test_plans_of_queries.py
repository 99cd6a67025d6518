"""The queries that plans ask on every page and every minute find their rows by an index."""  # Q2

from datetime import timedelta
from itertools import product

import pytest
from django.db import connection
from django.utils import timezone

from actionplans.forgetting import forget_old_stories
from actionplans.models import Action, ActionPlan, ActionUpdate
from actionplans.reminders import write_due_letters
from organisations.models import Membership, Organisation, Team, TeamMembership, User
from tests.factories import TeamPlace
from tests.query_plans import full_scans, tables_of

PEOPLE, BUSY, ACTIONS, OTHERS = 6000, 500, 8, 200
LARGE = tables_of(Action, ActionPlan, ActionUpdate)


@pytest.fixture(scope="module")
def everybody(counted, once):
    """A team, and many people with a plan of their own. Most actions are over; few are due now."""
    place = TeamPlace()
    users = User.objects.bulk_create(User(email=f"p{n}@example.org") for n in range(PEOPLE))
    Membership.objects.bulk_create(
        Membership(user=user, organisation=place.organisation) for user in users
    )
    make_others(users[:OTHERS])
    plans = ActionPlan.objects.bulk_create(ActionPlan(user=user) for user in users)
    today, now = timezone.localdate(), timezone.now()
    actions = Action.objects.bulk_create(
        Action(
            plan=plan,
            level="individual",
            title="Ask",
            owner=plan.user,
            due_on=today + timedelta(days=who % 300 - 300 * number),
            status="done" if number else "planned",
            completed_at=now if number else None,
        )
        for (who, plan), number in product(enumerate(plans[:: PEOPLE // BUSY]), range(ACTIONS))
    )
    ActionUpdate.objects.bulk_create(
        ActionUpdate(action=action, author=action.owner, changes={"status": ["", "planned"]})
        for action in actions
    )
    for number in range(5):
        place.add(title=f"Action {number}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    place.somebody = users[-PEOPLE // BUSY]
    return place


def make_others(users):
    """Make an organisation, a team and a plan for each of these people, who facilitates it."""
    organisations = Organisation.objects.bulk_create(
        Organisation(name=f"Other {n}", slug=f"other-{n}") for n in range(len(users))
    )
    teams = Team.objects.bulk_create(
        Team(organisation=organisation, name="Garden") for organisation in organisations
    )
    ActionPlan.objects.bulk_create(ActionPlan(team=team) for team in teams)
    memberships = Membership.objects.bulk_create(
        Membership(user=user, organisation=organisation)
        for user, organisation in zip(users, organisations, strict=True)
    )
    TeamMembership.objects.bulk_create(
        TeamMembership(membership=membership, team=team, role="facilitator")
        for membership, team in zip(memberships, teams, strict=True)
    )


@pytest.fixture
def crowd(everybody, db):
    return everybody


def queries_of(place):
    """The queries of most pages about plans, and of every tick."""
    somebody, plan = place.somebody, place.plan
    mine = Action.objects.of(somebody).open().with_plans()
    one = Action.objects.visible_to(somebody).filter(pk=plan.actions.first().pk)
    return {
        "what somebody has to do": lambda: list(mine.sorted_by("due")[:5]),
        "what waits for somebody": lambda: list(
            ActionPlan.objects.run_by(place.facilitator).with_waiting()
        ),
        "a page of a plan": lambda: list(plan.actions.with_owners().sorted_by("level")[:25]),
        "what needs an owner": lambda: list(plan.actions.needing_owner()),
        "an action": lambda: list(one.with_raised().for_list()),
        "an action to change": lambda: list(Action.objects.editable_by(somebody).filter(pk=1)),
        "a plan": lambda: list(
            ActionPlan.objects.visible_to(somebody).with_rights(somebody).filter(pk=plan.pk)
        ),
        "a story": lambda: list(plan.actions.first().updates.select_related("author")),
    }


def test_no_query_that_is_asked_often_reads_a_whole_table(crowd):
    queries = queries_of(crowd)

    found = {name: full_scans(ask, LARGE) for name, ask in queries.items()}

    assert found == dict.fromkeys(queries, [])


def test_what_is_due_is_found_without_reading_all_actions(crowd):
    assert full_scans(write_due_letters, tables_of(Action)) == []


def test_names_that_are_too_old_are_found_without_reading_all_stories(crowd):
    assert full_scans(forget_old_stories, tables_of(ActionUpdate)) == []


def test_a_query_without_an_index_is_noticed(crowd):
    found = Action.objects.filter(title="Ring the bus company")

    assert full_scans(lambda: list(found), LARGE) == ["actionplans_action"]
