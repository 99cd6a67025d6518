"""The results of a closed round: made once, from its figures, for the page and for every file."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from actionplans.models import ActionBarrier
from onestepback.pages.actions.reading import PlannedAction
from onestepback.publishing import charts
from reflections import privacy
from reflections.answered import rating_label
from reflections.models import (
    DONT_KNOW_LABEL,
    Level,
    Perspective,
    Rating,
    Round,
    TakenOut,
)
from reflections.questionnaire import AskedLevel, questionnaire
from reflections.summaries import (
    Figures,
    LevelFigures,
    QuestionFigures,
    SharedText,
    names_in,
    shared_texts,
)


class QuestionOrder(StrEnum):
    """In which order questions stand. None of them is a score."""

    PAPER = "paper"
    GAP = "gap"
    DISAGREEMENT = "disagreement"


QUESTION_ORDERS = {
    QuestionOrder.PAPER: gettext_lazy("As on the paper"),
    QuestionOrder.GAP: gettext_lazy("Largest gap between now and wanted"),
    QuestionOrder.DISAGREEMENT: gettext_lazy("Most disagreement"),
}
PART_NAMES = {
    Perspective.STAFF.value: gettext_lazy("Staff"),
    Perspective.PARTNER.value: gettext_lazy("Partners"),
}


@dataclass(frozen=True)
class Row:
    """One bar: how many people chose each answer, in words and as a chart."""

    name: str
    counts: list[int]
    dont_know: int | None
    unanswered: int

    @cached_property
    def cells(self) -> list[tuple[str, int]]:
        """The answers with their numbers, as a table says them."""
        cells = list(zip((str(label) for label in Rating.labels), self.counts, strict=True))
        if self.dont_know is not None:
            cells.append((str(DONT_KNOW_LABEL), self.dont_know))
        return [*cells, (_("Not answered"), self.unanswered)]

    @property
    def sentence(self) -> str:
        """The same for somebody who does not see the chart."""
        said = [f"{label}: {people}" for label, people in self.cells if people]
        return f"{self.name}. {', '.join(said)}."

    @property
    def chart(self) -> SafeString:
        return charts.stacked(
            self.counts,
            beside=(self.dont_know or 0) + self.unanswered,
            title=self.sentence,
        )


@dataclass(frozen=True)
class QuestionResult:
    """A question: how it was asked, how it was answered, and what people wrote to it."""

    level: Level
    key: str
    wordings: list[tuple[str, str]]
    figures: QuestionFigures
    rows: list[Row]
    before: Row | None
    parts: list[tuple[str, list[Row]]]
    comments: list[SharedText]
    taken_out: list[TakenOut]

    @property
    def text(self) -> str:
        return self.wordings[0][1]

    @property
    def before_rows(self) -> list[Row]:
        return [self.before] if self.before else []

    @cached_property
    def all_rows(self) -> list[Row]:
        """Every bar of the question, those of parts with the part's name."""
        named = [
            replace(row, name=f"{who}: {row.name}") for who, rows in self.parts for row in rows
        ]
        return [*self.rows, *self.before_rows, *named]

    @property
    def table(self) -> list[tuple[str, list[str]]]:
        """Each answer with its number in every bar; empty where it cannot be given."""
        labels = [label for label, _people in self.rows[0].cells]
        cells = [dict(row.cells) for row in self.all_rows]
        return [
            (label, [str(each[label]) if label in each else "" for each in cells])
            for label in labels
        ]


@dataclass(frozen=True)
class LevelResult:
    """A level: shown with its questions and shared words, or too few to show."""

    level: Level
    size: int
    sizes: list[tuple[str, int]]
    questions: list[QuestionResult]
    barrier_question: str
    barrier_counts: list[tuple[str, int]]
    barriers: list[SharedText]
    visions: list[SharedText]
    ideas: list[SharedText]
    taken_out: list[TakenOut]

    @property
    def is_shown(self) -> bool:
        return bool(self.size)

    @property
    def name(self) -> str:
        return str(self.level.label)

    @property
    def texts(self) -> list[tuple[str, list[SharedText]]]:
        """What was shared of the level itself, under its headings."""
        return [
            (_("What gets in the way"), self.barriers),
            (_("Where people want to be"), self.visions),
            (_("Ideas"), self.ideas),
        ]


@dataclass(frozen=True)
class PersonResult:
    """What one person of a named round answered: each question with now and wanted, in words."""

    name: str
    said: list[tuple[QuestionResult, str, str]]


@dataclass
class Results:
    """A closed round as everybody reads it who may."""

    round: Round
    figures: Figures
    levels: list[LevelResult]
    people: list[PersonResult] = field(default_factory=list)

    @property
    def are_too_few(self) -> bool:
        return self.figures.are_too_few

    @cached_property
    def questions(self) -> list[QuestionResult]:
        """Every question that is shown, in the paper's order."""
        return [question for level in self.levels for question in level.questions]

    def in_order(self, order: QuestionOrder) -> list[QuestionResult]:
        """The questions by gap or by disagreement, ties in the paper's order."""
        if order is QuestionOrder.PAPER:
            return self.questions
        return sorted(self.questions, key=lambda q: -getattr(q.figures, order.value))

    @property
    def questions_to_talk_through(self) -> list[tuple[Level, AskedLevel]]:
        """What a group that is too small can talk about, worded for staff and for partners."""
        asked = questions_asked(self.round, Perspective.STAFF)
        return [(level, asked[level]) for level in self.round.asked_levels]


