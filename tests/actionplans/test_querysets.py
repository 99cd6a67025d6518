"""The querysets of plans and actions: who sees and edits them, and when they are overdue."""

from datetime import date, timedelta

import pytest

from actionplans.models import Action, ActionPlan
from organisations.models import System
from tests.factories import (
    administrator_of,
    make_action,
    make_member,
    make_organisation,
    make_shared_action,
    make_team,
    make_user,
)

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("status", Action.Status.values)
@pytest.mark.parametrize("days", [-1, 0, 1])
def test_overdue_is_the_same_in_python_and_in_the_database(person, status, days):  # E3
    action = make_action(person, due_on=TODAY + timedelta(days=days))
    done = {"completed_at": "2026-11-01T12:00Z"} if status == "done" else {}
    Action.objects.filter(pk=action.pk).update(status=status, **done)
    action.refresh_from_db()

    late = status in ("planned", "under_way", "stuck") and days < 0

    assert action.is_overdue(TODAY) is late
    assert Action.objects.overdue(TODAY).contains(action) is late


def test_another_persons_actions_are_not_there(person, stranger):  # A1 P12
    theirs, mine = make_action(stranger), make_action(person)

    assert list(Action.objects.visible_to(person)) == [mine]
    assert not Action.objects.editable_by(person).contains(theirs)


@pytest.mark.parametrize(
    ("zone", "today"),
    [("Europe/London", date(2026, 7, 1)), ("Pacific/Auckland", date(2026, 7, 2))],
)
def test_today_is_the_persons_own(person, time_machine, zone, today):  # D4
    time_machine.move_to("2026-07-01T20:30:00Z", tick=False)
    person.time_zone = zone

    assert person.today == today


def test_a_date_passes_at_midnight_where_the_person_is(person, time_machine):  # D4
    action = make_action(person, due_on=date(2026, 7, 1))

    time_machine.move_to("2026-07-01T22:59:00Z", tick=False)  # 23:59 in London
    assert not action.is_overdue(person.today)

    time_machine.move_to("2026-07-01T23:01:00Z", tick=False)
    assert action.is_overdue(person.today)


# --- Shared plans -------------------------------------------------------------------------------


@pytest.fixture
def organisation(db):
    organisation = make_organisation()
    organisation.system = System.objects.create(name="Tamsel Valley", slug="tamsel-valley")
    organisation.save()
    return organisation


def plans_of(organisation):
    """The plans of a team, of another team, of the organisation and of its system."""
    first, second = make_team(organisation), make_team(organisation, "Reception")
    return {
        "team": ActionPlan.objects.create(team=first),
        "other team": ActionPlan.objects.create(team=second),
        "organisation": ActionPlan.objects.create(organisation=organisation),
        "system": ActionPlan.objects.create(system=organisation.system),
    }


def convener_of(organisation):
    user = make_user()
    organisation.system.conveners.add(user)
    return user


KINDS = {
    "member": lambda o, t: make_member(o, team=t).user,
    "facilitator": lambda o, t: make_member(o, team=t, team_role="facilitator").user,
    "in no team": lambda o, t: make_member(o).user,
    "administrator": lambda o, t: administrator_of(o),
    "convener": lambda o, t: convener_of(o),
    "elsewhere": lambda o, t: administrator_of(make_organisation("Elsewhere")),
}


@pytest.mark.parametrize(
    ("kind", "reads", "edits"),
    [
        ("member", {"team", "organisation", "system"}, set()),
        ("facilitator", {"team", "organisation", "system"}, {"team"}),
        ("in no team", {"organisation", "system"}, set()),
        (
            "administrator",
            {"team", "other team", "organisation", "system"},
            {"team", "other team", "organisation"},
        ),
        ("convener", {"system"}, {"system"}),
        ("elsewhere", set(), set()),
    ],
)
def test_a_plan_is_read_and_edited_by_those_it_belongs_to(organisation, kind, reads, edits):  # A1
    plans = plans_of(organisation)
    user = KINDS[kind](organisation, plans["team"].team)

    def named(queryset):
        return {name for name, plan in plans.items() if queryset.contains(plan)}

    assert named(ActionPlan.objects.visible_to(user)) == reads
    assert named(ActionPlan.objects.editable_by(user)) == edits


