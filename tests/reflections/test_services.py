"""Reflections start with empty answers, and each thing is finished, changed or deleted once."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from reflections.models import Answer, Participation, Reflection
from reflections.services import (
    AlreadyFinished,
    Discarded,
    change_perspective,
    discard_participation,
    finish_level,
    finish_participation,
    start_participation,
)
from tests.factories import make_barrier, make_finished, save


def test_a_reflection_starts_with_an_empty_answer_to_every_question(person):
    participation = start_participation(by=person, perspective="partner")

    answers = Answer.objects.filter(reflection__participation=participation)
    assert answers.count() == 13
    assert not answers.exclude(rating=None, has_barrier=None, comment="").exists()


def test_starting_again_goes_on_with_the_unfinished_one(person, participation):  # D1
    again = start_participation(by=person, perspective="partner")

    assert again == participation
    assert again.perspective == "staff"


def test_a_person_has_one_unfinished_reflection_for_themselves(person, participation):  # D2
    with pytest.raises(IntegrityError):
        Participation.objects.create(
            user=person, perspective="staff", question_set=participation.question_set
        )


@pytest.mark.parametrize("model", [Reflection, Answer])
def test_a_level_and_a_question_have_one_row_each(participation, model):  # D2
    row = model.objects.filter(
        **{"participation" if model is Reflection else "reflection__participation": participation}
    ).first()
    row.pk, row._state.adding = None, True

    with pytest.raises(IntegrityError):
        row.save(force_insert=True)


def test_finishing_dates_the_levels_that_were_answered_and_no_others(participation):
    save(participation, **{"rating-individual-mutual": "3"})
    make_barrier(participation, level="system")

    finish_participation(participation)

    finished = participation.reflections.exclude(submitted_at=None)
    assert participation.is_finished
    assert sorted(finished.values_list("level", flat=True)) == ["individual", "system"]


def test_finishing_twice_keeps_the_first_date(participation):  # D1
    save(participation, **{"rating-individual-mutual": "3"})
    first = finish_participation(participation).finished_at

    assert finish_participation(participation).finished_at == first


def test_a_reflection_without_an_answer_is_not_finished(participation):
    with pytest.raises(ValidationError, match="Answer at least one question"):
        finish_participation(participation)

    participation.refresh_from_db()
    assert not participation.is_finished


def test_a_finished_reflection_keeps_its_questions(participation):  # A14
    save(participation, **{"rating-individual-mutual": "3"})
    finish_participation(participation)

    with pytest.raises(AlreadyFinished):
        change_perspective(participation, perspective="partner")

    participation.refresh_from_db()
    assert participation.perspective == "staff"


def test_only_an_unfinished_reflection_can_be_discarded(person):
    finished = make_finished(person)
    unfinished = start_participation(by=person, perspective="staff")

    discard_participation(finished)
    discard_participation(unfinished)

    assert list(Participation.objects.all()) == [finished]


def test_finishing_what_was_deleted_meanwhile_says_so(participation):
    discard_participation(Participation.objects.get(pk=participation.pk))

    with pytest.raises(Discarded):
        finish_participation(participation)


def test_a_reflection_finished_meanwhile_is_not_discarded(participation):
    save(participation, **{"rating-individual-mutual": "3"})
    stale = Participation.objects.get(pk=participation.pk)
    finish_participation(participation)

    discard_participation(stale)

    assert Participation.objects.get().is_finished


def test_a_level_keeps_the_date_when_it_was_finished_first(participation, time_machine):
    time_machine.move_to("2026-03-01T12:00Z", tick=False)
    reflection = participation.reflections.get(level="team")
    finish_level(reflection)
    time_machine.move_to("2026-03-08T12:00Z", tick=False)

    finish_level(reflection)

    reflection.refresh_from_db()
    assert f"{reflection.submitted_at:%Y-%m-%d}" == "2026-03-01"


def test_a_level_of_a_finished_reflection_is_not_finished_later(participation):  # A14
    save(participation, **{"rating-individual-mutual": "3"})
    finish_participation(participation)

    finish_level(participation.reflections.get(level="system"))

    assert participation.reflections.get(level="system").submitted_at is None


def test_a_level_that_was_passed_over_has_no_date_in_the_end(participation):
    finish_level(participation.reflections.get(level="system"))
    save(participation, **{"rating-individual-mutual": "3"})

    finish_participation(participation)

    assert participation.reflections.get(level="system").submitted_at is None
