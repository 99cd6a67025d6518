"""“You said, we did”: new words, shown to the plan's readers first, then to everybody."""

import json
import logging
import threading
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from actionplans import telling
from actionplans.contents import story_of
from actionplans.models import Action, ActionPlan
from actionplans.services import add_action, plan_of, record_update
from onestepback.logs import WordlessFormatter
from onestepback.personal_data import everything_of
from onestepback.publishing import pdf
from organisations import services
from organisations.history import sentence_about
from organisations.models import AuditEvent, System
from tests.crawling import CANARY, Answer, dangers_in
from tests.factories import make_member, make_organisation, make_team, make_user
from tests.organisations.test_races import at_once
from tests.pages import fields_of
from tests.publishing import pdfs

pytestmark = pytest.mark.django_db


class Place:
    """A team with a facilitator, a member and a plan; its organisation with an administrator."""

    def __init__(self):
        self.administrator = make_user("Ada Lovelace")
        self.organisation = make_organisation(administrator=self.administrator)
        self.team = make_team(self.organisation)
        self.facilitator, self.member = make_user("Flo Facilitator"), make_user("Mel Member")
        make_member(self.organisation, self.facilitator, team=self.team, team_role="facilitator")
        make_member(self.organisation, self.member, team=self.team)

    @property
    def plan(self):
        return ActionPlan.objects.with_group().get(pk=plan_of(self.team).pk)

    def address(self, more=""):
        return f"/plans/{self.plan.pk}/you-said/{more}"

    def add(self, *, said="", did="", level="team", **fields):
        fields.setdefault("owner", self.member)
        fields.setdefault("due_on", self.member.today + timedelta(days=30))
        fields.setdefault("title", "Ask people how they like to meet")
        fields |= {"level": level, "you_said": said, "we_did": did}
        return add_action(self.plan, by=self.facilitator, made_with=uuid.uuid4(), **fields)

    def show(self, introduction=""):
        version = telling.shown_version(self.plan)
        telling.show_telling(
            self.plan, by=self.facilitator, version=version, introduction=introduction
        )

    def publish(self):
        version = telling.shown_version(self.plan)
        telling.publish_telling(self.plan, by=self.facilitator, version=version)
        return f"/you-said/{self.plan.published_token}/"

    def write(self, action, said, did):
        action.refresh_from_db()
        version = telling.words_version(action)
        telling.write_words(action, by=self.facilitator, version=version, you_said=said, we_did=did)

    def tell(self, said="Meetings are hard to get to", did="We meet online"):
        """An action told of in public: where that is."""
        self.action = self.add(said=said, did=did)
        self.show()
        return self.publish()


@pytest.fixture
def place(db):
    return Place()


def browser_of(user):
    browser = Client()
    browser.force_login(user)
    return browser


def kinds():
    return list(
        AuditEvent.objects.filter(kind__startswith="telling").values_list("kind", flat=True)
    )


# --- Writing ------------------------------------------------------------------------------------


def test_the_words_begin_empty_beside_what_stays_in_the_plan(place):
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

    assert "This was changed somewhere else. There it says: Other words" in page.text
    assert page.text.count("There it says") == 2  # in the summary and beside the field
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


# --- Showing it to those who read the plan ------------------------------------------------------


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

    assert "Nothing is shown yet." in page.text
    assert "HALF" not in page.text


def test_actions_with_one_half_and_those_not_for_everybody_are_not_shown(place):
    place.add(said="SAID", did="DID", level="individual")
    place.add(said="ONLY SAID")
    place.add(did="ONLY DONE")
    place.add(said="The trust decides alone", did="We ask", level="organisation")
    place.add(said="Ten is too early", did="Six")

    place.show()

    shown = telling.Telling.kept(place.plan.previewed)
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
    assert "There it says: Their thanks" in page.text
    assert place.plan.previewed["introduction"] == "Their thanks"
    browser.post(place.address(), fields_of(page))
    assert place.plan.previewed["introduction"] == "My thanks"


def test_showing_the_same_twice_shows_it_once(place):  # D1
    place.add(said="Ten is too early", did="Six")
    place.show()
    since = place.plan.previewed_at

    telling.show_telling(place.plan, by=place.facilitator, version="", introduction="")

    assert place.plan.previewed_at == since
    assert kinds() == ["telling_shown"]


def test_what_is_shown_can_be_taken_from_readers_again(place, client):
    address = place.tell()

    for _press in range(2):
        browser_of(place.facilitator).post(place.address(), {"go": "hide"})

    assert "Nothing is shown yet." in browser_of(place.member).get(place.address()).text
    assert client.get(address).status_code == 200  # which is another matter
    assert kinds() == ["telling_shown", "telling_published", "telling_hidden"]


# --- Publishing ---------------------------------------------------------------------------------


