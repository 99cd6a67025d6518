"""Raising an action to the plan above, in new words."""

import uuid

import pytest
from django.core.exceptions import ValidationError

from actionplans.models import Action, Escalation
from actionplans.raising import decline_escalation
from actionplans.services.plans import plan_of
from organisations import services
from organisations.models import Letter
from tests.factories import browser_of, make_action, make_raised, make_shared_action
from tests.markup import fields_of
from tests.pages.raising.helpers import SECRET, letters, move, page, told


def test_a_facilitator_raises_an_action_in_new_words(place):
    client = browser_of(place.flo)
    address = page("raising:raise_to_plan_above", place.action)

    asked = client.get(address).text
    client.post(address, {"title": "Pay for the bus", "detail": "We asked twice"})

    assert f"Buses {SECRET}" in asked
    assert f"The bus is dear {SECRET}" in asked
    assert "These words stay in the plan of Home visits." in asked
    assert "Your name goes with it" in asked
    escalation = Escalation.objects.get()
    assert escalation.plan == plan_of(place.organisation)
    assert (escalation.title, escalation.detail) == ("Pay for the bus", "We asked twice")
    assert (escalation.raised_by, escalation.status) == (place.flo, "raised")
    assert told(place.action) == ["Raised to the organisation’s plan"]


def test_nothing_is_filled_in_for_whoever_raises(place):  # P13.1
    form = (
        browser_of(place.flo).get(page("raising:raise_to_plan_above", place.action)).context["form"]
    )

    assert (form["title"].value(), form["detail"].value()) == (None, None)


def test_raising_without_saying_what_is_needed_asks_for_it_and_keeps_the_rest(place):  # C1
    sent = {"title": "", "detail": "We asked twice"}

    answer = browser_of(place.flo).post(page("raising:raise_to_plan_above", place.action), sent)

    assert "<title>Error: " in answer.text
    assert "Enter what is needed" in answer.text
    assert "We asked twice" in answer.text
    assert not Escalation.objects.exists()


def test_a_form_sent_twice_raises_once(place):  # D1
    form = uuid.uuid4()

    first, second = (place.raised(made_with=form) for _time in range(2))

    assert first == second
    assert Letter.objects.filter(kind="escalation_raised").count() == 1
    assert place.action.updates.filter(changes__has_key="raised_to_organisation").count() == 1


@pytest.mark.parametrize("accepted", [False, True])
def test_what_is_raised_already_is_not_raised_again_and_the_words_stay(place, accepted):  # D2
    escalation = place.raised()
    if accepted:
        place.accept(escalation)

    sent = {"title": "Pay for taxis", "made_with": str(escalation.made_with)}
    answer = browser_of(place.flo).post(page("raising:raise_to_plan_above", place.action), sent)

    assert "This is raised already." in answer.text
    assert "Pay for taxis" in answer.text
    assert Escalation.objects.count() == 1


def test_what_is_raised_already_is_not_offered_again(place):
    place.raised()
    client, address = browser_of(place.flo), page("raising:raise_to_plan_above", place.action)

    assert client.get(address).url == place.action.get_absolute_url()
    assert address not in client.get(place.action.get_absolute_url()).text


def test_what_was_declined_can_be_raised_again(place):
    decline_escalation(place.raised(), by=place.ada, reply="No money")

    again = place.raised(title="Pay half of it")

    assert again.is_waiting
    assert Escalation.objects.count() == 2


def test_a_form_that_was_declined_can_be_sent_again_in_other_words(place):
    escalation = place.raised()
    decline_escalation(escalation, by=place.ada, reply="No money")

    place.raised(title="Pay half of it", made_with=escalation.made_with)

    assert Escalation.objects.waiting().get().title == "Pay half of it"


@pytest.mark.parametrize("status", ["proposed", "done", "dropped"])
def test_only_what_is_promised_and_not_over_is_raised(place, status):
    done = {"completed_at": "2026-11-01T12:00Z"} if status == "done" else {}
    Action.objects.filter(pk=place.action.pk).update(status=status, **done)

    assert (
        browser_of(place.flo).get(page("raising:raise_to_plan_above", place.action)).status_code
        == 404
    )
    with pytest.raises(ValidationError):
        place.raised()


def test_the_individual_level_is_never_raised(place):  # P1.2
    place.action.level = "individual"
    place.action.save()

    assert (
        browser_of(place.flo).get(page("raising:raise_to_plan_above", place.action)).status_code
        == 404
    )
    with pytest.raises(ValidationError):
        place.raised()


def test_a_personal_action_is_never_raised(place):
    own = make_action(place.flo)

    assert browser_of(place.flo).get(page("raising:raise_to_plan_above", own)).status_code == 404
    with pytest.raises(ValidationError):
        make_raised(own)


def test_where_there_is_no_plan_above_raising_is_not_offered(place):
    action = make_shared_action(place.ada, organisation=place.organisation)
    client = browser_of(place.ada)

    assert page("raising:raise_to_plan_above", action) in client.get(action.get_absolute_url()).text
    services.change_system(place.organisation, by=place.ada, system=None)
    assert (
        page("raising:raise_to_plan_above", action)
        not in client.get(action.get_absolute_url()).text
    )
    assert client.get(page("raising:raise_to_plan_above", action)).status_code == 404


def test_who_only_owns_an_action_does_not_raise_it(place):
    action = make_shared_action(place.mel, team=place.team)
    client = browser_of(place.mel)

    assert client.get(page("raising:raise_to_plan_above", action)).status_code == 404
    assert (
        page("raising:raise_to_plan_above", action)
        not in client.get(action.get_absolute_url()).text
    )


def test_an_organisation_raises_to_its_system(place):
    action = make_shared_action(place.ada, organisation=place.organisation)
    client = browser_of(place.ada)

    assert (
        "What is needed from the system?"
        in client.get(page("raising:raise_to_plan_above", action)).text
    )
    client.post(page("raising:raise_to_plan_above", action), {"title": "One fare for all"})
    escalation = Escalation.objects.get()
    became = place.accept(escalation, by=place.cora)

    assert became.plan == plan_of(place.system)
    assert became.level == "system"
    assert told(became) == ["An organisation raised it"]
    assert told(action) == ["The system accepted what was raised"]
    assert letters("escalation_raised") == [("Cora Convener", "")]


def test_what_is_typed_about_an_action_that_is_done_meanwhile_is_kept(place):  # C1
    client, address = browser_of(place.flo), page("raising:raise_to_plan_above", place.action)
    opened = fields_of(client.get(address))
    move(place.action, place.mel, "done")

    answer = client.post(address, opened | {"title": "My words", "detail": "Many more"})

    assert "Perhaps it is over meanwhile" in answer.text
    assert "Many more" in answer.text
    assert client.get(address).status_code == 404
