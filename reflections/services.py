"""Publishing questions, and beginning, saving and finishing a reflection."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.models import User
from reflections.entries import Entry, Outcome, Sheet
from reflections.models import (
    Answer,
    Barrier,
    Level,
    LevelWording,
    Participation,
    Question,
    QuestionSet,
    QuestionWording,
    Reflection,
)
from reflections.questions import PaperSet


class AlreadyFinished(Exception):
    """The reflection was finished in the meantime, so nothing in it changes any more."""


class Discarded(Exception):
    """The reflection was deleted in the meantime."""


def lock(participation: Participation) -> Participation:
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


def start_participation(*, by: User, perspective: str) -> Participation:
    """A person's reflection for themselves; the one they have not finished yet, if there is one.

    Every level and every answer gets its empty row at once, so that saving is only ever a change.
    """
    try:
        with transaction.atomic():
            participation = Participation.objects.create(
                user=by,
                perspective=perspective,
                question_set=QuestionSet.objects.latest("published_at", "pk"),
            )
            reflections = Reflection.objects.bulk_create(
                Reflection(participation=participation, level=level) for level in Level
            )
            by_level = {reflection.level: reflection for reflection in reflections}
            Answer.objects.bulk_create(
                Answer(reflection=by_level[question.level], question=question)
                for question in participation.question_set.questions.all()
            )
    except IntegrityError:
        unfinished = Participation.objects.unfinished().filter(user=by).first()
        # Finished or deleted since: then there is room for a new one.
        return unfinished or start_participation(by=by, perspective=perspective)
    return participation


def change_perspective(participation: Participation, *, perspective: str) -> None:
    """Ask somebody the questions that fit them; AlreadyFinished once they have answered."""
    changed = Participation.objects.unfinished().filter(pk=participation.pk)
    if not changed.update(perspective=perspective):
        raise AlreadyFinished


@transaction.atomic
def save_entries(sheet: Sheet, entries: Iterable[Entry]) -> Outcome:
    """Write what was typed on one page, each entry only over the value that its author saw.

    What cannot be written is in the outcome, as a sentence or with the other version; the rest is
    saved. AlreadyFinished or Discarded if the reflection was, meanwhile.
    """
    if lock(sheet.participation).is_finished:
        raise AlreadyFinished
    sheet.load()
    outcome = Outcome()
    for entry in entries:
        sheet.apply(entry, outcome)
    return outcome


def finish_level(reflection: Reflection) -> None:
    """Mark a level as finished; its date stays if it was finished before."""
    Reflection.objects.filter(
        pk=reflection.pk, submitted_at=None, participation__finished_at=None
    ).update(submitted_at=timezone.now())


@transaction.atomic
def finish_participation(participation: Participation) -> Participation:
    """Date a reflection and make it read-only. Harmless when repeated.

    A level counts as finished if anything in it was answered; ValidationError if nothing was.
    Discarded if it was deleted meanwhile.
    """
    locked = lock(participation)
    if locked.is_finished:
        participation.finished_at = locked.finished_at
        return participation
    answered = Answer.objects.filter(reflection=OuterRef("pk")).exclude(
        rating=None, target=None, has_barrier=None, comment=""
    )
    named = Barrier.objects.filter(reflection=OuterRef("pk"))
    with_content = locked.reflections.filter(Q(Exists(answered)) | Q(Exists(named)) | ~Q(vision=""))
    if not with_content.exists():
        raise ValidationError(_("Answer at least one question before you finish"))
    now = timezone.now()
    with_content.filter(submitted_at=None).update(submitted_at=now)
    locked.reflections.exclude(pk__in=with_content.values("pk")).update(submitted_at=None)
    participation.finished_at = now
    participation.save(update_fields=["finished_at"])
    return participation


@transaction.atomic
def discard_participation(participation: Participation) -> None:
    """Delete a reflection that its author has not finished, and all that they wrote in it."""
    locked = lock(participation)
    if not locked.is_finished:
        locked.delete()
