"""You said, we did: published, taken back, and away while its group is archived."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from actionplans import you_said
from actionplans.models import ActionPlan
from actionplans.services.actions import add_action
from actionplans.services.plans import plan_of
from organisations import services
from organisations.history import sentence_about
from organisations.models import AuditEvent, System
from tests.factories import browser_of
from tests.markup import fields_of
from tests.pages.you_said.helpers import kinds

pytestmark = pytest.mark.django_db


# --- Publishing -----------------------------------------------------------------------------------


def test_a_page_is_published_once_readers_were_shown_it(place, client):
    place.add(said="Meetings are hard to get to", did="We meet online")
    place.show("Thank you all")
    browser = browser_of(place.facilitator)

    page = browser.get(place.address("publish/"))
    assert "Everybody on the internet who has the address can read what stands below" in page.text
    assert "Have people had time to read it?" in page.text
    page = browser.post(place.address("publish/"), fields_of(page), follow=True)

    assert you_said.published_address(place.plan) in page.text
    assert len(place.plan.published_token) == 43
    text = client.get(f"/you-said/{place.plan.published_token}/").text
    for words in ("Home visits, Tamsel Valley Trust", "Thank you all", "We meet online"):
        assert words in text


def test_nobody_is_asked_about_time_once_readers_have_had_a_week(place):
    place.add(said="Ten is too early", did="Six")
    place.show()
    long_ago = timezone.now() - timedelta(days=8)
    ActionPlan.objects.update(previewed_at=long_ago)

    page = browser_of(place.facilitator).get(place.address("publish/"))

    assert "Have people had time to read it?" not in page.text


def test_nothing_is_published_before_readers_were_shown_it(place):  # P13.2
    place.add(said="Ten is too early", did="Six")
    browser = browser_of(place.facilitator)

    with pytest.raises(ValidationError, match="Read what is shown"):
        place.publish()
    page = browser.post(place.address("publish/"), {"version": ""}, follow=True)

    assert "Read what is shown to the plan’s readers now. Then publish it." in page.text
    assert browser.get(place.address("publish/")).url == place.address()
    assert place.plan.published_token is None


def test_words_that_changed_are_shown_again_before_they_are_published(place, client):
    address = place.tell("Ten is too early", "Six")
    place.write(place.action, "Ten is too early", "LATER WORDS")
    browser = browser_of(place.facilitator)

    page = browser.get(place.address())

    assert "The words have changed since they were shown. Show them again" in page.text
    assert browser.get(place.address("publish/")).status_code == 302
    with pytest.raises(ValidationError, match="Show them again first"):
        place.publish()
    assert "LATER WORDS" not in client.get(address).text
    assert "LATER WORDS" not in browser_of(place.member).get(place.address()).text


def test_what_is_published_is_what_whoever_publishes_has_read(place):
    place.add(said="Ten is too early", did="Six")
    place.show()
    browser = browser_of(place.facilitator)
    read = fields_of(browser.get(place.address("publish/")))
    place.show("Other words")

    browser.post(place.address("publish/"), read)

    assert place.plan.published_token is None


def test_new_words_are_published_at_the_same_address(place, client):
    address = place.tell("Ten is too early", "Six")
    place.write(place.action, "Ten is too early", "Half past six")
    place.show()
    assert "Half past six" not in client.get(address).text

    assert place.publish() == address
    assert "Half past six" in client.get(address).text


def test_a_page_that_is_taken_back_is_gone_for_ever(place, client):
    address = place.tell()
    assert client.get(f"{address}pdf/").status_code == 200
    browser = browser_of(place.facilitator)

    page = browser.get(place.address("take-back/"))
    assert "Its address never works again." in page.text
    sent = fields_of(page)
    for _press in range(2):
        page = browser.post(place.address("take-back/"), sent, follow=True)
        assert "It is taken back." in page.text

    for gone in (address, f"{address}pdf/", f"{address}pdf/?print=large"):
        assert client.get(gone).status_code == 404
    new = place.publish()
    assert new != address
    assert client.get(address).status_code == 404
    assert client.get(new).status_code == 200
    assert kinds() == [
        "telling_shown",
        "telling_published",
        "telling_taken_back",
        "telling_published",
    ]


def test_a_form_sent_again_does_not_publish_what_was_taken_back(place, client):  # D1
    place.add(said="Ten is too early", did="Six")
    place.show()
    browser = browser_of(place.facilitator)
    sent = fields_of(browser.get(place.address("publish/")))
    browser.post(place.address("publish/"), sent)
    browser.post(place.address("publish/"), sent)
    address = you_said.published_address(place.plan)
    place.take_back(by=place.facilitator)

    page = browser.post(place.address("publish/"), sent, follow=True)

    assert "It was taken back since you read this." in page.text
    assert "The public page was taken back on" in page.text
    assert place.plan.published_token is None
    browser.post(place.address("publish/"), fields_of(browser.get(place.address("publish/"))))
    assert client.get(you_said.published_address(place.plan)).status_code == 200
    assert you_said.published_address(place.plan) != address
    page = browser.post(place.address("publish/"), sent, follow=True)
    assert "It is published." in page.text
    assert "was taken back on" not in browser.get(place.address()).text


def test_a_form_sent_again_does_not_take_back_what_was_published_anew(place, client):  # D1
    place.tell()
    browser = browser_of(place.facilitator)
    sent = fields_of(browser.get(place.address("take-back/")))
    browser.post(place.address("take-back/"), sent)
    address = place.publish()

    page = browser.post(place.address("take-back/"), sent, follow=True)

    assert "It was published anew since you read this." in page.text
    assert client.get(address).status_code == 200


def test_a_system_tells_too_and_its_conveners_publish(place, client):
    system = System.objects.create(name="Tamsel Valley", slug="tamsel-valley")
    system.conveners.add(place.member)
    services.change_system(place.organisation, by=place.administrator, system=system)
    plan = plan_of(system)
    due_on = place.member.today
    words = {"you_said": "Nobody asks us", "we_did": "We ask", "level": "system"}
    fields = {"title": "Ask", "owner": place.member, "due_on": due_on}
    add_action(plan, by=place.member, made_with=uuid.uuid4(), **words, **fields)
    browser, address = browser_of(place.member), f"/plans/{plan.pk}/you-said/"

    browser.post(address, fields_of(browser.get(address)))
    browser.post(f"{address}publish/", fields_of(browser.get(f"{address}publish/")))

    plan.refresh_from_db()
    assert "We ask" in client.get(f"/you-said/{plan.published_token}/").text
    assert "We ask" in browser_of(place.facilitator).get(address).text
    [event] = AuditEvent.objects.filter(kind="telling_published")
    assert sentence_about(event) == "Mel Member published “You said, we did” of Tamsel Valley."


def test_nobody_publishes_a_plan_of_their_own(place):
    own = ActionPlan.objects.create(user=place.facilitator)
    browser = browser_of(place.facilitator)

    for more in ("", "publish/", "take-back/"):
        assert browser.get(f"/plans/{own.pk}/you-said/{more}").status_code == 404
        assert browser.post(f"/plans/{own.pk}/you-said/{more}").status_code == 404


# --- What is archived -----------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["team", "organisation"])
def test_a_page_that_nobody_answers_for_is_away_and_comes_back(place, client, what):
    address = place.tell()
    archived = getattr(place, what)
    archive, restore = (getattr(services, f"{do}_{what}") for do in ("archive", "restore"))

    archive(archived, by=place.administrator)

    assert client.get(address).status_code == 404
    assert client.get(f"{address}pdf/").status_code == 404
    page = browser_of(place.administrator).get(place.address())
    assert "It is away for as long as this is archived" in page.text
    restore(archived, by=place.administrator)
    assert client.get(address).status_code == 200


def test_the_page_of_an_archived_organisation_itself_is_away(place, client):
    plan = plan_of(place.organisation)
    due_on = place.member.today
    words = {"you_said": "Nobody asks us", "we_did": "We ask", "level": "organisation"}
    fields = {"title": "Ask", "owner": place.member, "due_on": due_on}
    add_action(plan, by=place.administrator, made_with=uuid.uuid4(), **words, **fields)
    by = place.administrator
    you_said.show_you_said(plan, by=by, version="", introduction="")
    plan.refresh_from_db()
    you_said.publish_you_said(plan, by=by, version=you_said.publishing_version(plan))
    plan.refresh_from_db()
    address = f"/you-said/{plan.published_token}/"
    assert "We ask" in client.get(address).text

    services.archive_organisation(place.organisation, by=by)

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("what", ["team", "organisation"])
def test_administrators_take_back_what_is_archived(place, client, what):
    address = place.tell()
    getattr(services, f"archive_{what}")(getattr(place, what), by=place.administrator)

    assert browser_of(place.facilitator).post(place.address("take-back/")).status_code == 404
    assert browser_of(place.administrator).post(place.address("publish/")).status_code == 404
    place.take_back(by=place.administrator)

    assert place.plan.published_token is None
    getattr(services, f"restore_{what}")(getattr(place, what), by=place.administrator)
    assert client.get(address).status_code == 404
