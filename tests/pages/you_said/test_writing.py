"""You said, we did: written in new words."""

import pytest

from actionplans.models import Action
from actionplans.services.updates import record_update
from onestepback.pages.actions.story import story_of
from tests.factories import browser_of
from tests.markup import fields_of

pytestmark = pytest.mark.django_db


def test_the_words_begin_empty_beside_what_stays_in_the_plan(place):  # P13.2
    action = place.add()
    action.action_barriers.create(text="We meet at ten, when carers are busy")
    record_update(action, by=place.member, version=0, status="done", note="Eleven people answered")

    page = browser_of(place.facilitator).get(f"/actions/{action.pk}/you-said/")

    assert fields_of(page)["you_said"] == fields_of(page)["we_did"] == ""
    for reminder in (
        action.title,
        "We meet at ten, when carers are busy",
        "Eleven people answered",
    ):
        assert reminder in page.text


def test_the_story_of_the_action_says_that_the_words_changed(place):
    action = place.add()
    browser = browser_of(place.facilitator)
    address = f"/actions/{action.pk}/you-said/"

    browser.post(address, fields_of(browser.get(address)) | {"you_said": "Ten is too early"})

    action.refresh_from_db()
    assert action.you_said == "Ten is too early"
    assert story_of(action)[0].sentences == ["Changed: you said"]


def test_two_who_write_about_one_action_see_each_others_words(place):  # C5 D3
    action = place.add()
    browser, address = browser_of(place.facilitator), f"/actions/{action.pk}/you-said/"
    typed = fields_of(browser.get(address)) | {"you_said": "My words", "we_did": "Much"}
    place.write(action, "Other words", "Much")

    page = browser.post(address, typed)

    assert "was changed while you wrote. It says now: Other words" in page.text
    assert page.text.count("It says now") == 2  # in the summary and beside the field
    assert "<title>Error: " in page.text
    assert Action.objects.get().you_said == "Other words"
    browser.post(address, fields_of(page))
    assert Action.objects.get().you_said == "My words"


def test_an_owner_who_says_how_it_goes_does_not_disturb_who_writes_the_words(place):  # C6
    action = place.add()
    browser, address = browser_of(place.facilitator), f"/actions/{action.pk}/you-said/"
    typed = fields_of(browser.get(address)) | {"you_said": "My words"}
    record_update(action, by=place.member, version=0, status="under_way")

    response = browser.post(address, typed)

    assert response.status_code == 302
    action.refresh_from_db()
    assert (action.you_said, action.status) == ("My words", "under_way")


@pytest.mark.parametrize("who", ["member", "facilitator"])
def test_words_about_what_is_not_for_everybody_are_written_by_nobody(place, who):  # A1
    """Of the Individual level, and what is only proposed."""
    hidden = [place.add(level="individual"), place.add(status="proposed")]

    for action in hidden:
        address = f"/actions/{action.pk}/you-said/"
        assert browser_of(getattr(place, who)).get(address).status_code == 404


def test_an_owner_who_does_not_edit_the_plan_writes_no_words(place):
    action = place.add(owner=place.member)

    page = browser_of(place.member).get(f"/actions/{action.pk}/you-said/")

    assert page.status_code == 404


def test_a_page_for_everybody_takes_short_texts_only(place):  # C8
    action = place.add()
    browser, address = browser_of(place.facilitator), f"/actions/{action.pk}/you-said/"

    page = browser.post(address, fields_of(browser.get(address)) | {"you_said": "x" * 1001})

    assert "Shorten this to 1,000 characters or fewer. You have typed 1001" in page.text
    assert fields_of(page)["you_said"] == "x" * 1001


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"you_said": "Ten is too early", "we_did": "Six"}, "Nobody else is shown them yet."),
        ({"you_said": "Ten is too early"}, "They are shown once both halves are written."),
        ({}, "Nothing is written about this action, so it is not shown."),
    ],
)
def test_whoever_saves_words_reads_what_becomes_of_them(place, words, said):
    action = place.add(said="Old words", did="Old deeds")
    browser, address = browser_of(place.facilitator), f"/actions/{action.pk}/you-said/"
    fields = fields_of(browser.get(address)) | {"you_said": "", "we_did": ""} | words

    assert said in browser.post(address, fields, follow=True).text
