"""The answer sheet: the fields of a page that reflects, and how what people type is saved.

A page sends each field with the value that its author saw before (`was-…`). A value is saved only
if the stored value is still that one (optimistic locking). Saving a value that is stored already
succeeds. The page's script sends one field at a time, a browser without it the whole page: both go
through `AnswerSheet.apply`.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.fields import WordsField, one_line_end
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
from reflections.questionnaire import AskedLevel, AskedQuestion, questionnaire

TEXT_LIMIT = 10_000
MOST_BARRIERS = 50


class Parts(Enum):
    """The fields of a level's page, by stage."""

    NOW = ("rating", "comment", "has_barrier", "barrier")
    WANTED = ("target", "vision", "idea")


# Sharing is a choice about the words as they were. Changed words are not shared until chosen again.
SHARED_FIELDS = {"comment": "comment_shared", "vision": "vision_shared", "idea": "idea_shared"}


@dataclass(frozen=True)
class FieldKind:
    """A kind of field: the values that a page can send, the values that are stored, the labels."""

    values: Mapping[str, object] | None = None  # of a choice: {sent by the page: stored}
    labels: Mapping[str, object] | None = None

    @property
    def choices(self) -> list[tuple[str, object]]:
        """The choices of the field: (value that the page sends, label)."""
        return list((self.labels or {}).items())

    def clean(self, sent: str) -> object:
        """The value to store; ValidationError, with a sentence, if it cannot be stored."""
        if self.values is None:
            return text_field.clean(sent)
        if sent not in self.values:
            raise ValidationError(_("Choose one of the answers"))
        return self.values[sent]

    def show(self, stored: object) -> str:
        """A stored value as the page sends it."""
        if self.values is None:
            return str(stored)
        return next(sent for sent, value in self.values.items() if value == stored)

    def label(self, sent: str) -> str:
        """A value in words."""
        if not sent:
            return _("nothing")
        return str(self.labels[sent]) if self.labels else sent


text_field = WordsField(max_length=TEXT_LIMIT, required=False)

RATING_VALUES = {"": None, **{str(rating.value): rating.value for rating in Rating}}
RATING_LABELS = {str(rating.value): rating.label for rating in Rating}
DONT_KNOW_SENT = str(DONT_KNOW)

FREE_TEXT = FieldKind()
RATING = FieldKind(
    {**RATING_VALUES, DONT_KNOW_SENT: DONT_KNOW}, {**RATING_LABELS, DONT_KNOW_SENT: DONT_KNOW_LABEL}
)
TARGET = FieldKind(RATING_VALUES, RATING_LABELS)
HAS_BARRIER = FieldKind(
    {"": None, "yes": True, "no": False},
    {"yes": gettext_lazy("Yes"), "no": gettext_lazy("No")},
)

KINDS = {
    "rating": RATING,
    "target": TARGET,
    "comment": FREE_TEXT,
    "has_barrier": HAS_BARRIER,
    "vision": FREE_TEXT,
    "idea": FREE_TEXT,
    "barrier": FREE_TEXT,
}
OF_THE_LEVEL = ("vision", "idea")  # fields that are of no question


def takes_words(name: str) -> bool:
    """True for a field in which people write; in the others they choose."""
    return KINDS.get(name.partition("-")[0]) is FREE_TEXT


@dataclass(frozen=True)
class SentField:
    """One field as a page sent it: its name, the new value, and the value its author saw before."""

    name: str
    value: str
    was: str


@dataclass(frozen=True)
class Refusal:
    """A value that cannot be stored, and the sentence that says why."""

    value: str
    reason: str


@dataclass
class SaveOutcome:
    """The result of saving, by the names of fields: saved values, refusals and conflicts.

    A conflict is a value that was typed while a newer one was stored somewhere else.
    """

    saved: dict[str, str] = field(default_factory=dict)
    refused: dict[str, Refusal] = field(default_factory=dict)
    conflicts: dict[str, str] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        return not self.refused and not self.conflicts


@dataclass(frozen=True)
class Field:
    """A field on a page: its name, the value in it, the stored value, and an error.

    In a conflict, `other` is the version that was saved somewhere else, in words.
    """

    name: str
    value: str
    stored: str
    error: str = ""
    other: str = ""


def fields_sent(data: Mapping[str, str]) -> list[SentField]:
    """The fields of a posted page that come with the value their author saw before."""
    return [
        SentField(name, data.get(name, ""), data[f"was-{name}"])
        for name in (key.removeprefix("was-") for key in data if key.startswith("was-"))
    ]


