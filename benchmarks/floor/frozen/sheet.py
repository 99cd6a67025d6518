"""The fields of a level's page as version 2174e6e made them, one by one."""

import uuid
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import get_language, gettext_lazy

from reflections.models import DONT_KNOW, DONT_KNOW_LABEL, Answer, Rating
from reflections.questionnaire import questionnaire

TEXT_LIMIT = 10_000
RATINGS = {"": None, **{str(r.value): r.value for r in Rating}, str(DONT_KNOW): DONT_KNOW}
YES_OR_NO = {"": None, "yes": True, "no": False}
SENT = {"rating": RATINGS, "has_barrier": YES_OR_NO}
CHOICES = {
    "rating": [*((str(r.value), r.label) for r in Rating), (str(DONT_KNOW), DONT_KNOW_LABEL)],
    "has_barrier": [("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
}


@dataclass
class Outcome:
    """The result of saving entries; it is empty for a page that is only read."""

    saved: dict = field(default_factory=dict)
    refused: dict = field(default_factory=dict)
    conflicts: dict = field(default_factory=dict)

    @property
    def is_clean(self):
        return not self.refused and not self.conflicts


@dataclass(frozen=True)
class Field:
    """A field on a page: its name, the value in it, and the stored value."""

    name: str
    value: str
    stored: str
    error: str = ""
    other: str = ""


class Sheet:
    """One level's page of a participation: its fields by name, and the rows behind them."""

    def __init__(self, participation, level):
        self.participation, self.level = participation, level
        self.asked = questionnaire(
            participation.question_set_id, participation.perspective, get_language()
        )[level]

    def load(self):
        answers = Answer.objects.filter(
            reflection__participation=self.participation, reflection__level=self.level
        ).select_related("reflection")
        self.answers = {answer.question_id: answer for answer in answers}
        self.reflection = next(iter(self.answers.values())).reflection

    @cached_property
    def barriers(self):
        return {str(barrier.pk): barrier for barrier in self.reflection.barriers.all()}

    def value(self, name):
        part, _dash, key = name.partition("-")
        if part == "barrier":
            return self.barriers[key].text if key in self.barriers else ""
        kept = getattr(self.answers[self.asked.by_key[key].pk], part)
        if part not in SENT:
            return str(kept)
        return next(sent for sent, value in SENT[part].items() if value == kept)

    def field(self, name, outcome):
        stored = self.value(name)
        if name in outcome.refused or name in outcome.conflicts:
            raise NotImplementedError
        return Field(name, stored, stored)

    def page(self, outcome):
        rows = []
        for question in self.asked.questions:
            parts = ("rating", "comment") if question.is_scale else ("has_barrier",)
            fields = {part: self.field(f"{part}-{question.key}", outcome) for part in parts}
            rows.append({"question": question, **fields})
        names = [f"barrier-{key}" for key in self.barriers]
        barriers = [self.field(name, outcome) for name in [*names, f"barrier-{uuid.uuid4()}"]]
        return {"rows": rows, "barriers": barriers, "blank": Field("barrier-new", "", "")}
