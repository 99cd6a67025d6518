"""Changes to question sets and to a person's own sittings: start, save, finish, delete."""

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
    """The sitting is finished, or its round closed, so it cannot be changed any more."""


class Discarded(Exception):
    """The sitting was deleted in the meantime."""


def lock_participation(participation: Participation) -> Participation:
    """The stored participation, locked until the end of the transaction (a row lock).

    Discarded if it was deleted. SQLite has no row locks, but only one transaction at a time.
    """
    locked = Participation.objects.select_for_update().filter(pk=participation.pk).first()
    if locked is None:
        raise Discarded
    return locked


@transaction.atomic
def publish_question_set(paper: PaperSet) -> QuestionSet:
    """Store a set of questions, and return it. Harmless when repeated."""
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
    """A person's reading preference: the stored one, or a new one that is not saved."""
    chosen = ReadingPreference.objects.filter(user=user).first()
    return chosen or ReadingPreference(user=user)


def choose_reading(user: User, *, one_question_a_page: bool) -> None:
    """Store a reading preference, if it differs from the one that counts now."""
    if reading_preference_of(user).one_question_a_page != one_question_a_page:
        ReadingPreference.objects.update_or_create(
            user=user, defaults={"one_question_a_page": one_question_a_page}
        )


def start_participation(*, by: User, perspective: str) -> Participation:
    """Start a sitting for oneself, or return the unfinished one: a constraint allows only one."""
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
        # None if it was finished or deleted since. Then a new one can be started.
        return unfinished or start_participation(by=by, perspective=perspective)


def make_participation(
    *,
    user: User,
    perspective: str,
    question_set: QuestionSet,
    levels: Iterable[Level],
    round_: Round | None = None,
) -> Participation:
    """Create a sitting with an empty row for each level and answer, so that saving only updates."""
    participation = Participation.objects.create(
        user=user, perspective=perspective, question_set=question_set, round=round_
    )
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
    """Change the perspective of a sitting; AlreadyFinished once it is finished."""
    changed = Participation.objects.unfinished().filter(pk=participation.pk)
    if not changed.update(perspective=perspective):
        raise AlreadyFinished


@transaction.atomic
def save_answers(sheet: AnswerSheet, entries: Iterable[SentField]) -> SaveOutcome:
    """Save the entries of one page, each only over the value that its author saw.

    That is optimistic locking, field by field. The outcome has the entries that could not be saved,
    with a sentence or the newer version; the others are saved. AlreadyFinished if the sitting
    cannot change any more, Discarded if it was deleted meanwhile.
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

    In a finished sitting it does nothing: there `date_levels` decides which levels have a date.
    """
    Reflection.objects.filter(
        participation__finished_at=None, pk=reflection.pk, submitted_at=None
    ).update(submitted_at=timezone.now())


def date_levels(participation: Participation) -> None:
    """Date the levels of a finished sitting that have an answer, and no other level."""
    answered = answered_levels(participation)
    answered.filter(submitted_at=None).update(submitted_at=timezone.now())
    participation.reflections.exclude(pk__in=answered.values("pk")).update(submitted_at=None)


@transaction.atomic
def finish_participation(participation: Participation) -> Participation:
    """Finish a sitting: date it, so that it becomes read-only. Harmless when repeated.

    A level counts as finished if anything in it was answered; ValidationError if nothing was.
    Discarded if the sitting was deleted meanwhile, AlreadyFinished if its round closed.
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
    """The levels of a sitting in which anything was answered."""
    return participation.reflections.filter(HAS_CONTENT)


@transaction.atomic
def discard_participation(participation: Participation) -> None:
    """Delete an unfinished sitting and everything in it."""
    locked = lock_participation(participation)
    if not locked.is_finished:
        locked.delete()
