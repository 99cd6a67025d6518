"""Two who change the same action: what each of them wrote stays, or both versions are read."""

from datetime import timedelta

import pytest

from actionplans.models import Action, ActionUpdate
from actionplans.services.actions import EditConflict, change_action
from actionplans.services.leaving import end_membership
from actionplans.services.updates import record_update
from onestepback.pages.account.personal_data import erase
from organisations.models import Membership
from tests.factories import browser_of
from tests.markup import fields_of
from tests.pages.plans.shared.helpers import dates_of, form_at, promise, send, words_on
from tests.threads import outcomes_at_once

pytestmark = pytest.mark.django_db


def test_two_who_edit_an_action_read_both_versions_of_each_field_and_choose(place):  # C5 C6 D3
    action = place.add(title="Ring them", measure="They answer", detail="On Mondays")
    address = f"/actions/{action.pk}/edit/"
    one, two = browser_of(place.facilitator), browser_of(place.administrator)
    opened = form_at(two, address)
    later, much_later = action.due_on + timedelta(days=1), action.due_on + timedelta(days=9)
    theirs = {"title": "Write to them", "detail": "On Fridays", **dates_of(later)}
    send(one, address, who="member", owner=place.member.pk, **theirs)

    mine = {"title": "Visit them", "measure": "They come", **dates_of(much_later)}
    page = send(two, address, opened, who="me", **mine)

    assert "<title>Error: " in page.text
    said = words_on(page)
    for now in (
        "It says now: Write to them",
        "It says now: Mel Member",
        "It says now: Somebody in",
        f"It says now: {later.day} {later:%B %Y}",
    ):
        assert now in said
    assert place.member.email not in said
    assert "It says now: They answer" not in said  # nobody else changed that
    kept = fields_of(page)
    assert (kept["title"], kept["measure"], kept["who"]) == ("Visit them", "They come", "me")
    assert kept["detail"] == "On Fridays"  # which only one of them changed
    action.refresh_from_db()
    assert (action.title, action.owner, action.measure) == (
        "Write to them",
        place.member,
        "They answer",
    )

    # They choose: one's words and owner, the other's measure and date.
    send(two, address, kept, title="Write to them", who="member", owner=place.member.pk)

    action.refresh_from_db()
    assert (action.title, action.owner, action.measure, action.due_on, action.detail) == (
        "Write to them",
        place.member,
        "They come",
        much_later,
        "On Fridays",
    )


def test_a_date_that_only_somebody_else_changed_stands_in_its_boxes(place):  # C5
    action = place.add(title="Ring them")
    address = f"/actions/{action.pk}/edit/"
    one, two = browser_of(place.facilitator), browser_of(place.administrator)
    opened = form_at(two, address)
    later = action.due_on + timedelta(days=40)
    send(one, address, title="Write to them", who="me", **dates_of(later))

    page = send(two, address, opened, title="Visit them")

    kept = fields_of(page)
    assert {name: kept[name] for name in dates_of(later)} == dates_of(later)
    assert words_on(page).count("It says now") == 2  # of the name: at the top, and at the field


def test_edits_of_different_fields_both_survive(place):  # C6
    action = place.add(title="Ring them")
    address = f"/actions/{action.pk}/edit/"
    one, two = browser_of(place.facilitator), browser_of(place.administrator)
    opened = form_at(two, address)
    send(one, address, title="Write to them", who="member", owner=place.member.pk)
    record_update(action, by=place.member, version=1, status="under_way")

    page = send(two, address, opened, measure="They come")

    action.refresh_from_db()
    assert (action.title, action.status, action.measure, action.owner) == (
        "Write to them",
        "under_way",
        "They come",
        place.member,
    )
    assert "beside those that were made meanwhile" in words_on(two.get(page.url))


def test_a_note_from_an_old_page_leaves_the_action_where_it_was_moved_since(place):  # C6
    action = place.add(owner=place.member)
    record_update(action, by=place.facilitator, version=0, status="done", note="We rang them")

    record_update(action, by=place.member, version=0, status="planned", note="They liked it")

    action.refresh_from_db()
    assert (action.status, action.completed_by) == ("done", place.facilitator)
    assert [each.note for each in action.updates.all()][:2] == ["They liked it", "We rang them"]


def test_an_edit_does_not_stand_in_the_way_of_an_update(place):  # C6
    action = place.add(owner=place.member)
    change_action(action, by=place.facilitator, version=0, title="Write to them")

    record_update(action, by=place.member, version=0, status="done", note="We wrote to them")

    action.refresh_from_db()
    assert (action.title, action.status) == ("Write to them", "done")


