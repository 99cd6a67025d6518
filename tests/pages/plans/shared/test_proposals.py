"""Members propose actions, and those who look after the plan answer."""

import re
from datetime import timedelta

import pytest
from django.core import mail

from actionplans.models import Action
from actionplans.services.actions import EditConflict, change_action
from actionplans.services.leaving import end_membership
from actionplans.services.proposals import accept_proposal, decline_proposal
from actionplans.services.updates import record_update
from organisations.models import Letter
from organisations.outbox import deliver_due_letters
from tests.factories import browser_of, make_member, make_user
from tests.markup import fields_of
from tests.pages.plans.shared.helpers import form_at, promise, send, words_on
from tests.threads import outcomes_at_once

pytestmark = pytest.mark.django_db


def test_a_proposal_carries_its_name_and_needs_nobody_and_no_date(place):  # P12
    browser, address = browser_of(place.member), f"{place.address}add/?level=team"
    page = browser.get(address)

    send(browser, address, title="A bench outside", detail="In the sun")

    action = Action.objects.get()
    assert "Your proposal carries your name" in page.text
    assert (action.status, action.proposed_by, action.owner, action.due_on) == (
        "proposed",
        place.member,
        None,
        None,
    )
    assert "Proposed by Mel Member" in words_on(
        browser_of(place.facilitator).get(action.get_absolute_url())
    )
    assert not Letter.objects.filter(kind="action_assigned").exists()


def test_a_proposal_needs_nobody_yet_wherever_it_is_shown(place):  # E2
    action = place.propose()
    browser = browser_of(place.facilitator)

    for address in (place.address, action.get_absolute_url(), f"{place.address}actions.csv"):
        page = browser.get(address)
        assert "Nobody yet" in page.text
        assert "Needs an owner" not in page.text


def test_accepting_asks_who_and_by_when_and_takes_other_words(place):
    action = place.propose(title="A bench")
    browser, address = browser_of(place.facilitator), f"/actions/{action.pk}/accept/"

    page = send(browser, address)
    assert "Choose who will do this" in page.text
    assert "Enter the date by which it will be done" in page.text

    other = make_member(place.organisation, make_user("Otto Other"), team=place.team).user
    send(browser, address, **promise(place, title="Two benches", who="member", owner=other.pk))

    action.refresh_from_db()
    assert (action.status, action.title, action.owner) == ("planned", "Two benches", other)
    [letter] = Letter.objects.filter(kind="action_assigned")
    assert letter.recipient == other
    [letter] = Letter.objects.filter(kind="proposal_answered")
    assert letter.recipient == place.member


def test_whoever_proposes_and_accepts_it_gets_no_letter(place):
    action = place.propose(proposed_by=place.facilitator)

    send(browser_of(place.facilitator), f"/actions/{action.pk}/accept/", **promise(place))

    action.refresh_from_db()
    assert action.status == "planned"
    told = Letter.objects.filter(recipient=place.facilitator, about_id=str(action.pk))
    assert not told.filter(kind__in=["action_assigned", "proposal_answered"]).exists()


def test_those_who_look_after_the_plan_are_told_of_a_proposal(place):  # F4 F10
    place.propose(title="A bench")
    mail.outbox.clear()

    deliver_due_letters()

    [letter] = [each for each in mail.outbox if "proposed" in each.subject]
    assert letter.to == [place.facilitator.email]
    assert "Mel Member proposes this" in letter.body
    link = re.search(r"https?://[^/\s]+(/actions/\d+/)", letter.body)[1]
    assert "Accept this proposal" in browser_of(place.facilitator).get(link).text


def test_a_proposal_that_is_answered_before_its_letter_goes_needs_none(place):  # F4
    action = place.propose(title="A bench")
    decline_proposal(action, by=place.facilitator, version=0, reason="No room")

    deliver_due_letters()

    assert Letter.objects.get(kind="action_proposed").dropped_at


def test_a_plan_says_how_many_proposals_wait_to_those_who_answer_them(place):
    place.propose()
    place.propose(title="Another")

    assert (
        "2 proposals wait for your answer" in browser_of(place.facilitator).get(place.address).text
    )
    assert "wait for your answer" not in browser_of(place.member).get(place.address).text


@pytest.mark.parametrize("status", ["planned", "under_way", "stuck", "done"])
def test_a_declined_proposal_of_nobody_goes_on_once_it_says_who_and_when(place, status):
    action = place.propose()
    decline_proposal(action, by=place.facilitator, version=0, reason="No room")
    browser, page = browser_of(place.facilitator), action.get_absolute_url()

    refused = send(browser, f"{page}update/", status=status, note="There is room now")
    assert "Before it goes on, change the action" in words_on(refused)
    assert "There is room now" in refused.text
    assert "To take this up again, first change the action" in browser.get(page).text
    send(browser, f"{page}edit/", **promise(place))
    send(browser, f"{page}update/", status=status, note="There is room now")

    action.refresh_from_db()
    assert (action.status, action.owner) == (status, place.facilitator)


def test_the_words_of_a_declined_proposal_are_mended_without_anybody_to_do_it(place):
    action = place.propose(title="A bensh")
    decline_proposal(action, by=place.facilitator, version=0, reason="No room")

    send(browser_of(place.facilitator), f"/actions/{action.pk}/edit/", title="A bench")

    assert Action.objects.get().title == "A bench"


