"""Publishing questions, and beginning, saving and finishing a reflection."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.models import User
from reflections.answer_sheet import AnswerSheet, SaveOutcome, SentField
from reflections.models import (
    Answer,
    Barrier,
    Level,
    LevelWording,
    Participation,
    Question,
    QuestionSet,
    QuestionWording,
    ReadingPreference,
    Reflection,
    Round,
)
from reflections.questions import PaperSet

HAS_CONTENT = (
    Q(
        Exists(
            Answer.objects.filter(reflection=OuterRef("pk")).exclude(
                rating=None, target=None, has_barrier=None, comment=""
            )
        )
    )
    | Q(Exists(Barrier.objects.filter(reflection=OuterRef("pk"))))
    | ~Q(vision="")
    | ~Q(idea="")
)


class AlreadyFinished(Exception):
    """The reflection was finished, or its round closed, so nothing in it changes any more."""


class Discarded(Exception):
    """The reflection was deleted in the meantime."""


def lock_participation(participation: Participation) -> Participation:
    """The stored participation, for this transaction alone; Discarded if there is none any more.

    On PostgreSQL the row is locked; on SQLite a transaction, being IMMEDIATE, is alone anyway.
    """
    locked = Participation.objects.select_for_update().filter(pk=participation.pk).first()
    if locked is None:
        raise Discarded
    return locked


@transaction.atomic
def publish_question_set(paper: PaperSet) -> QuestionSet:
    """The stored set of that name and version, made from `paper` if it is not there yet."""
    question_set, is_new = QuestionSet.objects.get_or_create(name=paper.name, version=paper.version)
    if not is_new:
        return question_set
    position = 0
    for level in paper.levels:
        for perspective in ("staff", "partner"):
            LevelWording.objects.create(
                question_set=question_set,
                level=level.level,
                perspective=perspective,
                language=paper.language,
                text=getattr(level.text, perspective),
            )
        for asked in level.questions:
            position += 1
            question = Question.objects.create(
                question_set=question_set,
                level=level.level,
                kind=asked.kind,
                position=position,
                key=asked.key,
            )
            for perspective in ("staff", "partner"):
                QuestionWording.objects.create(
                    question=question,
                    perspective=perspective,
                    language=paper.language,
                    text=getattr(asked.text, perspective),
                    hint=getattr(asked.hint, perspective) if asked.hint else "",
                )
    return question_set


def reading_preference_of(user: User) -> ReadingPreference:
    """How somebody reads the questions: as they chose, or the defaults, which are not stored."""
    chosen = ReadingPreference.objects.filter(user=user).first()
    return chosen or ReadingPreference(user=user)


def choose_reading(user: User, *, one_question_a_page: bool) -> None:
    """Keep how somebody wants to read the questions, if that is not how they read them already."""
    if reading_preference_of(user).one_question_a_page != one_question_a_page:
        ReadingPreference.objects.update_or_create(
            user=user, defaults={"one_question_a_page": one_question_a_page}
        )


def start_participation(*, by: User, perspective: str) -> Participation:
    """A person's reflection for themselves; the one they have not finished yet, if there is one."""
    try:
        with transaction.atomic():
            return make_participation(
                user=by,
                perspective=perspective,
                question_set=QuestionSet.objects.latest("published_at", "pk"),
                levels=Level,
            )
    except IntegrityError:
        unfinished = Participation.objects.for_oneself().unfinished().filter(user=by).first()
        # Finished or deleted since: then there is room for a new one.
        return unfinished or start_participation(by=by, perspective=perspective)


def make_participation(*, levels: Iterable[Level], **fields) -> Participation:
    """A sitting with an empty row for each level and each answer, so that saving is a change."""
    participation = Participation.objects.create(**fields)
    reflections = Reflection.objects.bulk_create(
        Reflection(participation=participation, level=level) for level in levels
    )
    by_level = {reflection.level: reflection for reflection in reflections}
    Answer.objects.bulk_create(
        Answer(reflection=by_level[question.level], question=question)
        for question in participation.question_set.questions.filter(level__in=by_level)
    )
    return participation


def change_perspective(participation: Participation, *, perspective: str) -> None:
    """Ask somebody the questions that fit them; AlreadyFinished once they have finished."""
    changed = Participation.objects.unfinished().filter(pk=participation.pk)
    if not changed.update(perspective=perspective):
        raise AlreadyFinished


@transaction.atomic
def save_answers(sheet: AnswerSheet, entries: Iterable[SentField]) -> SaveOutcome:
    """Write what was typed on one page, each entry only over the value that its author saw.

    What cannot be written is in the outcome, as a sentence or with the other version; the rest is
    saved. AlreadyFinished if it cannot change any more, Discarded if it was deleted meanwhile.
    """
    in_round = sheet.participation.round_id is not None
    locked = lock_participation(sheet.participation)
    if locked.is_finished and not in_round:
        raise AlreadyFinished
    sheet.load()
    # Read after the lock, so that a round which closed while this waited is seen as closed.
    if in_round and not sheet.reflection.participation.is_changeable:
        raise AlreadyFinished
    outcome = SaveOutcome()
    for entry in entries:
        sheet.apply(entry, outcome)
    if locked.is_finished:
        date_levels(locked)
    return outcome


def finish_level(reflection: Reflection) -> None:
    """Mark a level as finished; its date stays if it was finished before.

    Of a finished participation each level is dated by what is in it: see `date_levels`.
    """
    Reflection.objects.filter(
        participation__finished_at=None, pk=reflection.pk, submitted_at=None
    ).update(submitted_at=timezone.now())


def date_levels(participation: Participation) -> None:
    """In a finished participation the levels in which anything was answered have a date."""
    answered = answered_levels(participation)
    answered.filter(submitted_at=None).update(submitted_at=timezone.now())
    participation.reflections.exclude(pk__in=answered.values("pk")).update(submitted_at=None)


@transaction.atomic
def finish_participation(participation: Participation) -> Participation:
    """Date a reflection and make it read-only. Harmless when repeated.

    A level counts as finished if anything in it was answered; ValidationError if nothing was.
    Discarded if it was deleted meanwhile, AlreadyFinished if its round closed.
    """
    locked = lock_participation(participation)
    if locked.is_finished:
        participation.finished_at = locked.finished_at
        return participation
    if locked.round_id and not Round.objects.get(pk=locked.round_id).is_open:
        raise AlreadyFinished
    if not answered_levels(locked).exists():
        raise ValidationError(_("Answer at least one question before you finish"))
    date_levels(locked)
    participation.finished_at = timezone.now()
    participation.save(update_fields=["finished_at"])
    return participation


def answered_levels(participation: Participation) -> QuerySet[Reflection]:
    """The levels of a participation in which anything was answered."""
    return participation.reflections.filter(HAS_CONTENT)


@transaction.atomic
def discard_participation(participation: Participation) -> None:
    """Delete a reflection that its author has not finished, and all that they wrote in it."""
    locked = lock_participation(participation)
    if not locked.is_finished:
        locked.delete()
