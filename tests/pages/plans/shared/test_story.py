"""A group's vision, the story of an action, and the review before the next round."""

import re
from html import unescape

import pytest

from actionplans.models import Action, ActionPlan
from actionplans.services.actions import change_action
from actionplans.services.plans import VisionConflict, set_vision
from actionplans.services.proposals import accept_proposal, decline_proposal
from actionplans.services.updates import record_update
from onestepback.pages.account.personal_data import erase
from onestepback.pages.actions.story import story_of
from organisations.models import AuditEvent
from reflections.rounds import close_round
from tests.factories import browser_of, make_member, make_round, make_shared_action, make_user
from tests.markup import fields_of
from tests.pages.plans.shared.helpers import form_at, send, words_on

pytestmark = pytest.mark.django_db


# --- Where the group wants to be ------------------------------------------------------------------


def test_two_who_say_where_the_team_wants_to_be_read_both(place):  # C5 J1
    one, two = browser_of(place.facilitator), browser_of(place.administrator)
    address = f"{place.address}team/"
    opened = form_at(two, address)
    send(one, address, words="We decide\ntogether “now”")

    page = send(two, address, opened, words="Everybody is asked")

    assert "It says now: We decide together “now”" in words_on(page)
    assert fields_of(page)["words"] == "Everybody is asked"
    plan = ActionPlan.objects.get(pk=place.plan.pk)
    assert plan.visions == {"team": "We decide\ntogether “now”"}
    send(two, address, fields_of(page), words="We decide together. Everybody is asked")
    plan.refresh_from_db()
    assert plan.visions == {"team": "We decide together. Everybody is asked"}
    assert AuditEvent.objects.filter(kind="vision_changed", team=place.team).count() == 2
    assert "Everybody is asked" in browser_of(place.member).get(place.address).text


def test_what_is_said_of_two_levels_from_two_pages_both_stays(place):  # C6
    stale = ActionPlan.objects.get(pk=place.plan.pk)
    set_vision(place.plan, "team", "Together", by=place.facilitator, before="")
    set_vision(stale, "system", "Everywhere", by=place.administrator, before="")

    place.plan.refresh_from_db()
    assert place.plan.visions == {"team": "Together", "system": "Everywhere"}


def test_saving_the_same_words_again_is_no_conflict_and_no_event(place):  # D1
    for _time in range(2):
        set_vision(place.plan, "team", "Together", by=place.facilitator, before="")

    assert AuditEvent.objects.filter(kind="vision_changed").count() == 1
    with pytest.raises(VisionConflict):
        set_vision(place.plan, "team", "Apart", by=place.facilitator, before="")


# --- Its story, and the next round ----------------------------------------------------------------


def test_whoever_reads_the_plan_reads_the_story_with_names(place):  # J4 E4
    action = place.add(owner=place.member)
    moved = record_update(action, by=place.member, version=0, status="stuck", note="No bus")
    change_action(moved, by=place.facilitator, version=1, title="Ask for a taxi")
    reader = browser_of(make_member(place.organisation, make_user("Rita"), team=place.team).user)

    said = words_on(reader.get(action.get_absolute_url()))
    assert "Mel Member, " in said
    assert "Status: from “Planned” to “Stuck” No bus" in said
    assert re.search(r"Flo Facilitator, [^,]*, [^ ]* Changed: what", said)

    erase(place.member)

    story = story_of(Action.objects.get())
    assert {entry.author for entry in story if entry.note == "No bus"} == {
        "Somebody whose name is not kept"
    }
    said = words_on(reader.get(action.get_absolute_url()))
    assert "Somebody whose name is not kept, " in said
    assert "Mel" not in said
    assert "Who Needs an owner" in said


def test_whoever_has_done_it_without_a_word_is_asked_what_they_did(place):
    action = place.add(owner=place.member)
    browser, address = browser_of(place.member), f"/actions/{action.pk}/update/"
    question = re.compile(r'<a href="([^"]*)">Say what was done: “We …”</a>')

    asked = browser.get(send(browser, f"{address}?next=/actions/", status="done").url).text
    answered = send(browser, unescape(question.search(asked)[1]), note="We rang them")

    action.refresh_from_db()
    assert (action.status, action.updates.first().note) == ("done", "We rang them")
    assert answered.url == "/actions/"
    assert not question.search(browser.get(answered.url).text)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/plans/{plan}/", "Plan"),
        ("/actions/{action}/", "Plan"),
        ("/actions/", "Plan"),
        ("/teams/{team}/rounds/", "Teams"),
    ],
)
def test_the_main_navigation_shows_where_pages_about_plans_belong(place, path, name):
    action = place.add(owner=place.member)
    where = path.format(plan=place.plan.pk, action=action.pk, team=place.team.pk)

    page = browser_of(place.member).get(where).text

    marked = re.findall(r'<ul class="osb-nav">.*?</ul>', page, re.DOTALL)[0]
    assert re.findall(r'aria-current="\w+">([^<]+)<', marked) == [name]


