"""The cached markup of fields is the same for everybody, and never holds what somebody typed."""

import html

import pytest
from django.template import Context, Template
from django.template.defaultfilters import register as built_in
from django.test import Client
from django.utils import translation

from onestepback.templatetags.fields import choice, kept_choice, kept_words, words_tag
from reflections.answer_sheet import Field
from reflections.models import Perspective, Rating
from reflections.questionnaire import AskedQuestion
from reflections.services import start_participation
from tests.factories import make_barrier, save
from tests.markup import fields_of

SECRET = "SENTINEL-7f3a"
RATING = "rating-individual-mutual"
COMMENT = "comment-individual-mutual"
TARGET = "target-individual-mutual"


@pytest.fixture(autouse=True)
def nothing_kept():
    kept_choice.cache_clear()
    kept_words.cache_clear()


@pytest.fixture
def scale():
    return AskedQuestion(1, "individual-mutual", "scale", "Do we share?", "Think of a week")


def pages_of(user, participation):
    """The two pages of a level, as their reader gets them."""
    client = Client()
    client.force_login(user)
    here = f"/reflections/{participation.pk}/individual"
    return client.get(f"{here}/now/"), client.get(f"{here}/wanted/")


def question_in(page):
    """The part of a page about one question, without the keys of barriers, which are always new."""
    _before, _id, after = page.text.partition('id="question-individual-equal-partners"')
    return after.partition('<div class="osb-question')[0]


# --- Nobody's words are kept --------------------------------------------------------------------


def test_what_one_person_typed_is_on_no_page_of_another(person, stranger, participation):
    save(participation, **{RATING: "4", COMMENT: f"{SECRET} comment"})
    make_barrier(participation, f"{SECRET} barrier")
    assert SECRET in pages_of(person, participation)[0].text

    theirs = start_participation(by=stranger, perspective=Perspective.STAFF)
    for page in pages_of(stranger, theirs):
        assert SECRET not in page.text
        assert " checked" not in page.text


def test_a_question_reads_the_same_whoever_asked_first(person, stranger, participation):
    first = "individual-equal-partners"
    save(participation, **{f"rating-{first}": "4", f"comment-{first}": f"{SECRET} comment"})
    theirs = start_participation(by=stranger, perspective=Perspective.STAFF)
    alone = [question_in(page) for page in pages_of(stranger, theirs)]

    kept_choice.cache_clear()
    kept_words.cache_clear()
    pages_of(person, participation)

    assert [question_in(page) for page in pages_of(stranger, theirs)] == alone


def test_words_are_put_into_the_same_box_for_everybody():
    first = words_tag(Field("comment-a", "One", "One"), "Your comment")
    second = words_tag(Field("comment-b", "Two", "Two"), "Your comment")

    assert kept_words.cache_info().currsize == 1
    assert second == first.replace("comment-a", "comment-b").replace("One", "Two")


def test_a_refused_value_is_shown_with_its_message_and_is_not_kept(scale):
    refused = Field(RATING, SECRET, "3", "Choose one of the answers")
    typed = Field(COMMENT, SECRET, "", "Shorten this", other=f"{SECRET} elsewhere")

    radios, box = choice(refused, scale), words_tag(typed, "Your comment")

    assert "Choose one of the answers" in radios
    assert f'aria-describedby="{RATING}-hint {RATING}-error"' in radios
    assert f'name="was-{RATING}" value="3"' in radios
    assert "Shorten this" in box
    assert f'aria-describedby="{COMMENT}-error {COMMENT}-info"' in box
    assert f">\n{SECRET}</textarea>" in box
    assert f"{SECRET} elsewhere" in box
    assert kept_choice.cache_info().currsize == kept_words.cache_info().currsize == 0


def test_after_an_error_the_next_page_has_no_trace_of_it(person, stranger, participation):
    client = Client()
    client.force_login(person)
    page = client.post(
        f"/reflections/{participation.pk}/individual/now/",
        {RATING: "9", f"was-{RATING}": "", COMMENT: SECRET * 1000, f"was-{COMMENT}": ""},
    )
    assert f'id="{RATING}-error"' in page.text
    assert f'id="{COMMENT}-error"' in page.text
    assert fields_of(page)[COMMENT] == SECRET * 1000

    theirs = start_participation(by=stranger, perspective=Perspective.STAFF)
    text = pages_of(stranger, theirs)[0].text

    assert SECRET not in text
    assert "nhsuk-error-message" not in text


