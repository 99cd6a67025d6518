"""Words that are sent signed out, or from a stale page, come back on a page of their own."""

from copy import deepcopy
from html.parser import HTMLParser

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve
from time_machine import travel

from onestepback.pages.actions.forms import SharedActionForm
from onestepback.pages.shared.methods import form_page
from onestepback.pages.shared.unsaved_words import keeps_words
from tests.access.pages import PAGES
from tests.markup import fields_of
from tests.mass_assignment.place import Place
from tests.mass_assignment.sendings import SENDINGS

NOON = "2026-11-24T12:00:00Z"
FROM_US = {"Origin": "http://testserver"}


@pytest.fixture(scope="module")
def everything(once):
    with travel(NOON, tick=False):
        return Place("Tamsel")


@pytest.fixture
def place(everything, time_machine, db):
    time_machine.move_to(NOON, tick=False)
    return deepcopy(everything)


class TextReader(HTMLParser):
    """A parser that collects the names of the fields in which people write."""

    def __init__(self, page):
        super().__init__()
        self.texts, self.sends, self.in_template = [], False, False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.sends = attrs.get("method") == "post"
        self.in_template |= tag == "template"
        if self.sends and not self.in_template and "hidden" not in attrs and is_text(tag, attrs):
            self.texts.append(attrs["name"])

    def handle_endtag(self, tag):
        self.in_template &= tag != "template"


def is_text(tag, attrs):
    """True for a box to write in; the parts of a date are typed too, but they are no words."""
    is_line = tag == "input" and attrs.get("type") in ("text", "search")
    return tag == "textarea" or (is_line and "date-input" not in attrs.get("class", ""))


class KeptReader(HTMLParser):
    """A parser that collects the words that a page gives back."""

    def __init__(self, page):
        super().__init__()
        self.words, self.is_word = [], False
        self.feed(page.partition('class="osb-held"')[2].partition("</ul>")[0])

    def handle_starttag(self, tag, attrs):
        self.is_word = tag == "li"

    def handle_data(self, data):
        if self.is_word:
            self.words.append(data)

    def handle_endtag(self, tag):
        self.is_word = False


def kept_words(response):
    return sorted(KeptReader(response.text).words)


@pytest.mark.parametrize(
    "sending", [each for each in SENDINGS if PAGES[each.split()[0]][0].isdisjoint({"guest"})]
)
def test_words_sent_to_any_page_come_back_and_nothing_else_is_shown(place, sending):
    form = SENDINGS[sending](place)
    form.read(sending.split()[0])
    texts = TextReader(form.browser().get(form.address).text).texts
    typed = {name: f"What I write in {name}" for name in texts}
    sent = form.data | typed
    stale = Client(enforce_csrf_checks=True)
    stale.force_login(form.who)

    signed_out = Client().post(form.address, sent, headers=FROM_US)
    from_a_stale_page = stale.post(form.address, sent, headers=FROM_US)

    for answer in (signed_out, from_a_stale_page):
        assert kept_words(answer) == sorted(typed.values())
        if typed:
            again = fields_of(answer)
            assert {name: again.get(name) for name in typed} == typed
    if typed:
        assert (signed_out.status_code, from_a_stale_page.status_code) == (401, 403)


@pytest.mark.parametrize("group", ["team", "system"])
def test_a_planned_round_comes_back_with_its_title_alone(place, group):
    form = SENDINGS[f"rounds:plan_for_{group}"](place)
    form.read(f"rounds:plan_for_{group}")
    sent = form.data | {"title": "Autumn of listening", "sharing": "confidential"}

    response = Client().post(form.address, sent, headers=FROM_US)

    assert kept_words(response) == ["Autumn of listening"]
    assert fields_of(response)["closes_on_2"] == "2026"  # which is sent again all the same


def test_an_action_comes_back_with_what_was_written_alone(place):
    form = SENDINGS["actions:edit of a team"](place)
    form.read("actions:edit")
    sent = form.data | {"title": "Meet at ten", "measure": "More people come", "detail": " "}

    response = Client().post(form.address, sent, headers=FROM_US)

    assert kept_words(response) == ["Meet at ten", "More people come"]


def test_a_level_comes_back_with_what_was_written_alone(client, participation):
    sent = {
        "rating-team-involve": "4",
        "was-rating-team-involve": "3",
        "comment-team-involve": "We never meet",
        "was-comment-team-involve": "We meet",
        "has_barrier-team": "yes",
        "barrier-1": "No room",
        "go": "on",
    }

    response = client.post(f"/reflections/{participation.pk}/team/now/", sent, headers=FROM_US)

    assert kept_words(response) == ["No room", "We never meet"]
    assert fields_of(response).items() >= sent.items()


@pytest.mark.parametrize("name", [name for name in PAGES if name.startswith("account_")])
def test_passwords_and_codes_are_never_shown(cast, name):
    secrets = dict.fromkeys(["login", "email", "password", "oldpassword", "password1"], "S3cret")
    address = cast.address(name)

    signed_out = Client().post(address, secrets, headers=FROM_US)
    stale = Client(enforce_csrf_checks=True).post(address, secrets, headers=FROM_US)

    assert not hasattr(resolve(address.partition("?")[0]).func, "takes_words_in")
    assert [kept_words(signed_out), kept_words(stale)] == [[], []]
    assert "Your words are still here" not in signed_out.text + stale.text


@pytest.mark.parametrize(
    "decorators",
    [
        [form_page, login_not_required, keeps_words(SharedActionForm)],
        [keeps_words(SharedActionForm), form_page, login_not_required],
        [form_page, keeps_words(SharedActionForm), login_not_required],
    ],
)
def test_a_page_may_say_that_it_keeps_words_above_or_below_anything_else(decorators):
    def view(request):
        return HttpResponse()

    for decorate in decorators:
        view = decorate(view)

    assert [name for name in ("title", "who", "detail") if view.takes_words_in(name)] == [
        "title",
        "detail",
    ]
