"""Promises: made once, changed by nobody behind another's back, told as a story."""

import uuid
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from actionplans.models import Action, ActionPlan
from actionplans.services.actions import EditConflict, change_action
from actionplans.services.plans import personal_plan, plan_of
from actionplans.services.updates import record_update
from organisations.models import System
from tests.factories import TeamPlace, make_action, make_barrier, make_raised


def test_a_person_has_one_plan(person):  # D2
    assert personal_plan(person) == personal_plan(person)
    with pytest.raises(IntegrityError):
        ActionPlan.objects.create(user=person)


def test_a_form_sent_twice_makes_one_action(person, participation):  # D1 E6
    barrier = make_barrier(participation)
    form = uuid.uuid4()

    first, second = (
        make_action(person, made_with=form, barriers=[barrier], level="individual")
        for _time in range(2)
    )

    assert first == second
    assert Action.objects.count() == 1
    assert first.updates.count() == 1
    assert [link.text for link in first.action_barriers.all()] == ["No time to meet"]


def test_an_action_keeps_the_words_of_a_barrier_that_is_gone(person, participation):  # B8
    barrier = make_barrier(participation, "The lift is broken")
    action = make_action(person, barriers=[barrier])

    barrier.delete()

    assert [link.text for link in action.action_barriers.all()] == ["The lift is broken"]


@pytest.mark.parametrize("status", ["planned", "under_way", "stuck", "done"])
@pytest.mark.parametrize("missing", [{"due_on": None}, {"owner": None}])
def test_the_database_wants_somebody_and_a_date(person, status, missing):
    action = make_action(person)

    with pytest.raises(IntegrityError):
        Action.objects.filter(pk=action.pk).update(status=status, **missing)


def test_changing_two_things_at_once_from_two_places_loses_neither(person):  # C6
    action = make_action(person, title="Meet")

    change_action(action, by=person, version=0, title="Meet in the café", measure="")
    change_action(action, by=person, version=0, title="Meet", measure="People come")

    action.refresh_from_db()
    assert (action.title, action.measure) == ("Meet in the café", "People come")


def test_an_edit_from_a_stale_page_is_a_conflict_and_changes_nothing(person):  # C5 D3
    action = make_action(person, title="Meet")
    change_action(action, by=person, version=0, title="Meet in the café")

    with pytest.raises(EditConflict) as conflict:
        change_action(action, by=person, version=0, title="Meet online")

    action.refresh_from_db()
    assert action.title == "Meet in the café"
    assert conflict.value.action.title == "Meet in the café"


def test_saving_an_action_as_it_is_adds_nothing_to_its_story(person):
    action = make_action(person, title="Meet")

    change_action(action, by=person, version=0, title="Meet")

    assert action.updates.count() == 1


def test_completing_keeps_when_and_by_whom_and_reopening_clears_it(person):  # E4
    action = make_action(person)

    done = record_update(action, by=person, version=0, status="done")
    assert done.completed_at
    assert done.completed_by == person

    again = record_update(done, by=person, version=1, status="under_way")
    assert (again.completed_at, again.completed_by) == (None, None)


def test_an_update_sent_twice_is_told_once(person):  # D1
    action = make_action(person)

    for _time in range(2):
        record_update(action, by=person, version=0, status="stuck", note="No room")

    assert action.updates.count() == 2  # added, then stuck


def test_an_update_from_a_stale_page_is_a_conflict(person):  # C5
    action = make_action(person)
    record_update(action, by=person, version=0, status="under_way", note="Begun")

    with pytest.raises(EditConflict):
        record_update(action, by=person, version=0, status="dropped", note="No")

    action.refresh_from_db()
    assert action.status == "under_way"


def test_an_update_that_says_nothing_is_refused(person):
    action = make_action(person)

    with pytest.raises(ValidationError, match="Choose another status"):
        record_update(action, by=person, version=0, status="planned")


def test_what_changed_is_told_from_what_to_what_without_a_name(person):
    action = make_action(person, owner_name="Sam Carter")
    later = action.due_on + timedelta(days=7)

    change_action(action, by=person, version=0, due_on=later, owner=person, owner_name="")

    update = action.updates.first()
    assert update.changes["due_on"] == [str(action.due_on), str(later)]
    assert person.name not in str(update.changes)


def test_the_same_form_with_other_words_is_another_action(person):
    form = uuid.uuid4()

    make_action(person, made_with=form, title="First")
    make_action(person, made_with=form, title="Second")

    assert sorted(Action.objects.values_list("title", flat=True)) == ["First", "Second"]


def test_a_form_of_somebody_elses_makes_an_action_of_ones_own(person, stranger):  # A2
    theirs = make_action(stranger, title="Theirs")

    mine = make_action(person, made_with=theirs.made_with, title="Mine")

    assert list(Action.objects.visible_to(person)) == [mine]
    theirs.refresh_from_db()
    assert theirs.title == "Theirs"


def test_a_change_of_status_without_words_sent_twice_is_told_once(person):  # D1
    action = make_action(person)

    for _time in range(2):
        moved = record_update(action, by=person, version=0, status="under_way")

    assert moved.status == "under_way"
    assert action.updates.count() == 2


def test_who_completed_it_first_is_kept(person, stranger):
    action = make_action(person)
    done = record_update(action, by=person, version=0, status="done")

    again = record_update(done, by=stranger, version=1, status="done", note="Indeed")

    assert again.completed_by == person
    assert again.completed_at == done.completed_at


PLAN, ACTION, RAISED = "ActionPlan", "Action", "Escalation"


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (PLAN, {"user": None}),
        (PLAN, {"published": {}}),
        (PLAN, {"published_token": "x"}),
        (ACTION, {"owner_name": "Sam"}),
        (ACTION, {"completed_at": timezone.now()}),
        (ACTION, {"status": "done"}),
        (RAISED, {"status": "declined"}),
    ],
)
def test_the_database_refuses_what_contradicts_itself(db, row, wrong):  # D2 E4
    place = TeamPlace()
    make_raised(place.add())
    rows = apps.get_model("actionplans", row).objects.all()
    if wrong == {"user": None}:
        rows, wrong = rows.filter(team=place.team), {"user": place.member}

    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**wrong)


@pytest.mark.parametrize("kind", ["team", "organisation", "system"])
def test_a_group_has_one_plan(db, kind):  # D2
    place = TeamPlace()
    system = System.objects.create(name="Tamsel Valley", slug="tamsel-valley")
    group = {"system": system}.get(kind) or getattr(place, kind)
    plan_of(group)

    with pytest.raises(IntegrityError), transaction.atomic():
        ActionPlan.objects.create(**{kind: group})


def test_an_action_answers_a_barrier_once(person, participation):  # D2 E6
    barrier = make_barrier(participation)
    action = make_action(person, barriers=[barrier], level="individual")

    with pytest.raises(IntegrityError), transaction.atomic():
        action.action_barriers.create(barrier=barrier, text="Again")