def test_done_says_when_and_by_whom_until_it_is_taken_up_again(place):  # E4
    action = place.add(owner=place.member)
    browser, address = browser_of(place.member), f"/actions/{action.pk}/update/"

    send(browser, address, status="done", note="We rang them")
    action.refresh_from_db()
    assert action.completed_by == place.member
    assert "Done" in words_on(browser.get(action.get_absolute_url()))

    send(browser, address, status="under_way", note="They rang back")
    action.refresh_from_db()
    assert (action.completed_at, action.completed_by) == (None, None)


def test_a_round_begins_with_what_is_still_to_do_and_leaves_it_in_the_plan(place):  # E7
    titles = {
        status: place.add(title=f"It is {status}", status=status).title
        for status in ("planned", "under_way", "stuck", "proposed", "dropped")
    }
    browser, address = browser_of(place.facilitator), f"/teams/{place.team.pk}/rounds/plan/"

    review = browser.get(address)
    form = browser.get(f"{address}?reviewed=yes")

    listed = {status for status, title in titles.items() if title in review.text}
    assert listed == {"planned", "under_way", "stuck", "proposed"}
    assert 'name="opens_on_0"' not in review.text
    assert 'name="opens_on_0"' in form.text
    send(browser, f"{address}?reviewed=yes", title="Next", levels="team")
    assert place.team.rounds.count() == 1
    assert place.plan.actions.open().count() == 3


def test_from_the_review_one_says_how_an_action_goes_and_is_back_there(place):
    action = place.add()
    proposed = place.propose(title="A bench")
    browser, address = browser_of(place.facilitator), f"/teams/{place.team.pk}/rounds/plan/"
    review = browser.get(address).text

    [update] = re.findall(r'href="(/actions/\d+/update/[^"]*)"', review)
    page = browser.get(update)
    after = send(browser, update, status="done", note="We asked")

    assert update.startswith(f"/actions/{action.pk}/")
    assert f'<a class="nhsuk-back-link" href="{address}">' in page.text
    assert after.url == address
    assert action.title not in browser.get(address).text
    assert f'href="{proposed.get_absolute_url()}?next={address}">Accept or decline it' in review


def test_many_actions_to_go_through_have_pages(place):  # K3
    for number in range(26):
        place.add(title=f"Number {number:02}")
    browser, address = browser_of(place.facilitator), f"/teams/{place.team.pk}/rounds/plan/"

    first, second = browser.get(address), browser.get(f"{address}?page=2")

    assert "Number 24" in first.text
    assert "Number 25" not in first.text
    assert "Number 25" in second.text
    assert "Go on to the round" in second.text


def test_with_nothing_to_do_a_round_is_planned_at_once(place):  # E7
    page = browser_of(place.facilitator).get(f"/teams/{place.team.pk}/rounds/plan/")

    assert 'name="opens_on_0"' in page.text


def test_whoever_reflects_again_sees_what_was_done_since(place, time_machine):  # E7
    time_machine.move_to("2026-11-02T12:00:00Z", tick=False)
    old = place.add(title="Before that")
    record_update(old, by=place.facilitator, version=0, status="done")
    time_machine.move_to("2026-11-03T12:00:00Z", tick=False)
    close_round(make_round(place.team, by=place.administrator))
    time_machine.move_to("2026-11-24T12:00:00Z", tick=False)
    record_update(place.add(title="Just now"), by=place.facilitator, version=0, status="done")
    place.add(title="Still open")
    round_ = make_round(place.team, by=place.administrator)
    browser = browser_of(place.member)

    for address in (f"/rounds/{round_.pk}/", f"/rounds/{round_.pk}/take-part/"):
        page = browser.get(address)
        assert "Just now" in page.text
        assert "Before that" not in page.text
        assert "1 action is still open" in words_on(page)
        assert f'href="{place.address}?status=open#found"' in page.text


def test_an_organisation_has_its_one_plan_which_all_its_people_read(place):
    make_shared_action(place.administrator, organisation=place.organisation, title="Of all")
    browser = browser_of(place.member)

    page = browser.get(f"/organisations/{place.organisation.slug}/plan/", follow=True)

    assert "Of all" in page.text
    assert ActionPlan.objects.filter(organisation=place.organisation).count() == 1
    assert browser.get(f"/teams/{place.team.pk}/plan/")["Location"] == place.address


def test_the_story_keeps_what_was_said_before(place):  # C5 J4
    action = place.add(title="Ring them")
    change_action(action, by=place.facilitator, version=0, title="Visit them", detail="On Mondays")
    change_action(action, by=place.facilitator, version=1, detail="On Fridays")

    latest, first, _added = story_of(action)

    assert latest.sentences == ["Changed: more about it. Before: “On Mondays”"]
    assert first.sentences == ["Changed: what. Before: “Ring them”", "Added: more about it"]


def test_the_story_of_a_proposal_says_how_it_was_answered(place):
    declined, accepted = place.propose(), place.propose(title="A bench")
    decline_proposal(declined, by=place.facilitator, version=0, reason="No room")
    accept_proposal(
        accepted, by=place.facilitator, version=0, due_on=place.plan.today, owner=place.member
    )

    assert story_of(declined)[0].sentences == ["Declined"]
    assert "Accepted from a proposal" in story_of(accepted)[0].sentences
