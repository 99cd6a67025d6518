"""Every right in the plan of a team, and the words that its files and pages give away."""

import re

import pytest
from django.db import DatabaseError

from actionplans.models import Action
from actionplans.querysets import ActionQuerySet
from actionplans.services.updates import record_update
from organisations.models import Membership
from tests.factories import browser_of, make_member, make_organisation, make_user
from tests.pages.plans.shared.helpers import promise, send

pytestmark = pytest.mark.django_db


def test_an_owner_who_is_not_of_the_team_has_their_action_and_nothing_else(place):  # A10
    otto = make_member(place.organisation, make_user("Otto Other")).user
    mine, other = place.add(owner=otto, title="Mine"), place.add(title="Not mine")
    browser = browser_of(otto)

    page = browser.get(mine.get_absolute_url())
    send(browser, f"/actions/{mine.pk}/update/", status="under_way", note="I rang them")
    send(browser, f"/actions/{mine.pk}/edit/", measure="They answer")

    mine.refresh_from_db()
    assert (mine.status, mine.measure) == ("under_way", "They answer")
    assert mine.updates.filter(author=otto, note="I rang them").exists()
    assert place.address not in page.text
    assert "Mine" in browser.get("/actions/").text
    for address in ("", "pdf/", "actions.csv", "actions.xlsx", "actions.ics", "add/?level=team"):
        assert browser.get(f"{place.address}{address}").status_code == 404
    for address in ("", "edit/", "update/", "accept/", "decline/"):
        assert browser.get(f"/actions/{other.pk}/{address}").status_code == 404


def test_an_owner_cannot_give_their_action_to_anybody(place):  # A8
    action = place.add(owner=place.member, title="Ring them")

    send(
        browser_of(place.member),
        f"/actions/{action.pk}/edit/",
        title="Write to them",
        who="member",
        owner=place.facilitator.pk,
        owner_name="Sam Carter",
        status="done",
    )

    action.refresh_from_db()
    assert (action.title, action.owner, action.owner_name, action.status) == (
        "Write to them",
        place.member,
        "",
        "planned",
    )


def test_whoever_leaves_the_team_reads_its_plan_no_more(place):  # A11
    action = place.add()
    browser = browser_of(place.member)
    addresses = [place.address, f"{place.address}actions.csv", action.get_absolute_url()]
    assert {browser.get(address).status_code for address in addresses} == {200}

    Membership.objects.get(user=place.member).team_memberships.all().delete()

    assert {browser.get(address).status_code for address in addresses} == {404}


def test_a_facilitator_who_is_none_any_more_only_proposes(place):  # A11
    browser = browser_of(place.facilitator)
    assert 'name="owner"' in browser.get(f"{place.address}add/?level=team").text

    Membership.objects.get(user=place.facilitator).team_memberships.update(role="member")
    send(browser, f"{place.address}add/?level=team", **promise(place))

    assert Action.objects.get().status == "proposed"
    assert browser.get(f"{place.address}team/").status_code == 404


def test_only_people_of_the_group_can_be_given_an_action(place):  # A7
    stranger = make_member(make_organisation("Elsewhere"), make_user("Sid Stranger")).user
    left = make_member(place.organisation, make_user("Lee Left"), team=place.team)
    left.team_memberships.all().delete()
    browser, address = browser_of(place.facilitator), f"{place.address}add/?level=team"

    assert "Sid Stranger" not in browser.get(address).text
    for nobody in (stranger.pk, left.user.pk, 10**30, "x"):
        page = send(browser, address, **promise(place, who="member", owner=nobody))
        assert "Select a valid choice" in page.text

    assert not Action.objects.exists()


def test_a_member_does_not_answer_proposals_nor_say_where_the_team_wants_to_be(place):
    action = place.propose()
    browser = browser_of(place.member)

    for address in (f"{action.get_absolute_url()}accept/", f"{place.address}team/"):
        assert browser.post(address, {"words": "Mine", "before": ""}).status_code == 404

    assert "/accept/" not in browser.get(action.get_absolute_url()).text
    assert "Write where you want to be" not in browser.get(place.address).text


def test_an_address_in_the_words_of_an_action_is_no_link(place):  # E8
    words = [
        "javascript:alert(1)",
        "data:text/html,hello",
        "//evil.example",
        "https://evil.example",
    ]
    action = place.add(title=words[0], detail="\n".join(words), measure=words[3])
    record_update(action, by=place.facilitator, version=0, status="stuck", note=words[3])
    browser = browser_of(place.member)

    for address in (place.address, action.get_absolute_url()):
        text = browser.get(address).text
        assert "javascript:alert(1)" in text
        assert not re.search(r"""(href|src|action)=["']?(javascript|data|//|https:)""", text)


@pytest.mark.parametrize("name", ["plan", "level", "mine", "one"])
def test_when_actions_cannot_be_read_no_page_says_that_there_are_none(  # E9
    place, monkeypatch, name
):
    action = place.add(owner=place.member)
    address = {
        "plan": place.address,
        "level": f"{place.address}?level=team",
        "mine": "/actions/",
        "one": action.get_absolute_url(),
    }[name]
    browser = browser_of(place.member)
    browser.raise_request_exception = False
    assert action.title in browser.get(address).text

    def broken(self):
        raise DatabaseError("too slow")

    monkeypatch.setattr(ActionQuerySet, "_fetch_all", broken)
    page = browser.get(address)

    assert page.status_code == 500
    assert "Something went wrong on our side" in page.text
    assert "no actions" not in page.text.lower()