def test_who_owns_an_action_updates_it_and_nothing_else_of_a_plan(client, organisation):  # A10
    team = make_team(organisation)
    owner = make_member(organisation).user
    theirs = make_shared_action(owner, team=team, title="Theirs")
    other = make_shared_action(administrator_of(organisation), team=team, title="SENTINEL other")
    client.force_login(owner)

    page = client.get(f"/actions/{theirs.pk}/")
    client.post(
        f"/actions/{theirs.pk}/update/",
        {"version": theirs.version, "status": "under_way", "note": "Begun"},
    )

    theirs.refresh_from_db()
    assert theirs.status == "under_way"
    assert "SENTINEL" not in page.text
    assert client.get(f"/actions/{other.pk}/").status_code == 404
    assert client.post(f"/actions/{other.pk}/update/", {"status": "done"}).status_code == 404


# --- Where the plan is kept ---------------------------------------------------------------------

ZONES = ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/London", "America/St_Johns"]
ZONES += ["Asia/Kathmandu", "Pacific/Auckland", "Australia/Lord_Howe"]
MOMENTS = [  # of the world's clocks; in London the clocks change on 29 March and 25 October
    "2026-11-24T12:00:00Z",
    "2026-11-24T10:30:00Z",  # three dates at once
    "2026-03-29T00:59:59Z",
    "2026-03-29T01:00:00Z",
    "2026-10-24T22:59:59Z",
    "2026-10-24T23:00:00Z",
    "2026-10-25T23:59:59Z",
    "2026-10-26T00:00:00Z",
    "2026-07-01T22:59:00Z",
    "2026-07-01T23:00:00Z",
    "2026-12-31T18:14:59Z",  # midnight in Kathmandu is near
    "2026-12-31T18:15:00Z",
]


@pytest.fixture
def kept_everywhere(db):
    """Plans of every kind in many time zones."""
    ada = make_user("Ada Lovelace")
    for zone in ZONES:
        here = make_organisation(zone, administrator=ada, time_zone=zone)
        system = System.objects.create(name=zone, slug=here.slug, time_zone=zone)
        user = make_user(zone)
        user.time_zone = zone
        user.save()
        ActionPlan.objects.bulk_create(
            [
                ActionPlan(user=user),
                ActionPlan(team=make_team(here)),
                ActionPlan(organisation=here),
                ActionPlan(system=system),
            ]
        )
    return ActionPlan.objects.all()


@pytest.mark.parametrize("moment", MOMENTS)
def test_overdue_where_the_plan_is_kept_is_the_same_in_python_and_in_the_database(
    kept_everywhere, person, time_machine, moment
):  # E3 D4
    time_machine.move_to(moment, tick=False)
    day = date.fromisoformat(moment[:10])
    Action.objects.bulk_create(
        Action(plan=plan, level="team", owner=person, due_on=day + timedelta(days=days))
        for plan in kept_everywhere
        for days in range(-2, 3)
    )

    late = {each for each in Action.objects.all() if each.is_overdue(each.plan.today)}

    assert set(Action.objects.overdue_now()) == late
    assert 0 < len(late) < Action.objects.count()


@pytest.mark.parametrize("status", Action.Status.values)
def test_only_what_is_open_is_overdue_where_the_plan_is_kept(person, status):  # E3
    action = make_action(person, due_on=person.today - timedelta(days=1))
    done = {"completed_at": "2026-11-01T12:00Z"} if status == "done" else {}
    Action.objects.filter(pk=action.pk).update(status=status, **done)

    is_open = status in ("planned", "under_way", "stuck")

    assert Action.objects.overdue_now().contains(action) is is_open
