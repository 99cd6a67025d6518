"""You said, we did: shown to the plan's readers first."""

import pytest

from actionplans import you_said
from tests.factories import browser_of
from tests.markup import fields_of
from tests.pages.you_said.helpers import kinds

pytestmark = pytest.mark.django_db


def test_the_plans_readers_see_it_before_anybody_else_does(place):
    place.add(said="Meetings are hard to get to", did="We meet online")
    browser = browser_of(place.facilitator)

    page = browser.post(
        place.address(),
        fields_of(browser.get(place.address())) | {"introduction": "Thank you all"},
        follow=True,
    )

    assert "The plan’s readers can read it now. Nobody else can yet." in page.text
    for reader in (place.member, place.administrator):
        text = browser_of(reader).get(place.address()).text
        for words in ("Thank you all", "Meetings are hard to get to", "We meet online"):
            assert words in text
    assert place.plan.published_token is None


def test_readers_see_nothing_of_what_is_only_being_written(place):
    place.add(said="HALF A THOUGHT", did="ANOTHER HALF")

    page = browser_of(place.member).get(place.address())

    assert "Nothing is shown at the moment." in page.text
    assert "HALF" not in page.text


def test_actions_with_one_half_and_those_not_for_everybody_are_not_shown(place):
    place.add(said="SAID", did="DID", level="individual")
    place.add(said="ONLY SAID")
    place.add(did="ONLY DONE")
    place.add(said="The trust decides alone", did="We ask", level="organisation")
    place.add(said="Ten is too early", did="Six")

    place.show()

    shown = you_said.YouSaid.kept(place.plan.previewed)
    assert [(entry.level, entry.we_did) for entry in shown.entries] == [
        ("team", "Six"),
        ("organisation", "We ask"),
    ]


def test_nothing_is_shown_while_nothing_is_written(place):
    place.add(said="Only half")
    browser = browser_of(place.facilitator)

    page = browser.post(place.address(), fields_of(browser.get(place.address())))

    assert "Write what was said and what was done for at least one action." in page.text
    assert place.plan.previewed is None
    assert kinds() == []


def test_two_who_show_it_at_once_do_not_overwrite_each_others_introduction(place):  # C5
    place.add(said="Ten is too early", did="Six")
    browser = browser_of(place.facilitator)
    typed = fields_of(browser.get(place.address())) | {"introduction": "My thanks"}
    place.show("Their thanks")

    page = browser.post(place.address(), typed)

    assert "Somebody else changed what readers are shown." in page.text
    assert "It says now: Their thanks" in page.text
    assert place.plan.previewed["introduction"] == "Their thanks"
    browser.post(place.address(), fields_of(page))
    assert place.plan.previewed["introduction"] == "My thanks"


def test_showing_the_same_twice_shows_it_once(place):  # D1
    place.add(said="Ten is too early", did="Six")
    place.show()
    since = place.plan.previewed_at

    you_said.show_you_said(place.plan, by=place.facilitator, version="", introduction="")

    assert place.plan.previewed_at == since
    assert kinds() == ["telling_shown"]


def test_what_is_shown_can_be_taken_from_readers_again(place, client):
    address = place.tell()

    for _press in range(2):
        browser_of(place.facilitator).post(place.address(), {"go": "hide"})

    assert "Nothing is shown at the moment." in browser_of(place.member).get(place.address()).text
    assert client.get(address).status_code == 200  # which is another matter
    assert kinds() == ["telling_shown", "telling_published", "telling_hidden"]


def test_the_plan_tells_its_readers_of_new_words_while_the_old_are_public(place):
    place.tell()
    browser, plan = browser_of(place.member), place.plan.get_absolute_url()
    assert "in new words" not in browser.get(plan).text

    place.write(place.action, "Meetings are hard to get to", "We meet online and in the library")
    place.show()
    assert "in new words. Read them before they are published" in browser.get(plan).text

    place.publish()
    assert "in new words" not in browser.get(plan).text


def test_whoever_shows_new_words_reads_that_the_public_page_has_the_old_ones(place):
    place.tell("Ten is too early", "Six")
    place.write(place.action, "Ten is too early", "Half past six")
    browser = browser_of(place.facilitator)

    page = browser.post(place.address(), fields_of(browser.get(place.address())), follow=True)

    assert "The public page has the old words." in page.text
    assert "Nobody else can yet." not in page.text
