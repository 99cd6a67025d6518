"""Each reader of a raised action sees only their part of it, in a fixed number of queries."""

import pytest
from django.core import mail

from actionplans.models import Action, ActionPlan, Escalation
from actionplans.raising import decline_escalation, raised_around, waiting_in
from actionplans.services.plans import plan_of
from organisations.models import AuditEvent, Letter
from organisations.outbox import deliver_due_letters
from tests.factories import browser_of, make_raised, make_shared_action
from tests.pages.raising.helpers import SECRET, move, page

# --- Who reads what -------------------------------------------------------------------------------


def test_the_words_of_the_team_are_nowhere_in_the_higher_plan(place):  # P13.1
    """The words of the action, its story and its barriers; raised as far as the system."""
    became = place.accept(place.raised(detail="It is dear"), reply="Gladly")
    higher = make_raised(became, by=place.ada, title="One fare for all")
    in_system = place.accept(higher, by=place.cora)
    move(became, place.ada, "done")
    deliver_due_letters()

    to_read = {
        place.cora: [
            page("raising:index", plan_of(place.system)),
            page("actions:detail", in_system),
        ],
        place.otto: [page("actions:detail", became), page("actions:detail", in_system)],
        place.ada: [
            page("raising:index", plan_of(place.organisation)),
            page("actions:detail", became),
        ],
    }
    for reader, addresses in to_read.items():
        for address in addresses:
            answer = browser_of(reader).get(address)
            assert answer.status_code == 200
            assert SECRET not in answer.text
    for message in mail.outbox:
        [[html, _type]] = message.alternatives
        assert SECRET not in f"{message.subject} {message.body} {html}"
    plans = ActionPlan.objects.receiving()
    rows = [
        *Escalation.objects.values(),
        *Action.objects.filter(plan__in=plans).values(),
        *AuditEvent.objects.values(),
        *(update for each in (became, in_system) for update in each.updates.values()),
        *Letter.objects.values(),
    ]
    assert SECRET not in str(rows)
    assert SECRET in browser_of(place.mel).get(page("actions:detail", place.action)).text


def test_who_does_not_run_the_higher_plan_does_not_answer(place):  # A1
    escalation = place.raised()
    plan = plan_of(place.organisation)

    for reader in (place.flo, place.mel, place.otto, place.cora):
        client = browser_of(reader)
        for address in (
            page("raising:index", plan),
            page("raising:accept", escalation),
            page("raising:decline", escalation),
        ):
            assert client.get(address).status_code == 404
    assert Escalation.objects.get().is_waiting


def test_nothing_is_raised_to_the_plan_of_a_team(place):
    assert browser_of(place.ada).get(page("raising:index", plan_of(place.team))).status_code == 404


def test_a_plan_says_how_many_wait_to_those_who_answer(place):
    place.raised()

    def waiting(reader, group):
        plan = ActionPlan.objects.with_rights(reader).get(pk=plan_of(group).pk)
        return waiting_in(plan)

    assert waiting(place.ada, place.organisation) == 1
    assert waiting(place.otto, place.organisation) is None
    assert waiting(place.cora, place.system) == 0
    assert waiting(place.flo, place.team) is None


def test_raising_and_answering_are_written_down_without_their_words(place):  # J1 J2
    decline_escalation(place.raised(), by=place.ada, reply="No money")

    client = browser_of(place.ada)
    history = client.get(f"/organisations/{place.organisation.slug}/history/").text

    assert "Flo Facilitator raised an action of Home visits." in history
    assert "Ada Lovelace answered what Home visits raised." in history
    assert "No money" not in history
    assert "Pay for the bus" not in history


def test_nothing_is_kept_of_raising_that_failed(place, monkeypatch):  # J3
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("actionplans.raising.record_event", fail)
    with pytest.raises(RuntimeError):
        place.raised()

    assert not Escalation.objects.exists()
    assert not Letter.objects.filter(kind="escalation_raised").exists()


# --- How many queries -----------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 30])
def test_the_inbox_asks_no_more_for_many(place, size, django_assert_num_queries):  # K1
    for number in range(size):
        action = make_shared_action(place.flo, team=place.team)
        escalation = make_raised(action, title=f"Raised {number}")
        if number % 2:
            place.accept(escalation)
    client, address = browser_of(place.ada), page("raising:index", plan_of(place.organisation))

    with django_assert_num_queries(5):  # session, person, plan, how many, which
        client.get(address)


def test_both_sides_of_an_action_are_two_queries(place, django_assert_num_queries):
    became = place.accept(place.raised())
    make_raised(became, by=place.ada)

    with django_assert_num_queries(2):
        sides = raised_around(became, reader=place.ada)
        assert [str(each.plan.group) for each in sides["escalations"]] == ["Tamsel Valley"]
        assert str(sides["came_from"].action.plan.group) == "Home visits"


def test_the_page_of_a_raised_action_asks_no_more_for_many_answers(
    place, django_assert_max_num_queries
):
    for number in range(5):
        decline_escalation(place.raised(title=f"Raised {number}"), by=place.ada, reply="No money")

    client = browser_of(place.flo)

    with django_assert_max_num_queries(8):
        client.get(page("actions:detail", place.action))