class AnswerSheet:
    """One page of a sitting: a level's fields by name, and the rows that hold them.

    With `only`, the key of a question, it is the page of that one question, or of the level's first
    question if there is no such key.
    """

    def __init__(
        self,
        participation: Participation,
        level: Level,
        parts: Parts,
        language: str,
        only: str | None = None,
    ):
        self.participation = participation
        self.level = level
        self.parts = parts
        self.asked: AskedLevel = questionnaire(
            participation.question_set_id, participation.perspective, language
        )[level]
        self.all_questions = [q for q in self.asked.questions if self.parts_of(q)]
        self.questions = self.all_questions
        if only is not None:
            by_key = {question.key: question for question in self.all_questions}
            self.questions = [by_key.get(only, self.all_questions[0])]

    @property
    def is_last(self) -> bool:
        """True if this page has the last question of its level."""
        return self.questions[-1] == self.all_questions[-1]

    @property
    def number(self) -> int:
        """The number of this page's first question in its level, from 1."""
        return self.all_questions.index(self.questions[0]) + 1

    @property
    def following(self) -> AskedQuestion:
        """The first question after this page; there must be one."""
        return self.all_questions[self.number]

    def load(self) -> None:
        """Read the answers and their reflection, in one query; DoesNotExist if there are none."""
        related = (
            "reflection__participation__round" if self.participation.round_id else "reflection"
        )
        answers = Answer.objects.filter(
            reflection__participation=self.participation, reflection__level=self.level
        ).select_related(related)
        self.answers = {answer.question_id: answer for answer in answers}
        if not self.answers:
            raise Reflection.DoesNotExist
        self.reflection = next(iter(self.answers.values())).reflection

    @cached_property
    def barriers(self) -> dict[str, Barrier]:
        """The barriers of this level by their keys, in the order in which they were named."""
        return {str(barrier.pk): barrier for barrier in self.reflection.barriers.all()}

    def value(self, name: str) -> str:
        """The stored value of a field, as the page sends it."""
        part, _dash, key = name.partition("-")
        if part == "barrier":
            return self.barriers[key].text if key in self.barriers else ""
        return KINDS[part].show(getattr(self.row(part, key), part))

    def row(self, part: str, key: str) -> Answer | Reflection:
        """The row that holds a field."""
        if part in OF_THE_LEVEL:
            return self.reflection
        return self.answers[self.asked.by_key[key].pk]

    def parts_of(self, question: AskedQuestion) -> list[str]:
        parts = ("rating", "comment", "target") if question.is_scale else ("has_barrier",)
        return [part for part in parts if part in self.parts.value]

    def names(self) -> list[str]:
        """The names of this page's fields, except those of barriers."""
        names = [
            f"{part}-{question.key}"
            for question in self.questions
            for part in self.parts_of(question)
        ]
        if self.has_vision:
            names.append("vision")
        return [*names, "idea"] if self.has_idea else names

    @property
    def has_vision(self) -> bool:
        """True on the last page of stage 2: the vision comes after all questions."""
        return self.parts is Parts.WANTED and self.is_last

    @property
    def has_idea(self) -> bool:
        """True where there is a vision, in a round, but not at the Individual level."""
        in_round = self.participation.round_id is not None
        return self.has_vision and in_round and self.level != Level.INDIVIDUAL

    def page(self, outcome: SaveOutcome) -> dict[str, Any]:
        """The context of the page after `outcome`: questions with fields, and free fields."""
        rows = []
        for question in self.questions:
            fields = {
                part: self.field(f"{part}-{question.key}", outcome)
                for part in self.parts_of(question)
            }
            rows.append({"question": question, **fields, **self.now(question)})
        if self.parts is Parts.WANTED:
            vision = self.field("vision", outcome) if self.has_vision else None
            idea = self.field("idea", outcome) if self.has_idea else None
            return {"rows": rows, "vision": vision, "idea": idea}
        blank = Field("barrier-new", "", "")  # the page's script copies it
        return {"rows": rows, "barriers": self.barrier_fields(outcome), "blank": blank}

    def now(self, question: AskedQuestion) -> dict[str, str]:
        """The rating given in stage 1, for the page of stage 2, which shows it."""
        if self.parts is Parts.NOW:
            return {}
        return {"now": RATING.show(self.answers[question.pk].rating)}

    def problems(self, outcome: SaveOutcome) -> list[Field]:
        """The fields that could not be saved, in the order of the page."""
        names = [*outcome.refused, *outcome.conflicts]
        order = self.names()
        names.sort(key=lambda name: order.index(name) if name in order else len(order))
        return [self.field(name, outcome) for name in names]

    def apply(self, entry: SentField, outcome: SaveOutcome) -> None:
        """Save one entry, or put into `outcome` why it cannot be saved."""
        write = self._writer(entry.name)
        if write is None:
            return  # no field of this page: it is not called saved
        kind = KINDS[entry.name.partition("-")[0]]
        stored, was = self.value(entry.name), one_line_end(entry.was)
        try:
            cleaned = kind.clean(entry.value)
            value = kind.show(cleaned)
            if value in (stored, was):  # stored already, or not changed on this page
                outcome.saved[entry.name] = stored
            elif was != stored:
                outcome.conflicts[entry.name] = value
            else:
                write(cleaned)
                outcome.saved[entry.name] = value
        except ValidationError as error:
            outcome.refused[entry.name] = Refusal(entry.value, error.messages[0])

    def field(self, name: str, outcome: SaveOutcome) -> Field:
        """A field as the page shows it after `outcome`: a typed value stays in it."""
        kind, stored = KINDS[name.partition("-")[0]], self.value(name)
        if name in outcome.refused:
            refusal = outcome.refused[name]
            return Field(name, refusal.value, stored, refusal.reason)
        if name in outcome.conflicts:
            reason = _("You changed this somewhere else. Keep the one that you want, then save")
            other = kind.label(stored)
            return Field(name, outcome.conflicts[name], stored, reason, other)
        return Field(name, stored, stored)

    def barrier_fields(self, outcome: SaveOutcome) -> list[Field]:
        """The stored barriers, those that could not be saved, and an empty one."""
        typed = [*outcome.refused, *outcome.conflicts]
        names = [f"barrier-{key}" for key in self.barriers]
        names += [name for name in typed if name.startswith("barrier-") and name not in names]
        return [self.field(name, outcome) for name in [*names, f"barrier-{uuid.uuid4()}"]]

    def unanswered(self) -> list[tuple[str, str]]:
        """The questions of stage 1 that have no answer yet: (name of the field, words)."""
        empty: list[tuple[str, str]] = []
        if self.parts is Parts.WANTED:
            return empty
        for question in self.questions:
            answer = self.answers[question.pk]
            if question.is_scale and answer.rating is None:
                empty.append((f"rating-{question.key}", question.text))
            elif not question.is_scale and answer.has_barrier is None:
                empty.append((f"has_barrier-{question.key}", question.text))
            elif answer.has_barrier and not self.barriers:
                words = _("%(question)s Yes: write what gets in the way, or choose No")
                name = f"has_barrier-{question.key}"
                empty.append((name, words % {"question": question.text}))
        return empty

    def _writer(self, name: str) -> Callable[[object], None] | None:
        """A function that saves the field of that name; None if this page has no such field."""
        part, _dash, key = name.partition("-")
        if part == "barrier" and self.parts is Parts.NOW:
            return self._barrier_writer(key)
        if name not in self.names():
            return None
        row = self.row(part, key)

        def write(cleaned: object) -> None:
            setattr(row, part, cleaned)
            row.save(update_fields=[part, *unshared(row, SHARED_FIELDS.get(part))])

        return write

    def _barrier_writer(self, key: str) -> Callable[[object], None] | None:
        """A function that saves a barrier. The page chooses its key, so that repeating adds none.

        (The key is an idempotency key.) None if it is no UUID in the usual form.
        """
        try:
            pk = uuid.UUID(key)
        except ValueError:
            return None
        if str(pk) != key:
            return None

        def write(cleaned: object) -> None:
            text = str(cleaned)
            if not text:
                self.barriers.pop(key).delete()
            elif key in self.barriers:
                barrier = self.barriers[key]
                barrier.text = text
                barrier.save(update_fields=["text", *unshared(barrier, "shared")])
            else:
                self._name_barrier(pk, text)

        return write

    def _name_barrier(self, pk: uuid.UUID, text: str) -> None:
        if len(self.barriers) >= MOST_BARRIERS:
            raise ValidationError(_("You can name up to 50 barriers at one level"))
        if Barrier.objects.filter(pk=pk).exists():
            raise ValidationError(_("Copy this into a new box: it cannot be saved in this one"))
        last = max((barrier.position for barrier in self.barriers.values()), default=0)
        self.barriers[str(pk)] = Barrier.objects.create(
            pk=pk, reflection=self.reflection, text=text, position=last + 1
        )


def unshared(row: Answer | Reflection | Barrier, flag: str | None) -> list[str]:
    """Clear the choice to share a text that changes, and return the names of changed fields."""
    if flag is None or getattr(row, flag) is None:
        return []
    setattr(row, flag, None)
    return [flag]