def test_a_page_is_published_once_readers_were_shown_it(place, client):
    place.add(said="Meetings are hard to get to", did="We meet online")
    place.show("Thank you all")
    browser = browser_of(place.facilitator)

    page = browser.get(place.address("publish/"))
    assert "Everybody on the internet who has the address can read what stands below" in page.text
    assert "Have people had time to read it?" in page.text
    page = browser.post(place.address("publish/"), fields_of(page), follow=True)

    assert telling.address_of(place.plan) in page.text
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


def test_nothing_is_published_before_readers_were_shown_it(place):
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
    for _press in range(2):
        browser.post(place.address("take-back/"))

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


# --- What is archived ---------------------------------------------------------------------------


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


@pytest.mark.parametrize("what", ["team", "organisation"])
def test_administrators_take_back_what_is_archived(place, client, what):
    address = place.tell()
    getattr(services, f"archive_{what}")(getattr(place, what), by=place.administrator)

    assert browser_of(place.facilitator).post(place.address("take-back/")).status_code == 404
    assert browser_of(place.administrator).post(place.address("publish/")).status_code == 404
    browser_of(place.administrator).post(place.address("take-back/"))

    assert place.plan.published_token is None
    getattr(services, f"restore_{what}")(getattr(place, what), by=place.administrator)
    assert client.get(address).status_code == 404


# --- What everybody reads -----------------------------------------------------------------------

SECRETS = ("title", "detail", "measure", "partners", "ownername", "barrier", "note", "idea")


@pytest.fixture
def full(place):
    """An action with words in every field, of people with telling names, told of in public."""
    place.facilitator.name, place.member.name = "SECRET editor", "SECRET proposer"
    place.facilitator.save()
    place.member.save()
    action = place.add(
        title="SECRET title",
        detail="SECRET detail",
        measure="SECRET measure",
        with_partners="SECRET partners",
        owner=None,
        owner_name="SECRET ownername",
        proposed_by=place.member,
        idea="SECRET idea",
        said=f"SAID {CANARY}",
        did=f"DID {CANARY}",
    )
    place.add(owner=place.member, title="SECRET other")
    action.action_barriers.create(text="SECRET barrier")
    record_update(action, by=place.member, version=0, status="done", note="SECRET note")
    ActionPlan.objects.update(visions={"team": "SECRET vision"})
    place.show(f"HELLO {CANARY}")
    return place


def test_nothing_of_the_plan_or_its_people_is_in_what_everybody_reads(full, client):  # B4 G7
    address = full.publish()

    for more in ("", "pdf/", "pdf/?print=large"):
        answer = Answer(client.get(address + more))
        # What a PDF keeps compressed is read as text, its metadata as well.
        assert "SAID" in answer.body
        assert "SECRET" not in answer.everything
        assert f"/actions/{Action.objects.earliest('pk').pk}/" not in answer.everything
        assert f"/plans/{full.plan.pk}/" not in answer.everything
        for person in (full.facilitator, full.member, full.administrator):
            assert person.email not in answer.everything


def test_what_was_written_is_words_for_everybody(full, client):  # G3 I10
    address = full.publish()

    for page in (
        client.get(address),
        browser_of(full.member).get(full.address()),
        browser_of(full.facilitator).get(full.address()),
    ):
        assert "HELLO &lt;script&gt;canary" in page.text
        assert "DID &lt;script&gt;canary" in page.text
        assert dangers_in(page.text) == []
    assert "<script>canary()</script>" in pdfs.words(client.get(f"{address}pdf/").content)


def test_the_page_is_listed_nowhere_and_kept_nowhere_and_its_address_stays_here(place, client):
    address = place.tell()

    for more in ("", "pdf/"):
        response = client.get(address + more)
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Cache-Control"] == "private, no-store"
        assert not response.cookies
    page = client.get(address).text
    assert '<meta name="robots" content="noindex, nofollow">' in page
    assert '<html lang="en-gb">' in page


def test_the_page_is_the_same_for_whoever_reads_it(place, client):
    address = place.tell()

    theirs = browser_of(place.facilitator).get(address)

    assert theirs.text == client.get(address).text
    assert "csrf" not in theirs.text
    assert place.facilitator.name not in theirs.text


def test_whoever_refuses_cookies_reads_all_of_it(place):
    address = place.tell()

    for more in ("", "pdf/", "pdf/?print=large"):
        assert Client().get(address + more).status_code == 200


def test_an_address_with_a_letter_changed_leads_nowhere(place, client):
    address = place.tell()
    token = place.plan.published_token

    for wrong in (token[:-1], f"{token}x", token.swapcase(), "None", "-" * 43):
        assert client.get(f"/you-said/{wrong}/").status_code == 404
    assert client.get(address).status_code == 200


