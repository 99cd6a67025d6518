"""Names in the stories of actions go after as many years as the settings say."""  # J4

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from actionplans.models import Action
from actionplans.raising import decline_escalation
from actionplans.services.actions import change_action
from actionplans.services.proposals import accept_proposal
from actionplans.services.updates import record_update
from organisations.models import Organisation, System
from organisations.services import change_settings, change_system
from tests.factories import browser_of, make_action, make_raised, make_shared_action
from tests.pages.plans.shared.helpers import words_on

YEAR = timedelta(days=365)


@pytest.fixture
def place(place):
    change_settings(place.organisation, by=place.administrator, retention_years=2)
    return place


def names_on(place, action):
    """The people of the place whom the page of an action names, besides its reader."""
    said = words_on(browser_of(place.administrator).get(action.get_absolute_url()))
    _before, _heading, said = said.partition(action.title)
    return {name for name in ("Flo Facilitator", "Mel Member") if name in said}


@pytest.fixture
def old(place):
    """A proposal of the member's that the facilitator accepted and got done."""
    action = place.propose(title="A bench")
    owner = {"owner": place.member, "due_on": place.plan.today}
    action = accept_proposal(action, by=place.facilitator, version=0, title="A bench", **owner)
    return record_update(
        action, by=place.facilitator, version=action.version, status="done", note="It stands"
    )


def test_a_story_says_who_until_the_years_are_over(place, old, time_machine):  # P14.5
    begun = timezone.now()

    time_machine.move_to(begun + 2 * YEAR - timedelta(days=1))
    call_command("tick")
    assert names_on(place, old) == {"Flo Facilitator", "Mel Member"}

    time_machine.move_to(begun + 2 * YEAR + timedelta(days=2))
    call_command("tick")
    assert names_on(place, old) == set()
    said = words_on(browser_of(place.administrator).get(old.get_absolute_url()))
    assert "Somebody whose name is not kept, " in said
    assert "It stands" in said
    stored = Action.objects.get(pk=old.pk)
    assert (stored.completed_by, stored.proposed_by, stored.status) == (None, None, "done")
    assert stored.owner is None
    assert stored.completed_at == old.completed_at
    assert "Who Somebody whose name is not kept" in said
    keys = [update.changes.get("owner") for update in old.updates.all()]
    assert [key for key in keys if key] == [["", ""]]


def test_what_is_newer_and_who_does_it_still_have_their_names(place, time_machine):
    action = place.add(owner=place.member)
    begun = timezone.now()
    time_machine.move_to(begun + YEAR)
    record_update(action, by=place.administrator, version=0, status="under_way")

    time_machine.move_to(begun + 2 * YEAR + timedelta(days=2))
    call_command("tick")

    assert names_on(place, action) == {"Mel Member"}  # who does it; and Flo is not named
    authors = list(action.updates.order_by("pk").values_list("author", flat=True))
    assert authors == [None, place.administrator.pk]


def test_whoever_had_it_is_not_named_by_what_happened_by_itself(place, time_machine):
    """They left in some way that only the next tick notices, so that the entry has no author."""
    action = place.add(owner=place.member)
    place.member.memberships.update(ended_at=timezone.now())
    call_command("tick")
    key = str(place.member.pk)
    assert [update.changes.get("owner") for update in action.updates.all()] == [[key, ""], None]

    time_machine.move_to(timezone.now() + 2 * YEAR + timedelta(days=2))
    call_command("tick")

    assert [update.changes.get("owner") for update in action.updates.all()] == [["", ""], None]
    assert not action.updates.exclude(author=None).exists()


def test_whoever_did_it_without_an_account_is_not_named_for_ever(place, time_machine):
    action = place.add(owner=None, owner_name="Carla Ince")
    action = change_action(action, by=place.facilitator, version=0, owner_name="Carol Ince")
    record_update(action, by=place.facilitator, version=1, status="dropped", note="No time")

    time_machine.move_to(timezone.now() + 2 * YEAR + timedelta(days=2))
    call_command("tick")

    said = words_on(browser_of(place.administrator).get(action.get_absolute_url()))
    assert "Carol" not in said
    assert "Ince" not in str(list(action.updates.values()))
    assert "No time" in said


def test_whoever_waits_for_an_answer_is_still_told_of_it(place, time_machine):
    proposed = place.propose()
    raised = make_raised(place.add())
    time_machine.move_to(timezone.now() + 2 * YEAR + timedelta(days=2))

    call_command("tick")

    proposed.refresh_from_db()
    raised.refresh_from_db()
    assert proposed.proposed_by == place.member
    assert raised.raised_by == place.facilitator


def test_a_word_about_what_was_done_long_ago_makes_nobody_its_doer(place, old, time_machine):  # E4
    time_machine.move_to(timezone.now() + 2 * YEAR + timedelta(days=2))
    call_command("tick")

    old.refresh_from_db()
    record_update(
        old, by=place.administrator, version=old.version, status="done", note="It stands still"
    )

    old.refresh_from_db()
    assert old.completed_by is None


def test_names_of_who_raised_and_answered_go_too(place, time_machine):
    action = place.add()
    decline_escalation(make_raised(action), by=place.administrator, reply="No money")
    begun = timezone.now()

    time_machine.move_to(begun + 2 * YEAR + timedelta(days=2))
    call_command("tick")

    [escalation] = action.escalations.all()
    assert (escalation.raised_by, escalation.answered_by) == (None, None)
    assert escalation.reply == "No money"


def test_a_system_keeps_names_for_three_years(place, time_machine):
    system = System.objects.create(name="Tamsel Valley", slug="tamsel-valley")
    organisation = Organisation.objects.get()
    change_system(organisation, by=place.administrator, system=system)
    system.conveners.add(place.facilitator)
    action = make_shared_action(place.facilitator, system=system)
    begun = timezone.now()

    for years, names in ((2, {place.facilitator}), (3, {None})):
        time_machine.move_to(begun + years * YEAR + timedelta(days=2))
        call_command("tick")
        assert {update.author for update in action.updates.all()} == names


def test_ones_own_plan_keeps_its_story(place, time_machine):
    action = make_action(place.member)
    time_machine.move_to(timezone.now() + 11 * YEAR)
    call_command("tick")

    assert {update.author for update in action.updates.all()} == {place.member}
