"""Answering what was raised, and what became of it."""

import pytest

from actionplans.models import Action, Escalation
from actionplans.raising import decline_escalation
from actionplans.services.plans import plan_of
from onestepback.pages.account.personal_data import erase, everything_of
from organisations.history import details_of
from organisations.models import AuditEvent
from tests.factories import browser_of, make_member, make_raised, make_shared_action, make_user
from tests.pages.raising.helpers import ACCEPTING, move, page, told

# --- Answering ------------------------------------------------------------------------------------


def test_what_was_raised_waits_first_and_says_who_raised_it(place):
    other = make_shared_action(place.flo, team=place.team)
    decline_escalation(make_raised(other, title="First"), by=place.ada, reply="No money")
    place.raised(title="Second")

    shown = browser_of(place.ada).get(page("raising:index", plan_of(place.organisation))).text

    assert shown.index("Second") < shown.index("First") < shown.index("No money")
    assert "Home visits. Raised by Flo Facilitator on" in " ".join(shown.split())


def test_an_accepted_one_is_an_action_of_the_higher_plan_linked_both_ways(place):
    escalation = place.raised(detail="It is dear")
    client = browser_of(place.ada)
    address = page("raising:accept", escalation)

    form = client.get(address).context["form"]
    assert (form["title"].value(), form["detail"].value()) == ("Pay for the bus", "It is dear")
    client.post(address, {**ACCEPTING, "title": "Pay bus fares", "reply": "From May"})

    became = Action.objects.get(raised_as=escalation)
    assert became.plan == plan_of(place.organisation)
    assert (became.level, became.title, became.owner) == (
        "organisation",
        "Pay bus fares",
        place.ada,
    )
    below = browser_of(place.flo).get(place.action.get_absolute_url()).text
    assert became.get_absolute_url() in below
    assert "From May" in below
    assert "Answered by Ada Lovelace on" in below
    assert place.action.get_absolute_url() in client.get(became.get_absolute_url()).text
    assert told(place.action) == ["The organisation accepted what was raised"]
    assert told(became) == ["A team raised it"]


def test_whoever_may_not_read_the_teams_plan_gets_no_link_to_its_action(place):
    became = place.accept(place.raised())

    shown = browser_of(place.otto).get(became.get_absolute_url()).text

    assert "Home visits raised this" in shown
    assert place.action.get_absolute_url() not in shown
    assert "Flo Facilitator" not in shown


def test_accepting_asks_who_and_by_when(place):
    escalation = place.raised()

    answer = browser_of(place.ada).post(
        page("raising:accept", escalation), {"title": "Pay", "who": "me", "reply": "Gladly"}
    )

    assert "<title>Error: " in answer.text
    assert "Enter the date by which it will be done" in answer.text
    assert "Gladly" in answer.text
    assert Escalation.objects.get().is_waiting


def test_declining_needs_a_reason(place):
    escalation = place.raised()
    client = browser_of(place.ada)

    answer = client.post(page("raising:decline", escalation), {"reply": " "})
    assert "Say why you decline it" in answer.text
    assert Escalation.objects.get().is_waiting

    client.post(page("raising:decline", escalation), {"reply": "No money"})
    below = browser_of(place.mel).get(place.action.get_absolute_url()).text
    assert "Declined" in below
    assert "No money" in below
    assert told(place.action) == ["The organisation declined what was raised"]


@pytest.mark.parametrize("name", ["raising:accept", "raising:decline"])
def test_what_is_answered_already_keeps_its_answer_and_the_words_of_the_second(place, name):  # D3
    escalation = place.raised()
    decline_escalation(escalation, by=place.ada, reply="No money")
    bo = make_member(place.organisation, make_user("Bo"), role="administrator").user
    sent = {**ACCEPTING, "title": "Pay", "reply": "My long reply"}

    opened = browser_of(bo).get(page(name, escalation))
    answer = browser_of(bo).post(page(name, escalation), sent)

    assert opened.url == page("raising:index", escalation.plan)
    assert "This was answered meanwhile" in answer.text
    assert "My long reply" in answer.text
    escalation.refresh_from_db()
    assert (escalation.answered_by, escalation.reply) == (place.ada, "No money")


