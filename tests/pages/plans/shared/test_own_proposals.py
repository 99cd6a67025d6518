"""Until it is answered, whoever proposed something changes it, or takes it back."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from actionplans.models import Action
from actionplans.services.actions import EditConflict
from actionplans.services.leaving import end_membership
from actionplans.services.proposals import (
    accept_proposal,
    change_proposal,
    decline_proposal,
    withdraw_proposal,
)
from organisations.models import Letter
from organisations.outbox import deliver_due_letters
from tests.factories import browser_of, make_member
from tests.markup import fields_of
from tests.pages.plans.shared.helpers import dates_of, form_at, send, words_on
from tests.threads import outcomes_at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposed(place):
    return place.propose(title="A bensh", detail="In the sun")


def pages_of(action):
    page = action.get_absolute_url()
    return f"{page}proposal/", f"{page}proposal/take-back/"


def accept(place, action, **fields):
    now = place.plan.today
    return accept_proposal(
        action, by=place.facilitator, version=0, owner=place.facilitator, due_on=now, **fields
    )


def test_whoever_proposed_mends_their_words(place, proposed):
    browser, (change, _take_back) = browser_of(place.member), pages_of(proposed)
    due = place.plan.today
    assert change in browser.get(proposed.get_absolute_url()).text

    said = {"title": "A bench", "who": "else", "owner_name": "The gardeners"} | dates_of(due)
    answer = send(browser, change, **said)

    assert answer.url == proposed.get_absolute_url()
    proposed.refresh_from_db()
    assert (proposed.title, proposed.detail, proposed.status) == (
        "A bench",
        "In the sun",
        "proposed",
    )
    assert (proposed.owner_name, proposed.due_on) == ("The gardeners", due)
    assert proposed.proposed_by == place.member
    read = words_on(browser_of(place.facilitator).get(proposed.get_absolute_url()))
    assert "Changed: what. Before: “A bensh”" in read
    assert "Accept this proposal" in read


def test_who_could_do_it_stays_unless_it_is_changed(place, proposed):
    """Also somebody whom only those who look after the plan can choose."""
    Action.objects.filter(pk=proposed.pk).update(owner=place.facilitator)
    browser, (change, _take_back) = browser_of(place.member), pages_of(proposed)

    assert form_at(browser, change)["who"] == "member"
    assert "Flo Facilitator" in words_on(browser.get(change))
    send(browser, change, title="A bench")
    proposed.refresh_from_db()
    assert (proposed.title, proposed.owner) == ("A bench", place.facilitator)

    send(browser, change, who="me")
    proposed.refresh_from_db()
    assert proposed.owner == place.member

    assert form_at(browser, change)["who"] == "me"
    send(browser, change, who="nobody")
    proposed.refresh_from_db()
    assert proposed.owner is None


def test_whoever_proposed_takes_it_back(place, proposed):  # F4
    browser, (_change, take_back) = browser_of(place.member), pages_of(proposed)
    assert take_back in browser.get(proposed.get_absolute_url()).text

    send(browser, take_back, reason="The council puts one there")
    deliver_due_letters()

    proposed.refresh_from_db()
    assert (proposed.status, proposed.title) == ("dropped", "A bensh")
    facilitator = browser_of(place.facilitator)
    story = words_on(facilitator.get(proposed.get_absolute_url()))
    assert "Taken back, before it was answered The council puts one there" in story
    assert "Declined" not in story
    assert "waits for your answer" not in facilitator.get(place.address).text
    assert Letter.objects.get(kind="action_proposed").dropped_at
    assert not Letter.objects.filter(kind="proposal_answered").exists()


@pytest.mark.parametrize("how", ["accept", "decline"])
def test_whoever_would_answer_what_is_taken_back_meanwhile_is_told_so(place, proposed, how):
    browser, address = browser_of(place.facilitator), f"{proposed.get_absolute_url()}{how}/"
    opened = form_at(browser, address)
    withdraw_proposal(proposed, by=place.member)

    due = dates_of(place.plan.today)
    late = browser.post(address, opened | due | {"who": "me", "reason": "No room"})
    later = browser.get(address, follow=True)

    for answer in (late, later):
        assert "Whoever proposed this has taken it back" in answer.text
        assert "Somebody has answered" not in answer.text
    assert later.redirect_chain[-1][0] == proposed.get_absolute_url()
    assert proposed.updates.count() == 2


def test_taking_back_twice_is_once(place, proposed):  # D1
    browser, (_change, take_back) = browser_of(place.member), pages_of(proposed)
    typed = form_at(browser, take_back) | {"reason": "Changed my mind"}

    answers = [browser.post(take_back, typed) for _twice in range(2)]

    assert [answer.url for answer in answers] == [proposed.get_absolute_url()] * 2
    assert proposed.updates.count() == 2


def test_nobody_else_changes_a_proposal_or_takes_it_back(place, proposed):  # A1
    other = make_member(place.organisation, team=place.team).user

    for person in (other, place.facilitator, place.administrator):
        browser = browser_of(person)
        shown = browser.get(proposed.get_absolute_url()).text
        for page in pages_of(proposed):
            assert page not in shown
            assert browser.get(page).status_code == 404
            sent = browser.post(page, {"version": 0, "title": "Mine", "who": "nobody"})
            assert sent.status_code == 404
    proposed.refresh_from_db()
    assert (proposed.status, proposed.version) == ("proposed", 0)


def leave(place):
    end_membership(place.member.memberships.get(), by=place.administrator)


def leave_the_team(place):
    place.member.memberships.get().team_memberships.all().delete()


def archive(place):
    place.team.archived_at = timezone.now()
    place.team.save()


@pytest.mark.parametrize("away", [leave, leave_the_team, archive])
def test_what_somebody_reads_no_more_they_change_no_more(place, proposed, away):  # A11
    browser = browser_of(place.member)
    opened = [(page, form_at(browser, page)) for page in pages_of(proposed)]
    away(place)

    for page, typed in opened:
        assert browser.get(page).status_code == 404
        assert browser.post(page, typed | {"title": "A bench"}).status_code == 404
    proposed.refresh_from_db()
    assert (proposed.status, proposed.title) == ("proposed", "A bensh")


def test_whoever_runs_the_organisation_now_changes_nothing_in_an_archived_team(place, proposed):
    place.member.memberships.update(role="administrator")
    archive(place)
    browser = browser_of(place.member)

    assert browser.get(proposed.get_absolute_url()).status_code == 200
    assert [browser.get(page).status_code for page in pages_of(proposed)] == [404, 404]


def test_whoever_left_the_team_is_offered_no_change_of_what_they_would_do(place):
    action = place.propose(owner=place.member)
    leave_the_team(place)

    page = browser_of(place.member).get(action.get_absolute_url())

    assert page.status_code == 200  # it is theirs
    assert not any(address in page.text for address in pages_of(action))


def decline(place, action):
    return decline_proposal(action, by=place.facilitator, version=0, reason="No room")


@pytest.mark.parametrize("answer", [accept, decline])
def test_what_is_answered_meanwhile_stays_answered_and_no_word_is_lost(place, proposed, answer):
    browser = browser_of(place.member)
    opened = [(page, form_at(browser, page)) for page in pages_of(proposed)]
    answered = answer(place, proposed)

    for page, typed in opened:
        late = browser.post(page, typed | {"title": "My words", "reason": "My words"})
        assert "Somebody has answered this proposal already" in late.text
        assert "<title>Error: " in late.text
        assert "My words" in late.text
        led_on = browser.get(page, follow=True)
        assert led_on.redirect_chain[-1][0] == proposed.get_absolute_url()
        assert "Somebody has answered this proposal already" in led_on.text
        assert page not in led_on.text
    proposed.refresh_from_db()
    assert (proposed.status, proposed.version) == (answered.status, answered.version)
    assert proposed.title == "A bensh"


def test_what_those_who_look_after_the_plan_changed_meanwhile_is_a_choice(place, proposed):  # C5
    browser, (change, _take_back) = browser_of(place.member), pages_of(proposed)
    opened = form_at(browser, change)
    theirs = {"title": "Two benches", "who": "me"} | dates_of(place.plan.today)
    send(browser_of(place.facilitator), f"{proposed.get_absolute_url()}edit/", **theirs)

    page = browser.post(change, opened | {"title": "A bench", "measure": "People sit"})

    assert "It says now: Two benches" in words_on(page)
    proposed.refresh_from_db()
    assert (proposed.title, proposed.measure) == ("Two benches", "")
    browser.post(change, fields_of(page))
    proposed.refresh_from_db()
    assert (proposed.title, proposed.measure) == ("A bench", "People sit")
    assert proposed.owner == place.facilitator  # whom the member did not touch


def test_whom_those_who_look_after_the_plan_chose_meanwhile_is_named(place, proposed):  # C5
    browser, (change, _take_back) = browser_of(place.member), pages_of(proposed)
    opened = form_at(browser, change)
    theirs = {"who": "me"} | dates_of(place.plan.today)
    send(browser_of(place.facilitator), f"{proposed.get_absolute_url()}edit/", **theirs)

    page = browser.post(change, opened | {"who": "me"})

    assert "It says now: Flo Facilitator" in words_on(page)
    browser.post(change, fields_of(page) | {"who": "member"})
    proposed.refresh_from_db()
    assert proposed.owner == place.facilitator


def test_what_was_taken_back_is_for_those_who_look_after_the_plan_to_take_up(place):  # A14
    action = place.propose(owner=place.member, due_on=place.plan.today)
    withdraw_proposal(action, by=place.member)
    page = f"{action.get_absolute_url()}update/"

    refused = send(browser_of(place.member), page, status="planned", note="After all")
    assert "declined or taken back" in refused.text
    assert "After all" in refused.text

    send(browser_of(place.facilitator), page, status="planned", note="After all")
    action.refresh_from_db()
    assert action.status == "planned"
    assert "Accepted" not in words_on(browser_of(place.member).get(action.get_absolute_url()))


def take_back(place, action):
    return withdraw_proposal(action, by=place.member, reason="No")


def change(place, action):
    return change_proposal(action, by=place.member, version=0, title="A bench")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("do", [take_back, change])
def test_whoever_comes_second_to_a_proposal_is_told_what_became_of_it(place, proposed, do):  # D3
    first, second = outcomes_at_once(lambda: do(place, proposed), lambda: decline(place, proposed))

    [told] = [each for each in (first, second) if isinstance(each, Exception)]
    assert isinstance(told, ValidationError | EditConflict)
    proposed.refresh_from_db()
    assert proposed.updates.count() == 2
    answers = Letter.objects.filter(kind="proposal_answered").count()
    if told is second:  # it was changed or taken back first
        assert (answers, proposed.title, proposed.status) in [
            (0, "A bensh", "dropped"),
            (0, "A bench", "proposed"),
        ]
    else:
        assert isinstance(told, ValidationError)
        assert (answers, proposed.title, proposed.status) == (1, "A bensh", "dropped")
