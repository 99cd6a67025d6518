"""The results of a closed round, made once from its figures for the page and for every file."""

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
    """The orders in which results can list questions. None of them is a score."""

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
    """One bar of a chart: the number of people who chose each answer."""

    name: str
    counts: list[int]
    dont_know: int | None
    unanswered: int

    @cached_property
    def cells(self) -> list[tuple[str, int]]:
        """Each answer with its number, for a table: (label, number)."""
        cells = list(zip((str(label) for label in Rating.labels), self.counts, strict=True))
        if self.dont_know is not None:
            cells.append((str(DONT_KNOW_LABEL), self.dont_know))
        return [*cells, (_("Not answered"), self.unanswered)]

    @property
    def sentence(self) -> str:
        """The numbers of the bar as a sentence, for people who do not see the chart."""
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
    """One question of the results, with its wordings, its figures and the shared comments."""

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
        """Every bar of the question. The bars of staff and of partners carry that name."""
        named = [
            replace(row, name=f"{who}: {row.name}") for who, rows in self.parts for row in rows
        ]
        return [*self.rows, *self.before_rows, *named]

    @property
    def table(self) -> list[tuple[str, list[str]]]:
        """A row for each answer with its number in every bar; empty where a bar has none."""
        labels = [label for label, _people in self.rows[0].cells]
        cells = [dict(row.cells) for row in self.all_rows]
        return [
            (label, [str(each[label]) if label in each else "" for each in cells])
            for label in labels
        ]


@dataclass(frozen=True)
class LevelResult:
    """One level of the results; it has no questions if too few people finished it."""

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
        """The shared texts about the level itself, by heading."""
        return [
            (_("What gets in the way"), self.barriers),
            (_("Where people want to be"), self.visions),
            (_("Ideas"), self.ideas),
        ]


@dataclass(frozen=True)
class PersonResult:
    """The answers of one person in a named round: (question, now, wanted), in words."""

    name: str
    said: list[tuple[QuestionResult, str, str]]


@dataclass
class Results:
    """The results of a closed round, the same for everybody who may read them."""

    round: Round
    figures: Figures
    levels: list[LevelResult]
    people: list[PersonResult] = field(default_factory=list)

    @property
    def are_too_few(self) -> bool:
        return self.figures.are_too_few

    @cached_property
    def questions(self) -> list[QuestionResult]:
        """Every question that is shown, in the order of the paper."""
        return [question for level in self.levels for question in level.questions]

    def in_order(self, order: QuestionOrder) -> list[QuestionResult]:
        """The questions in the given order; equal ones keep the order of the paper."""
        if order is QuestionOrder.PAPER:
            return self.questions
        return sorted(self.questions, key=lambda q: -getattr(q.figures, order.value))

    @property
    def questions_to_talk_through(self) -> list[tuple[Level, AskedLevel]]:
        """The questions by level, for a group that is too small for figures and talks instead."""
        asked = questions_asked(self.round, Perspective.STAFF)
        return [(level, asked[level]) for level in self.round.asked_levels]


def questions_asked(round_: Round, perspective: str) -> dict[str, AskedLevel]:
    return questionnaire(round_.question_set_id, perspective, get_language())


def results_of(round_: Round) -> Results:
    """Make the results of a closed round from its figures and the texts that are shared now."""
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
    """The figures of the same group's round before this one; None for a named round.

    It asks no query if the round was fetched `with_earlier_figures`.
    """
    if round_.is_named:
        return None
    if not hasattr(round_, "earlier_figures"):
        round_ = Round.objects.with_earlier_figures().get(pk=round_.pk)
    return Figures.read(round_.earlier_figures) if round_.earlier_figures else None


def barriers_with_actions(results: Results) -> dict[str, list[PlannedAction]]:
    """The actions that answer each shared barrier, by its key; it takes one query.

    Only those who read the group's plan may see its actions.
    """
    keys = [UUID(text.pk) for level in results.levels for text in level.barriers]
    plan = {f"action__plan__{results.round.group._meta.model_name}": results.round.group}
    links = ActionBarrier.objects.filter(barrier__pk__in=keys, **plan).select_related("action")
    actions: dict[str, list[PlannedAction]] = {}
    for link in links.order_by("pk"):
        is_late = link.action.is_overdue(results.round.today)
        actions.setdefault(str(link.barrier_id), []).append(PlannedAction(link.action, "", is_late))
    return actions


def level_result(level, figures, earlier, asked, texts, taken) -> LevelResult:
    found = figures.shown(level)
    shared = [text for text in texts if text.level == level]
    out = [each for each in taken if each.level == level]
    of_kind = {kind: [text for text in shared if text.kind == kind] for kind in TEXT_KINDS}
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
    """The numbers of staff and of partners, if they are shown apart."""
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
    """The answers of each person in a named round, in the order of their names."""
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
