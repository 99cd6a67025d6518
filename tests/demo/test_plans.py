"""The shared plans of the demo."""

import pytest

from actionplans.models import Action, ActionBarrier, ActionPlan, Escalation
from organisations.models import System
from reflections.models import Level
from reflections.summaries import Figures, shared_texts
from tests.demo.helpers import rounds_of


@pytest.fixture
def wards_plan(demo):
    return ActionPlan.objects.get(team__name="Quince Ward")


def test_the_plan_of_the_ward_has_actions_of_every_kind_and_a_vision_at_each_level(
    wards_plan, today
):
    actions = wards_plan.actions
    dropped = actions.filter(status="dropped")

    assert set(wards_plan.visions) == set(Level.values)
    assert set(actions.values_list("status", flat=True)) == set(Action.Status.values)
    assert set(actions.values_list("level", flat=True)) == set(Level.values)
    assert actions.overdue(today).count() >= 2
    assert actions.needing_owner().count() == 1
    assert actions.exclude(owner=None).exists()
    assert actions.exclude(owner_name="").exists()
    assert actions.filter(status="proposed").count() == 1
    assert dropped.exclude(proposed_by=None).count() == 1
    assert dropped.filter(proposed_by=None).exists()


def test_what_the_plan_answers_is_what_people_shared_in_a_round(wards_plan):
    [*_earlier, latest] = rounds_of("Quince Ward")
    shared = {text.pk: text.text for text in shared_texts(latest, Figures.of(latest))}
    answered = ActionBarrier.objects.filter(action__plan=wards_plan)
    of_latest = answered.filter(barrier__reflection__participation__round=latest)

    assert of_latest.count() >= 8
    assert [link.text for link in of_latest if shared.get(str(link.barrier_id)) != link.text] == []
    [with_idea] = wards_plan.actions.exclude(idea="")
    assert shared[str(with_idea.idea_key)] == with_idea.idea


def test_what_was_raised_waits_is_under_way_is_done_and_was_declined_with_a_reason(wards_plan):
    raised = {each.status: each for each in Escalation.objects.filter(action__plan=wards_plan)}
    to_system = Escalation.objects.exclude(plan__system=None).get()

    assert set(raised) == {"raised", "accepted", "declined", "done"}
    assert raised["done"].became.status == raised["done"].action.status == "done"
    assert raised["accepted"].became.status == "under_way"
    assert raised["accepted"].became.plan == raised["declined"].plan
    assert raised["declined"].reply
    assert to_system.became.plan.system == System.objects.get()


def test_one_team_publishes_what_came_of_it_and_another_shows_its_readers_only(wards_plan):
    home = ActionPlan.objects.get(team__name="Quillbrook House")

    assert len(wards_plan.published["entries"]) == 3
    assert ActionPlan.objects.published().get() == wards_plan
    assert home.previewed["entries"]
