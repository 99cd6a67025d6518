"""Words are saved as people type: over what they saw, never over anything newer, never cut."""

import uuid

import pytest
from django.db import IntegrityError

from reflections.answer_sheet import TEXT_LIMIT, Parts, SentField
from reflections.models import Answer, Barrier, Level
from reflections.services import AlreadyFinished, finish_participation, save_answers
from tests.factories import make_finished, make_sheet, save

RATING = "rating-individual-mutual"
COMMENT = "comment-individual-mutual"


def answer(participation, key="individual-mutual"):
    return Answer.objects.get(reflection__participation=participation, question__key=key)


def apply(participation, *entries, level=Level.INDIVIDUAL, parts=Parts.NOW):
    return save_answers(make_sheet(participation, level, parts), entries)


def test_an_answer_is_saved_over_the_one_its_author_saw(participation):
    apply(participation, SentField(RATING, "2", ""))
    outcome = apply(participation, SentField(RATING, "4", "2"))

    assert outcome.saved == {RATING: "4"}
    assert answer(participation).rating == 4


def test_a_stale_page_overwrites_nothing_and_is_told_the_other_version(participation):  # C5
    save(participation, **{RATING: "4"})

    outcome = apply(participation, SentField(RATING, "2", ""))

    assert outcome.conflicts == {RATING: "2"}
    assert answer(participation).rating == 4


def test_a_field_that_was_not_touched_leaves_a_newer_value_alone(participation):  # C5
    save(participation, **{RATING: "4"})

    outcome = apply(participation, SentField(RATING, "", ""), SentField(COMMENT, "New", ""))

    assert outcome.is_clean
    assert (answer(participation).rating, answer(participation).comment) == (4, "New")


def test_saving_again_what_is_stored_succeeds(participation):  # D1
    apply(participation, SentField(RATING, "4", ""))

    outcome = apply(participation, SentField(RATING, "4", ""))

    assert outcome.is_clean
    assert outcome.saved == {RATING: "4"}


def test_two_fields_of_one_answer_are_saved_without_touching_each_other(participation):  # C6
    first, second = make_sheet(participation), make_sheet(participation)
    save_answers(first, [SentField(RATING, "3", "")])
    save_answers(second, [SentField(COMMENT, "Both gain", "")])

    assert (answer(participation).rating, answer(participation).comment) == (3, "Both gain")


@pytest.mark.parametrize(
    "words",
    [
        "x" * TEXT_LIMIT,
        "Tea ☕ and 👩🏽‍🦼 with Zoë",
        "مرحبا بكم في الخدمة",
        "one\ntwo\n\nthree",
        "<script>alert(1)</script> & {{ 7|add:35 }}",
    ],
    ids=["the longest", "emoji", "right to left", "lines", "markup"],
)
def test_words_are_kept_as_they_were_typed(participation, words):  # C8
    apply(participation, SentField(COMMENT, words, ""))

    assert answer(participation).comment == words


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            "x" * (TEXT_LIMIT + 1),
            "Shorten this to 10,000 characters or fewer. You have typed 10001",
        ),
        ("a\x00b", "Take out the hidden character that came with what you pasted"),
    ],
    ids=["too long", "a NUL"],
)
def test_words_that_cannot_be_kept_are_refused_whole_with_a_sentence(  # C8
    participation, words, sentence
):
    outcome = apply(participation, SentField(COMMENT, words, ""), SentField(RATING, "3", ""))

    assert outcome.refused[COMMENT].reason == sentence
    assert outcome.refused[COMMENT].value == words
    assert (answer(participation).comment, answer(participation).rating) == ("", 3)


@pytest.mark.parametrize("sent", ["6", "-1", "three", "1 OR 1=1", "yes"])
def test_an_answer_off_the_scale_is_refused(participation, sent):
    outcome = apply(participation, SentField(RATING, sent, ""))

    assert outcome.refused[RATING].reason == "Choose one of the answers"
    assert answer(participation).rating is None


def test_line_ends_of_any_browser_count_as_the_same_words(participation):
    apply(participation, SentField(COMMENT, "one\r\ntwo", ""))
    outcome = apply(participation, SentField(COMMENT, "one\ntwo\nthree", "one\r\ntwo"))

    assert outcome.is_clean
    assert answer(participation).comment == "one\ntwo\nthree"


def test_i_dont_know_is_an_answer_and_wanting_it_is_not(participation):
    apply(participation, SentField(RATING, "0", ""))
    outcome = apply(
        participation, SentField("target-individual-mutual", "0", ""), parts=Parts.WANTED
    )

    assert answer(participation).rating == 0
    assert not outcome.is_clean


@pytest.mark.parametrize(
    "name",
    [
        "rating-team-involve",  # another level's
        "target-individual-mutual",  # the other stage's
        "rating-nothing",
        "comment_shared-individual-mutual",
        "finished_at",
        "vision",
        "barrier-not-a-uuid",
        "barrier-",
    ],
)
def test_fields_that_the_page_does_not_have_are_ignored(participation, name):  # A8
    before = list(Answer.objects.order_by("pk").values())

    outcome = apply(participation, SentField(name, "1", ""))

    assert (outcome.saved, outcome.refused, outcome.conflicts) == ({}, {}, {})
    assert list(Answer.objects.order_by("pk").values()) == before
    assert not Barrier.objects.exists()


def test_a_barrier_sent_twice_is_one_barrier(participation):  # D1
    name = f"barrier-{uuid.uuid4()}"

    for _time in range(2):
        apply(participation, SentField(name, "No room to meet", ""))

    assert [barrier.text for barrier in Barrier.objects.all()] == ["No room to meet"]


def test_barriers_stay_in_the_order_they_were_named(participation):
    for text in ("First", "Second", "Third"):
        apply(participation, SentField(f"barrier-{uuid.uuid4()}", text, ""))

    sheet = make_sheet(participation)
    sheet.load()

    assert [barrier.text for barrier in sheet.barriers.values()] == ["First", "Second", "Third"]


def test_an_emptied_barrier_is_gone(participation):
    name = f"barrier-{uuid.uuid4()}"
    apply(participation, SentField(name, "No room", ""))

    apply(participation, SentField(name, "", "No room"))

    assert not Barrier.objects.exists()


def test_nobody_reaches_another_persons_barrier_by_its_key(participation, stranger):  # A2
    theirs = make_finished(stranger)
    barrier = theirs.reflections.get(level="individual").barriers.create(text="Mine", position=1)

    apply(participation, SentField(f"barrier-{barrier.pk}", "Taken over", "Mine"))

    barrier.refresh_from_db()
    assert (barrier.text, barrier.reflection.participation) == ("Mine", theirs)


def test_the_fifty_first_barrier_is_refused_with_a_sentence(participation):
    entries = [SentField(f"barrier-{uuid.uuid4()}", f"Barrier {n}", "") for n in range(51)]

    outcome = apply(participation, *entries)

    [refusal] = outcome.refused.values()
    assert refusal.reason == "You can name up to 50 barriers at one level"
    assert Barrier.objects.count() == 50


def test_nothing_is_saved_in_a_finished_reflection(participation):  # A14
    save(participation, **{RATING: "3"})
    finish_participation(participation)

    with pytest.raises(AlreadyFinished):
        apply(participation, SentField(RATING, "5", "3"))

    assert answer(participation).rating == 3


@pytest.mark.parametrize("row", [{"rating": 6}, {"target": 0}, {"target": 6}])
def test_the_database_itself_refuses_an_answer_off_the_scale(participation, row):
    with pytest.raises(IntegrityError):
        Answer.objects.filter(pk=answer(participation).pk).update(**row)
