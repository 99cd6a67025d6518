"""A person's answers to read again, in the words of their questions, compared with last time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from onestepback.publishing import charts
from organisations.models import User
from reflections.models import (
    DONT_KNOW,
    DONT_KNOW_LABEL,
    Answer,
    Barrier,
    Level,
    Participation,
    Rating,
    Reflection,
)
from reflections.questionnaire import AskedQuestion, questionnaire


def rating_label(rating: int | None) -> str:
    """A rating in words; empty if the question was not answered."""
    if rating is None:
        return ""
    return str(DONT_KNOW_LABEL) if rating == DONT_KNOW else str(Rating(rating).label)


@dataclass(frozen=True)
class AnsweredQuestion:
    """A scale question with its answer; `before` is the rating of the time before."""

    question: AskedQuestion
    rating: int | None
    target: int | None
    comment: str
    before: int | None

    @property
    def now_label(self) -> str:
        return rating_label(self.rating) or _("Not answered")

    @property
    def wanted_label(self) -> str:
        return rating_label(self.target)

    @property
    def before_label(self) -> str:
        return rating_label(self.before)

    @property
    def wants_more(self) -> bool:
        return self.target is not None and self.target > (self.rating or 0)

    @property
    def movement(self) -> str:
        """The change since the last time, in words; empty if there is nothing to compare."""
        if not self.rating or not self.before:
            return ""
        if self.rating == self.before:
            return _("The same as last time")
        return _("Last time: %(before)s") % {"before": self.before_label}

    @property
    def chart(self) -> SafeString:
        return chart_of(self.question.text, self.rating, self.target, get_language())


@lru_cache(maxsize=2000)
def chart_of(
    question: str, rating: int | None, target: int | None, _language: str | None
) -> SafeString:
    """A question's answers as a drawing, cached, since there are few. `_language` is only a key."""
    title = _("%(question)s Now: %(now)s. Where you want to be: %(wanted)s.") % {
        "question": question,
        "now": rating_label(rating) or _("Not answered"),
        "wanted": rating_label(target) or _("not chosen"),
    }
    labels = [str(label) for label in Rating.labels]
    return charts.now_and_wanted(rating or None, target, labels=labels, title=title)


@dataclass(frozen=True)
class LevelRecord:
    """One level of a sitting, with its questions and answers."""

    reflection: Reflection
    level: Level
    text: str
    questions: list[AnsweredQuestion]
    barrier_question: AskedQuestion
    has_barrier: bool | None
    barriers: list[Barrier]

    @property
    def name(self) -> str:
        return str(self.level.label)

    @property
    def vision(self) -> str:
        return self.reflection.vision

    @cached_property
    def reflected_on(self) -> date | None:
        """The day on which its author finished it, in the active time zone."""
        moment = self.reflection.submitted_at
        return timezone.localdate(moment) if moment else None

    @property
    def barrier_answer(self) -> str:
        return {True: _("Yes"), False: _("No"), None: _("Not answered")}[self.has_barrier]

    @property
    def state(self) -> str:
        """The progress of stage 1: not_started, in_progress or finished."""
        if self.reflection.submitted_at:
            return "finished"
        begun = self.barriers or self.has_barrier is not None
        begun = begun or any(q.rating is not None or q.comment for q in self.questions)
        return "in_progress" if begun else "not_started"

    @property
    def wanted_state(self) -> str:
        """The progress of stage 2: not_started or in_progress, since it is never complete."""
        begun = self.vision or any(question.target for question in self.questions)
        return "in_progress" if begun else "not_started"


def level_records(
    reflections: Iterable[Reflection], *, before: Iterable[Reflection] = ()
) -> list[LevelRecord]:
    """Records of reflections, which come with their participations, in the same order; two queries.

    `before` holds the earlier reflections to compare with, at most one a level.
    """
    reflections, before = list(reflections), list(before)
    answers: dict[UUID, dict[str, Answer]] = {
        reflection.pk: {} for reflection in [*reflections, *before]
    }
    for answer in Answer.objects.filter(reflection__in=answers).select_related("question"):
        answers[answer.reflection_id][answer.question.key] = answer
    barriers: dict[UUID, list[Barrier]] = {reflection.pk: [] for reflection in reflections}
    for barrier in Barrier.objects.filter(reflection__in=barriers):
        barriers[barrier.reflection_id].append(barrier)
    earlier = {reflection.level: answers[reflection.pk] for reflection in before}
    return [
        level_record(
            reflection,
            answers[reflection.pk],
            earlier.get(reflection.level, {}),
            barriers[reflection.pk],
        )
        for reflection in reflections
    ]


def level_record(
    reflection: Reflection,
    answers: dict[str, Answer],
    earlier: dict[str, Answer],
    barriers: list[Barrier],
) -> LevelRecord:
    participation = reflection.participation
    asked = questionnaire(participation.question_set_id, participation.perspective, get_language())[
        reflection.level
    ]
    has_barrier = answers[asked.barrier_question.key].has_barrier
    return LevelRecord(
        reflection=reflection,
        level=asked.level,
        text=asked.text,
        questions=[
            AnsweredQuestion(
                question=question,
                rating=answers[question.key].rating,
                target=answers[question.key].target,
                comment=answers[question.key].comment,
                before=earlier[question.key].rating if question.key in earlier else None,
            )
            for question in asked.scale_questions
        ],
        barrier_question=asked.barrier_question,
        has_barrier=has_barrier,
        # The words stay stored when a Yes is changed to No, but they are not shown.
        barriers=[] if has_barrier is False else barriers,
    )


def outwards(reflections: Iterable[Reflection]) -> list[Reflection]:
    """Reflections in the order of levels, from the person outwards."""
    order = {level: position for position, level in enumerate(Level.values)}
    return sorted(reflections, key=lambda reflection: order[reflection.level])


def participation_records(participation: Participation) -> list[LevelRecord]:
    """All levels of one sitting, compared with its author's sitting before; four queries."""
    own = list(participation.reflections.select_related("participation"))
    before: dict[str, Reflection] = {}
    if participation.is_finished and participation.user_id:
        for reflection in finished_reflections(participation.user_id).filter(
            participation__finished_at__lt=participation.finished_at
        ):
            before.setdefault(reflection.level, reflection)
    return level_records(outwards(own), before=before.values())


def latest_records(user: User) -> dict[str, LevelRecord]:
    """The record of each level that a person finished last, with the time before; three queries."""
    latest: dict[str, Reflection] = {}
    before: dict[str, Reflection] = {}
    for reflection in finished_reflections(user.pk):
        if reflection.level not in latest:
            latest[reflection.level] = reflection
        else:
            before.setdefault(reflection.level, reflection)
    records = level_records(latest.values(), before=before.values())
    return {record.level: record for record in records}


def finished_reflections(user_id: int) -> QuerySet[Reflection]:
    """A person's finished levels, the latest first."""
    return (
        Reflection.objects.filter(
            participation__user=user_id, participation__finished_at__isnull=False
        )
        .exclude(submitted_at=None)
        .select_related("participation")
        .order_by("-participation__finished_at")
    )