def test_a_date_taken_away_from_what_others_take_up_meanwhile_is_a_conflict(place):  # C5
    action = place.propose(owner=place.facilitator, due_on=place.plan.today)
    action = decline_proposal(action, by=place.facilitator, version=0, reason="No room")
    record_update(action, by=place.administrator, version=1, status="planned")

    with pytest.raises(EditConflict) as conflict:
        change_action(action, by=place.facilitator, version=1, due_on=None)

    assert conflict.value.fields == {"due_on"}


def test_whoever_proposed_cannot_turn_a_no_into_a_promise(place):  # A14
    due = place.plan.today + timedelta(days=9)
    action = place.propose(owner=place.member, due_on=due)
    decline_proposal(action, by=place.facilitator, version=0, reason="No room")
    page = f"{action.get_absolute_url()}update/"

    refused = send(browser_of(place.member), page, status="planned", note="But I want to")

    assert "This proposal was declined" in refused.text
    assert "But I want to" in refused.text
    assert Action.objects.get().status == "dropped"
    send(browser_of(place.facilitator), page, status="planned", note="")
    assert Action.objects.get().status == "planned"


def test_the_same_proposal_sent_again_once_it_is_accepted_is_one(place):  # D1
    browser, address = browser_of(place.member), f"{place.address}add/?level=team"
    typed = form_at(browser, address) | {"title": "A bench"}
    browser.post(address, typed)
    send(
        browser_of(place.facilitator),
        f"/actions/{Action.objects.get().pk}/accept/",
        **promise(place),
    )

    again = browser.post(address, typed)

    assert again.status_code == 302
    assert Action.objects.count() == 1


def test_whoever_proposed_reads_what_happens_next(place):
    action = place.propose()

    assert "or says why not" in browser_of(place.member).get(action.get_absolute_url()).text


def test_declining_wants_a_word_and_the_letter_leads_to_it(place):
    action = place.propose(title="A bench")
    browser, address = browser_of(place.facilitator), f"/actions/{action.pk}/decline/"

    assert "Say why, so that whoever proposed it can understand" in send(browser, address).text
    send(browser, address, reason="The pavement is too narrow")
    mail.outbox.clear()
    deliver_due_letters()

    action.refresh_from_db()
    assert action.status == "dropped"
    assert (
        "The pavement is too narrow" in browser_of(place.member).get(action.get_absolute_url()).text
    )
    [letter] = [each for each in mail.outbox if each.to == [place.member.email]]
    assert "will not take up what you proposed" in letter.subject
    assert f"/actions/{action.pk}/" in letter.body


@pytest.mark.parametrize("second", ["accept", "decline"])
def test_a_proposal_is_answered_once(place, second):
    action = place.propose()
    one, two = browser_of(place.facilitator), browser_of(place.administrator)
    address = f"/actions/{action.pk}/{second}/"
    opened = form_at(two, address)
    send(one, f"/actions/{action.pk}/decline/", reason="No")

    late = two.post(address, opened | promise(place, title="My words", reason="My words"))

    assert "answered this proposal already" in late.text
    assert "My words" in late.text
    assert action.updates.count() == 2
    assert Letter.objects.filter(kind="proposal_answered").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_answer_a_proposal_at_once_give_one_answer(place):  # D3
    action = place.propose()
    due = place.plan.today

    def accept():
        accept_proposal(
            action, by=place.facilitator, version=0, owner=place.facilitator, due_on=due
        )

    def decline():
        decline_proposal(action, by=place.administrator, version=0, reason="No")

    outcomes_at_once(accept, decline)

    action.refresh_from_db()
    assert action.updates.count() == 2
    assert Letter.objects.filter(kind="proposal_answered").count() == 1
    assert action.updates.first().changes["status"] == ["proposed", action.status]


@pytest.mark.parametrize("how", ["accept", "decline"])
def test_a_proposal_that_changed_meanwhile_is_read_again_first(place, how):  # C5
    action = place.propose(owner=place.member, title="A bench")
    browser, address = browser_of(place.facilitator), f"/actions/{action.pk}/{how}/"
    opened = form_at(browser, address)
    change_action(action, by=place.member, version=0, title="Three benches")

    page = send(browser, address, opened, **promise(place, title="A bench", reason="No room"))

    action.refresh_from_db()
    assert action.status == "proposed"
    assert "Three benches" in words_on(page)
    assert "<title>Error: " in page.text
    send(browser, address, fields_of(page))
    action.refresh_from_db()
    assert action.status == {"accept": "planned", "decline": "dropped"}[how]


def test_who_answers_a_proposal_reads_whose_it_is_and_what_it_answers(place):  # E2
    action = place.propose(owner=None, title="A bench", detail="In the sun")
    action.action_barriers.create(text="Nowhere to sit")
    browser = browser_of(place.facilitator)

    for how in ("accept", "decline"):
        said = words_on(browser.get(f"/actions/{action.pk}/{how}/"))
        for words in ("A bench", "In the sun", "It answers: Nowhere to sit", "by Mel Member on"):
            assert words in said


def test_a_proposal_is_not_accepted_with_a_date_that_has_passed(place):
    yesterday = place.plan.today - timedelta(days=1)
    action = place.propose(title="A bench", due_on=yesterday)
    browser, address = browser_of(place.facilitator), f"/actions/{action.pk}/accept/"

    page = send(browser, address, who="me")

    assert "Due date must be today or later" in page.text
    assert Action.objects.get().status == "proposed"


def test_whoever_has_left_gets_no_letter_about_what_they_proposed(place):  # F4 A11
    action = place.propose()
    decline_proposal(action, by=place.facilitator, version=0, reason="No room")
    end_membership(place.member.memberships.get(), by=place.administrator)

    deliver_due_letters()

    assert Letter.objects.get(kind="proposal_answered").dropped_at