# --- What is typed is text and nothing else -----------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "\"quoted\" & 'quoted' </textarea><b>",
        "\x01 and \x02 and \x02\x01",
        "{{ user.email }} {% now 'Y' %} \\1 \\g<0>",
        "\nbegins with a line break",
    ],
)
def test_words_stay_as_they_were_typed(typed):  # I10
    box = words_tag(Field(COMMENT, typed, typed), "Your comment")

    escaped = html.escape(typed)
    assert f">\n{escaped}</textarea>" in box
    assert f'name="was-{COMMENT}" value="{escaped}"' in box
    assert box.count(escaped) == 2
    assert not {"\x01", "\x02"} & set(box.replace(escaped, ""))


@pytest.mark.parametrize("error", ["", "Shorten this"])
def test_words_are_escaped_with_and_without_an_error(error):  # I10
    box = words_tag(Field(COMMENT, "<i>\"'", "<i>\"'", error), "Your comment")

    assert "<i>" not in box
    assert ">\n&lt;i&gt;&quot;&#x27;</textarea>" in box


def test_questions_are_escaped_too():  # I10
    question = AskedQuestion(1, "x", "scale", "<b>Do we?</b>", '"<i>"')

    radios = choice(Field("rating-x", "", ""), question)

    assert "&lt;b&gt;Do we?&lt;/b&gt;" in radios
    assert "<i>" not in radios


# --- Where somebody wants to be -----------------------------------------------------------------


def test_the_wanted_page_says_where_each_person_is_now(scale):
    at_two = choice(Field(TARGET, "4", "4"), scale, "2")
    at_three = choice(Field(TARGET, "4", "4"), scale, "3")
    nowhere = choice(Field(TARGET, "4", "4"), scale, "")

    assert f"Your answer now: {Rating(3).label}. Where do you want to be?" in at_three
    assert at_two != at_three
    assert at_three.count("you are here now") == 1
    assert "osb-scale--target" in at_three
    assert "You have not answered this yet." in nowhere
    assert "you are here now" not in nowhere


def test_the_page_of_now_has_the_questions_own_hint(scale):
    radios = choice(Field(RATING, "", ""), scale)

    assert "Think of a week" in radios
    assert "osb-scale--target" not in radios


# --- Languages ----------------------------------------------------------------------------------


@pytest.fixture
def two_languages(monkeypatch):
    """A fake catalogue, in which each word ends with the language that it is read in."""

    def translated(message):
        return f"{message} [{translation.get_language()}]"

    monkeypatch.setattr(translation._trans, "gettext", translated)


def test_kept_markup_is_made_once_in_each_language(two_languages):
    page = Template("{% load i18n kept %}{% kept %}<p>{% translate 'Now' %}</p>{% endkept %}")

    def read(language):
        with translation.override(language):
            return page.render(Context())

    assert [read("en-gb"), read("cy"), read("en-gb"), read("cy")] == [
        "<p>Now [en-gb]</p>",
        "<p>Now [cy]</p>",
        "<p>Now [en-gb]</p>",
        "<p>Now [cy]</p>",
    ]


def test_boxes_and_questions_are_made_once_in_each_language(two_languages, scale):
    for language in ("en-gb", "cy", "en-gb"):
        with translation.override(language):
            assert f"[{language}]" in choice(Field(TARGET, "", ""), scale)
            assert f"[{language}]" in choice(Field(TARGET, "", "", "Choose one"), scale)
            words_tag(Field(COMMENT, "", ""), "Your comment")

    assert kept_choice.cache_info().currsize == kept_words.cache_info().currsize == 2


def test_kept_markup_has_no_variable_of_a_page():
    page = Template("{% load kept %}{% kept %}<p>{{ user.name }}</p>{% endkept %}{{ user.name }}")

    assert page.render(Context({"user": {"name": SECRET}})) == f"<p></p>{SECRET}"
    assert page.render(Context({"user": {"name": "Noor"}})) == "<p></p>Noor"


def test_kept_markup_is_made_once(monkeypatch):
    made = []
    monkeypatch.setitem(built_in.filters, "upper", lambda value: made.append(value) or value)
    page = Template("{% load kept %}{% kept %}{{ 'words'|upper }}{% endkept %}")

    assert page.render(Context()) == page.render(Context()) == "words"
    assert made == ["words"]