def questions_asked(round_: Round, perspective: str) -> dict[str, AskedLevel]:
    return questionnaire(round_.question_set_id, perspective, get_language())


def results_of(round_: Round) -> Results:
    """The results of a closed round, made from its figures and what is shared now."""
    figures = Figures.of(round_)
    earlier = earlier_figures(round_)
    taken = list(round_.taken_out.select_related("question", "taken_out_by"))
    names = names_in(round_)
    texts = shared_texts(round_, figures, taken_out=taken, names=names)
    asked = {each: questions_asked(round_, each) for each in Perspective.values}
    levels = [
        level_result(level, figures, earlier, asked, texts, taken) for level in figures.levels
    ]
    results = Results(round_, figures, levels)
    results.people = people_who_said_what(results, names)
    return results


def earlier_figures(round_: Round) -> Figures | None:
    """Those of the round before this one of the same group; nothing of named rounds is compared.

    No query if the round was fetched `with_rights`, which marks it with them.
    """
    if round_.is_named:
        return None
    if not hasattr(round_, "earlier_figures"):
        round_ = Round.objects.with_earlier_figures().get(pk=round_.pk)
    return Figures.read(round_.earlier_figures) if round_.earlier_figures else None


def barriers_with_actions(results: Results) -> dict[str, list[PlannedAction]]:
    """What is done about the barriers that were shared, by their keys; one query.

    For those who read the group's plan: others see no actions.
    """
    keys = [UUID(text.pk) for level in results.levels for text in level.barriers]
    plan = {f"action__plan__{results.round.group._meta.model_name}": results.round.group}
    links = ActionBarrier.objects.filter(barrier__in=keys, **plan).select_related("action")
    found: dict[str, list[PlannedAction]] = {}
    for link in links.order_by("pk"):
        is_late = link.action.is_overdue(results.round.today)
        found.setdefault(str(link.barrier_id), []).append(PlannedAction(link.action, "", is_late))
    return found


def level_result(level, figures, earlier, asked, texts, taken) -> LevelResult:
    found = figures.shown(level)
    here = [text for text in texts if text.level == level]
    out = [each for each in taken if each.level == level]
    of_kind = {kind: [text for text in here if text.kind == kind] for kind in TEXT_KINDS}
    words = {each: asked[each][level] for each in Perspective.values}
    return LevelResult(
        level=level,
        size=found.everybody.size if found else 0,
        sizes=sizes_of(found),
        questions=questions_of(level, found, earlier, words, of_kind["comment"], out),
        barrier_question=words[Perspective.STAFF].barrier_question.text,
        barrier_counts=barrier_counts(found),
        barriers=of_kind["barrier"],
        visions=of_kind["vision"],
        ideas=of_kind["idea"],
        taken_out=[each for each in out if each.question_id is None],
    )


TEXT_KINDS = ("comment", "barrier", "vision", "idea")


def sizes_of(found: LevelFigures | None) -> list[tuple[str, int]]:
    """How many staff and partners, where they are shown apart."""
    parts = (found and found.parts) or {}
    return [(str(PART_NAMES[name]), parts[name].size) for name in PART_NAMES if name in parts]


def barrier_counts(found: LevelFigures | None) -> list[tuple[str, int]]:
    if not found:
        return []
    counts = found.everybody.barrier
    return [
        (_("Yes"), counts["yes"]),
        (_("No"), counts["no"]),
        (_("Not answered"), counts["unanswered"]),
    ]


def questions_of(level, found, earlier, words, comments, out) -> list[QuestionResult]:
    if not found:
        return []
    was = earlier.shown(level) if earlier else None
    moved = privacy.movement_is_shown(True, was is not None)
    results = []
    for asked in words[Perspective.STAFF].scale_questions:
        figures = found.everybody.questions[asked.key]
        old = was.everybody.questions.get(asked.key) if moved and was else None
        wordings = [
            (str(PART_NAMES[each]), words[each].by_key[asked.key].text) for each in PART_NAMES
        ]
        results.append(
            QuestionResult(
                level=level,
                key=asked.key,
                wordings=wordings,
                figures=figures,
                rows=result_rows(figures),
                before=old and now_row(old, _("Last time")),
                parts=[
                    (str(PART_NAMES[name]), result_rows(found.parts[name].questions[asked.key]))
                    for name in PART_NAMES
                    if found.parts
                ],
                comments=[text for text in comments if text.question == asked.key],
                taken_out=[
                    each for each in out if each.question and each.question.key == asked.key
                ],
            )
        )
    return results


def result_rows(figures: QuestionFigures) -> list[Row]:
    wanted = Row(_("Where we want to be"), figures.wanted, None, figures.unwanted)
    return [now_row(figures, _("Where we are now")), wanted]


def now_row(figures: QuestionFigures, name: str) -> Row:
    return Row(name, figures.now, figures.dont_know, figures.unanswered)


def people_who_said_what(results: Results, names: dict) -> list[PersonResult]:
    """Who answered what in a named round."""
    said = {UUID(each["participation"]): each["answers"] for each in results.figures.people}
    people = []
    for participation in said.keys() & names.keys():
        answers = said[participation]
        given = [(q, *answers.get(q.key, (None, None))) for q in results.questions]
        people.append(
            PersonResult(
                names[participation] or _("Somebody whose name is not kept"),
                [(q, rating_label(now), rating_label(wanted)) for q, now, wanted in given],
            )
        )
    return sorted(people, key=lambda person: person.name.casefold())