def test_the_pdf_says_what_it_is_and_not_who_made_it(place, client):  # G7 G8
    place.add(said="Ten is too early", did="Six")
    place.show()
    address = place.publish()

    response = client.get(f"{address}pdf/")

    with pdfs.opened(response.content) as document:
        assert document.docinfo["/Title"] == "You said, we did: Home visits"
        assert "/Author" not in document.docinfo
        assert document.Root.Lang == "en-GB"
        assert b"pdfuaid" in document.Root.Metadata.read_bytes()
        assert b"creator" not in document.Root.Metadata.read_bytes().lower().replace(
            b"creatortool", b""
        )
    assert pdfs.bookmarks(response.content)[:2] == ["You said, we did", "Service, project or team"]
    words = pdfs.words(response.content)
    assert "Home visits, Tamsel Valley Trust" in words
    assert "You said Ten is too early We did Six" in words
    large = client.get(f"{address}pdf/?print=large")
    assert large.content != response.content
    assert "Ten is too early" in pdfs.words(large.content)


def test_a_crowd_at_the_address_has_the_pdf_made_once(place, client, monkeypatch):  # G4
    address = place.tell()
    first = client.get(f"{address}pdf/").content
    monkeypatch.setattr(pdf, "_waiting", threading.Semaphore(0))  # others wait for theirs

    assert client.get(f"{address}pdf/").content == first


def test_whoever_wants_the_pdf_while_others_are_made_is_told_so(place, client, monkeypatch):  # G4
    address = place.tell()
    monkeypatch.setattr(pdf, "_waiting", threading.Semaphore(0))

    response = client.get(f"{address}pdf/")

    assert response.status_code == 503
    assert "Other people’s PDFs are being made. Try again in a minute." in response.text
    assert "We meet online" in response.text
    assert not response.cookies


# --- The address is a secret --------------------------------------------------------------------


def test_the_address_is_in_no_log_no_event_and_no_data_of_a_person(place, client, caplog):  # J2
    caplog.handler.setFormatter(WordlessFormatter())
    address = place.tell()
    token = place.plan.published_token

    with caplog.at_level(logging.INFO):
        client.post(address)
        client.get(f"{address}more/")
        services.archive_team(place.team, by=place.administrator)
        client.get(address)
        client.get(f"{address}pdf/")

    assert caplog.text.count("/you-said/…/") >= 4
    assert token not in caplog.text
    events = list(AuditEvent.objects.values())
    assert token not in str(events)
    assert "online" not in str(events)
    data = json.dumps(everything_of(place.facilitator), default=str)
    assert token not in data


def test_what_was_done_is_told_in_sentences(place):  # J1
    place.tell()
    telling.hide_telling(place.plan, by=place.facilitator)
    telling.take_back_telling(place.plan, by=place.administrator)

    events = AuditEvent.objects.filter(kind__startswith="telling").order_by("pk")

    name = "“You said, we did” of Home visits"
    assert [sentence_about(event) for event in events] == [
        f"Flo Facilitator showed {name} to those who read its plan.",
        f"Flo Facilitator published {name}.",
        f"Flo Facilitator no longer shows {name} to those who read its plan.",
        f"Ada Lovelace took back {name}.",
    ]
    assert {event.organisation for event in events} == {place.organisation}


# --- How much is asked of the database ----------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 30])
def test_the_pages_ask_the_same_however_much_there_is(  # K1
    place, client, django_assert_max_num_queries, rows
):
    for number in range(rows):
        place.add(said=f"Said {number}", did=f"Did {number}", title=f"Action {number}")
    place.show()
    address = place.publish()
    editor, reader = browser_of(place.facilitator), browser_of(place.member)
    inside = place.address()

    with django_assert_max_num_queries(8):
        assert editor.get(inside).status_code == 200
    with django_assert_max_num_queries(8):
        assert reader.get(inside).status_code == 200
    with django_assert_max_num_queries(1):
        assert client.get(address).status_code == 200


# --- At the same moment -------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_time", range(3))
def test_two_who_publish_at_once_make_one_address(place, _time):  # D1 D3
    place.add(said="Ten is too early", did="Six")
    place.show()
    plan, version = place.plan, telling.shown_version(place.plan)

    done = at_once(
        *[lambda: telling.publish_telling(plan, by=place.facilitator, version=version)] * 3
    )

    assert done == [None, None, None]
    assert kinds() == ["telling_shown", "telling_published"]
    assert len(place.plan.published_token) == 43


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_time", range(3))
def test_what_is_taken_back_while_it_is_published_anew_keeps_no_old_address(place, _time):  # D3
    address = place.tell("Ten is too early", "Six")
    place.show("New words")
    plan, version = place.plan, telling.shown_version(place.plan)

    at_once(
        lambda: telling.take_back_telling(plan, by=place.administrator),
        lambda: telling.publish_telling(plan, by=place.facilitator, version=version),
    )

    assert Client().get(address).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_who_show_the_same_at_once_show_it_once(place):  # D1
    place.add(said="Ten is too early", did="Six")
    plan = place.plan

    done = at_once(
        *[
            lambda: telling.show_telling(
                plan, by=place.facilitator, version="", introduction="Thank you"
            )
        ]
        * 3
    )

    assert done == [None, None, None]
    assert kinds() == ["telling_shown"]