def test_an_answer_sent_twice_is_one(place):  # D1
    escalation = place.raised()

    first, second = (place.accept(escalation) for _time in range(2))

    assert first == second
    assert plan_of(place.organisation).actions.count() == 1


@pytest.mark.parametrize("name", ["raising:accept", "raising:decline"])
def test_a_second_answer_in_other_words_is_not_taken_for_the_first(place, name):  # D1
    escalation, client = place.raised(), browser_of(place.ada)
    first = {**ACCEPTING, "title": "Pay", "reply": "From May"}
    client.post(page(name, escalation), first)

    for changed in ({"reply": "From June"}, {"title": "Pay half"}):
        answer = client.post(page(name, escalation), first | changed)
        if name == "raising:accept" or "reply" in changed:
            assert "This was answered meanwhile" in answer.text
            assert next(iter(changed.values())) in answer.text
    escalation.refresh_from_db()
    assert escalation.reply == "From May"


# --- What became of it ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statuses", "status", "reply", "story"),
    [
        (["under_way"], "accepted", "Yes", "The organisation accepted what was raised"),
        (["done"], "done", "Yes", "The organisation has done what was raised"),
        (
            ["done", "under_way"],
            "accepted",
            "Yes",
            "The organisation took up again what was raised",
        ),
        (["dropped"], "declined", "Budget cut", "The organisation dropped what it had accepted"),
        (["dropped", "planned"], "accepted", "", "The organisation took up again what was raised"),
    ],
)
def test_what_was_raised_goes_with_the_action_that_it_became(  # J1
    place, statuses, status, reply, story
):
    escalation = place.raised()

    move(place.accept(escalation, reply="Yes"), place.ada, *statuses)

    escalation.refresh_from_db()
    assert (escalation.status, escalation.reply) == (status, reply)
    assert told(place.action) == [story]
    followed = AuditEvent.objects.filter(kind="escalation_followed", actor=place.ada)
    raised_and_accepted = 2
    moves = place.action.updates.filter(changes__has_key="raised_to_organisation").count()
    assert followed.filter(team=place.team).count() == moves - raised_and_accepted
    last = followed.order_by("pk").last()
    label = {"accepted": "Accepted", "done": "Done", "declined": "Dropped"}[status]
    assert last is None or details_of(last)[0].endswith(f"to “{label}”")


def test_what_was_dropped_above_can_be_raised_again_and_then_the_new_one_counts(place):
    first = place.raised()
    became = move(place.accept(first), place.ada, "dropped")
    second = place.raised(title="Pay half of it")

    move(became, place.ada, "planned")

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == ("declined", "raised")


def test_those_below_see_that_it_is_done(place):
    became = place.accept(place.raised())
    assert (
        "Accepted</strong>" in browser_of(place.mel).get(page("actions:detail", place.action)).text
    )

    move(became, place.ada, "done")

    shown = browser_of(place.mel).get(page("actions:detail", place.action)).text
    assert "Done</strong>" in shown
    assert "(Done)" in shown


def test_who_raised_and_answered_has_no_name_once_they_have_gone(place):  # B10
    make_member(place.organisation, make_user("Bo"), role="administrator")
    decline_escalation(place.raised(), by=place.ada, reply="No money")
    erase(place.ada)
    erase(place.flo)

    shown = browser_of(place.mel).get(page("actions:detail", place.action)).text

    assert "by somebody whose name is not kept" in shown
    assert "Ada" not in shown


def test_what_somebody_raised_and_answered_is_among_what_they_wrote(place):  # P14.1
    decline_escalation(place.raised(detail="It is dear"), by=place.ada, reply="No money")

    [raised] = everything_of(place.flo)["raised"]
    [answer] = everything_of(place.ada)["answers_to_what_was_raised"]

    assert (raised["to"], raised["what_is_needed"]) == ("Tamsel Valley Trust", "Pay for the bus")
    assert (raised["why"], raised["status"]) == ("It is dear", "Declined")
    assert (answer["raised"], answer["reply"]) == ("Pay for the bus", "No money")