def test_two_who_find_an_owner_at_once_do_not_find_two(place):  # C5 D3
    action = place.add(owner=place.member)
    end_membership(Membership.objects.get(user=place.member), by=place.administrator)
    action.refresh_from_db()
    change_action(action, by=place.facilitator, version=1, owner=place.facilitator, owner_name="")

    with pytest.raises(EditConflict) as conflict:
        change_action(
            action, by=place.administrator, version=1, owner=None, owner_name="The council"
        )

    assert conflict.value.fields == {"owner", "owner_name"}
    action.refresh_from_db()
    assert (action.owner, action.owner_name) == (place.facilitator, "")


def test_what_the_story_does_not_tell_is_a_conflict(place):  # C5
    action = place.add(title="Ring them")
    Action.objects.filter(pk=action.pk).update(title="Write to them", version=1)

    with pytest.raises(EditConflict) as conflict:
        change_action(action, by=place.facilitator, version=0, title="Visit them")

    assert conflict.value.fields == {"title"}


def test_an_owner_who_leaves_while_somebody_edits_is_a_conflict_and_no_fault(place):  # C5 E5
    action = place.add(owner=place.member)
    browser, address = browser_of(place.facilitator), f"/actions/{action.pk}/edit/"
    opened = form_at(browser, address)
    erase(place.member)

    page = send(browser, address, opened, title="Write to them", who="me")

    assert page.status_code == 200
    assert "It says now: Nobody yet" in words_on(page)
    send(browser, address, fields_of(page))
    action.refresh_from_db()
    assert (action.title, action.owner) == ("Write to them", place.facilitator)


def test_a_conflict_says_nothing_of_fields_that_nobody_uses(place):
    action = place.add(title="Ring them", owner=place.member)
    browser, address = browser_of(place.facilitator), f"/actions/{action.pk}/edit/"
    opened = form_at(browser, address) | {"owner_name": "left over"}
    change_action(action, by=place.administrator, version=0, owner=place.administrator)

    page = send(browser, address, opened, who="me")

    assert words_on(page).count("It says now") == 4  # at the top, and at two fields


def test_whom_one_did_not_choose_is_not_checked(place):
    browser, address = browser_of(place.facilitator), f"{place.address}add/?level=team"

    send(browser, address, **promise(place, who="me", owner="gone", owner_name="x" * 151))

    assert Action.objects.get().owner == place.facilitator


def test_two_owners_devices_conflict_too(place):  # C5
    action = place.add(owner=place.member, measure="They answer")
    browser, address = browser_of(place.member), f"/actions/{action.pk}/edit/"
    opened = form_at(browser, address)
    send(browser, address, measure="They come")

    page = send(browser, address, opened, measure="They ring")

    assert "It says now: They come" in words_on(page)
    assert Action.objects.get().measure == "They come"


@pytest.mark.parametrize("how", ["edit", "update"])
def test_words_about_an_action_that_is_given_on_meanwhile_are_kept(place, how):  # C1
    action = place.add(owner=place.member, title="Ring them")
    browser, address = browser_of(place.member), f"/actions/{action.pk}/{how}/"
    opened = form_at(browser, address)
    change_action(action, by=place.facilitator, version=0, owner=place.facilitator)

    page = send(browser, address, opened, detail="Many words", note="Many words", status="stuck")

    assert "was given to somebody else meanwhile" in page.text
    assert "Many words" in page.text
    action.refresh_from_db()
    assert (action.status, action.detail) == ("planned", "")
    assert browser.get(address).status_code == 404
    assert browser_of(place.administrator).post(address, {}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_of_one_title_at_once_one_is_a_conflict(place):  # D1 D3 C5
    action = place.add(title="Ring them")

    def change(title):
        return lambda: change_action(action, by=place.facilitator, version=0, title=title)

    outcomes = outcomes_at_once(change("Visit them"), change("Write to them"))

    action.refresh_from_db()
    assert sorted(isinstance(outcome, EditConflict) for outcome in outcomes) == [False, True]
    assert (action.version, action.updates.count()) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_a_change_without_its_story_is_none(place, monkeypatch):  # J3
    action = place.add(title="Ring them")

    def fail(*args, **kwargs):
        raise RuntimeError("The disk is full")

    monkeypatch.setattr(ActionUpdate, "save", fail)
    for attempt in (
        lambda: change_action(action, by=place.facilitator, version=0, title="Visit them"),
        lambda: record_update(action, by=place.facilitator, version=0, status="done"),
    ):
        with pytest.raises(RuntimeError):
            attempt()

    action.refresh_from_db()
    assert (action.title, action.status, action.version) == ("Ring them", "planned", 0)
