"""The home page says first what waits for somebody's answer, with or without letters."""

import re

import pytest

from actionplans.models import Action, ActionPlan
from actionplans.reminders import who_runs
from actionplans.services.actions import add_action
from actionplans.services.plans import plan_of
from organisations.models import User
from tests.factories import browser_of, make_member, make_team
from tests.pages.plans.finding.helpers import queries
from tests.pages.raising.helpers import Place


@pytest.fixture
def place(db):
    return Place()


def propose(place, title="Meet at seven", group=None):
    plan, made_with = plan_of(group or place.team), Action().made_with
    fields = {"level": "team", "title": title, "status": "proposed", "proposed_by": place.mel}
    return add_action(plan, by=place.mel, made_with=made_with, **fields)


def lose_owner(place):
    Action.objects.filter(pk=place.action.pk).update(owner=None, owner_left=True)


def waiting_for(user):
    """The sentences on the home page about what waits: {sentence: address}."""
    page = browser_of(user).get("/").text
    section = re.search(r'<section aria-labelledby="waiting">.*?</section>', page, re.DOTALL)
    links = re.findall(r'<a href="([^"]*)">(.*?)</a>', section[0]) if section else []
    return {words: address.replace("&amp;", "&") for address, words in links}


def test_home_says_what_waits_for_a_facilitator(place):
    propose(place)
    propose(place, "Meet at eight")
    lose_owner(place)

    found = waiting_for(place.flo)

    assert list(found) == [
        "Home visits: 2 proposals wait for your answer",
        "Home visits: 1 action needs an owner",
    ]
    proposals, ownerless = (browser_of(place.flo).get(address).text for address in found.values())
    assert "Meet at seven" in proposals
    assert "Meet at eight" in proposals
    assert place.action.title not in proposals
    assert place.action.title in ownerless
    assert "Meet at seven" not in ownerless


def test_home_says_that_something_raised_waits_for_those_who_answer(place):
    escalation = place.raised(title="Pay for the bus")

    [(words, address)] = waiting_for(place.ada).items()
    assert words == "Tamsel Valley Trust: 1 raised action waits for your answer"
    assert "Pay for the bus" in browser_of(place.ada).get(address).text
    assert waiting_for(place.flo) == {}

    place.accept(escalation)
    assert waiting_for(place.ada) == {}


def test_home_says_what_waits_for_a_convener(place):
    propose(place, group=place.system)

    assert list(waiting_for(place.cora)) == ["Tamsel Valley: 1 proposal waits for your answer"]
    assert waiting_for(place.ada) == {}


def test_nobody_else_is_told_of_what_waits(place):
    propose(place)
    lose_owner(place)

    for reader in (place.ada, place.mel, place.otto, place.cora):
        assert waiting_for(reader) == {}


def test_nothing_waits_in_what_is_archived_or_over(place):
    place.action.updates.create(author=place.flo, changes={"status": ["planned", "dropped"]})
    Action.objects.filter(pk=place.action.pk).update(owner=None, owner_left=True, status="dropped")
    assert waiting_for(place.flo) == {}

    propose(place)
    place.team.archived_at = place.action.created_at
    place.team.save()
    assert waiting_for(place.flo) == {}


def test_those_who_are_asked_at_home_are_those_who_get_the_letters(place):
    """Also in a team that nobody facilitates, or whose facilitator may not sign in any more."""
    unled = make_team(place.organisation, "Garden")
    make_member(place.organisation, team=unled, role="administrator")
    gone = make_member(
        place.organisation, team=make_team(place.organisation, "Choir"), team_role="facilitator"
    ).user
    User.objects.filter(pk=gone.pk).update(is_active=False)
    groups = [*place.organisation.teams.all(), place.organisation, place.system]
    people = User.objects.filter(is_active=True)

    for plan in map(plan_of, groups):
        asked = {user.pk for user in people if ActionPlan.objects.run_by(user).contains(plan)}
        assert asked == {pk for pk, _address in who_runs(plan, but=())}
        assert asked


def test_home_asks_as_much_however_many_plans_wait(place):
    browser = browser_of(place.ada)
    propose(place, group=place.organisation)
    few = queries(browser, "/")
    assert "More waits in other plans" not in browser.get("/").text

    for number in range(30):
        propose(place, group=make_team(place.organisation, f"Team {number:02}"))

    assert queries(browser, "/") == few <= 8
    assert len(waiting_for(place.ada)) == 20
    assert "More waits in other plans" in browser.get("/").text
