"""A plan asks the database as many queries for many actions as for few."""

import pytest

from actionplans.models import Action, ActionBarrier, ActionPlan
from onestepback.publishing import pdf
from organisations.models import System
from tests.factories import TeamPlace, browser_of, make_action, make_member
from tests.pages.plans.finding.helpers import fill, queries

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        pytest.param("", [1, 29, 270], marks=pytest.mark.slow),
        ("status=open&sort=due", [6, 24]),
        ("owner=me&overdue=yes", [30, 60]),
        ("page=2", [30, 60]),
        pytest.param("status=open&sort=due", [6, 24, 270], marks=pytest.mark.prove),
        pytest.param("owner=me&overdue=yes", [30, 270], marks=pytest.mark.prove),
        pytest.param("page=2", [30, 270], marks=pytest.mark.prove),
    ],
)
def test_a_plan_asks_as_many_queries_for_three_hundred_actions_as_for_few(  # K1 Q1
    sources, query, numbers
):
    browser, counts = browser_of(sources.facilitator), []
    Action.objects.all().delete()

    for number in numbers:
        fill(sources, number)
        for action in Action.objects.filter(action_barriers=None)[:40]:
            ActionBarrier.objects.create(action=action, text=f"In the way {action.pk}")
        counts.append(queries(browser, f"{sources.address}?{query}"))

    assert len(set(counts)) == 1
    assert counts[0] <= 8


def test_the_plan_of_a_system_asks_no_more(place):  # K1
    system = System.objects.create(name="Tamsel Valley", slug="tamsel")
    system.conveners.add(place.facilitator)
    place.organisation.system = system
    place.organisation.save()
    place.plan = ActionPlan.objects.create(system=system)
    fill(place, 30)

    assert queries(browser_of(place.facilitator), place.plan.get_absolute_url()) <= 8


@pytest.mark.parametrize("more", [48, pytest.param(138, marks=pytest.mark.prove)])
@pytest.mark.parametrize("query", ["", "status=open&sort=due", "overdue=yes"])
def test_my_actions_ask_as_many_queries_for_many_as_for_few(place, query, more):  # K1
    browser, counts = browser_of(place.facilitator), []
    other = TeamPlace(name="Day centre")
    make_member(other.organisation, place.facilitator, team=other.team)
    for number in (12, more):
        for each in (place, other):
            fill(each, number)
        make_action(place.facilitator)
        Action.objects.filter(plan__user=None).exclude(owner_name="").update(
            owner=place.facilitator, owner_name=""
        )
        Action.objects.filter(plan=other.plan, owner_left=True).update(
            owner=place.facilitator, owner_left=False
        )
        counts.append(queries(browser, f"/actions/?{query}"))

    assert counts[0] == counts[1] <= 8


@pytest.mark.parametrize("more", [40, pytest.param(190, marks=pytest.mark.prove)])
@pytest.mark.parametrize("name", ["actions.csv", "actions.xlsx", "actions.ics", "pdf/"])
def test_a_download_asks_as_many_queries_for_fifty_rows_as_for_ten(  # H4
    place, name, more, monkeypatch
):
    monkeypatch.setattr(pdf, "_write_pdf", str.encode)
    browser, counts = browser_of(place.facilitator), []
    for number in (10, more):
        fill(place, number)
        for action in place.plan.actions.filter(action_barriers=None):
            ActionBarrier.objects.create(action=action, text=f"In the way {action.pk}")
        counts.append(queries(browser, f"{place.address}{name}"))

    assert counts[0] == counts[1]
