"""The figures of a closed round: counted and protected once, when the round closes.

`figures_of` counts in the database and keeps what `privacy.py` lets through, as plain values for
`Round.figures`. Every page and file of results is made from those: see `Figures`. Shared texts are
read live, because their authors can take them back.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict
from uuid import UUID, uuid5

from django.db.models import Count, F, QuerySet

from organisations.groups import Group
from reflections import privacy
from reflections.models import (
    DONT_KNOW,
    Answer,
    Barrier,
    Level,
    Participation,
    Question,
    Rating,
    Reflection,
    Round,
    TakenOut,
)

RATINGS = [rating.value for rating in Rating]
HIGH, LOW = {Rating.MOSTLY, Rating.FULLY}, {Rating.NOT_YET, Rating.A_LITTLE}


# --- The stored form, as plain values for JSON ----------------------------------------------------


class StoredQuestion(TypedDict):
    now: list[int]
    dont_know: int
    unanswered: int
    wanted: list[int]
    unwanted: int


class StoredGroup(TypedDict):
    size: int
    questions: dict[str, StoredQuestion]
    barrier: dict[str, int]


class StoredLevel(TypedDict):
    everybody: StoredGroup
    parts: dict[str, StoredGroup] | None


class StoredAnswers(TypedDict):
    """The answers of one person in a named round: {question: [rating, target]}."""

    participation: str
    answers: dict[str, list[int | None]]


class StoredFigures(TypedDict):
    levels: dict[str, StoredLevel | None]
    people: NotRequired[list[StoredAnswers]]


# --- Rows in --------------------------------------------------------------------------------------


def figures_of(round_: Round) -> StoredFigures:
    """The protected figures of a round that is closing; two queries.

    A named round also has the answers of each person, by the key of their participation.
    """
    tallies = tallies_of(round_)
    levels: dict[str, StoredLevel | None] = {}
    for level in round_.asked_levels:
        if round_.is_named and not privacy.names_are_shown(round_.sharing, level):
            continue
        protected = privacy.protect(
            tallies.get(level, {}),
            minimum=1 if round_.is_named else round_.minimum_group,
            compares_perspectives=round_.compares_perspectives,
        )
        levels[level.value] = plain_level(protected)
    figures: StoredFigures = {"levels": levels}
    if round_.is_named:
        figures["people"] = answers_by_person(round_)
    return figures


def tallies_of(round_: Round) -> dict[str, dict[str, privacy.Tally]]:
    """The raw counts of a round, by level and perspective. They are never shown to anybody."""
    tallies: dict[str, dict[str, privacy.Tally]] = {}
    for row in group_sizes(round_):
        if privacy.counts(row["level"], row["counted"]):
            of_level = tallies.setdefault(row["level"], {})
            tally = of_level.get(row["perspective"], privacy.Tally())
            of_level[row["perspective"]] = privacy.Tally(tally.size + row["people"])
    for row in counted_answers(round_):
        if privacy.counts(row["level"], row["counted"]):
            add_answers(tallies[row["level"]][row["perspective"]], row)
    return tallies


def finished_levels(round_: Round) -> QuerySet[Reflection]:
    """The levels that people finished in a round."""
    return Reflection.objects.filter(
        participation__round=round_,
        participation__finished_at__isnull=False,
        submitted_at__isnull=False,
        level__in=round_.levels,
    )


def group_sizes(round_: Round) -> Iterable[Mapping[str, Any]]:
    return (
        finished_levels(round_)
        .values("level", "counted", perspective=F("participation__perspective"))
        .annotate(people=Count("pk"))
        .order_by()
    )


def counted_answers(round_: Round) -> Iterable[Mapping[str, Any]]:
    """The number of people for each combination of answers to a question, grouped in SQL."""
    return (
        Answer.objects.filter(
            reflection__participation__round=round_,
            reflection__participation__finished_at__isnull=False,
            reflection__submitted_at__isnull=False,
            reflection__level__in=round_.levels,
        )
        .values(
            "rating",
            "target",
            "has_barrier",
            level=F("reflection__level"),
            counted=F("reflection__counted"),
            perspective=F("reflection__participation__perspective"),
            key=F("question__key"),
            kind=F("question__kind"),
        )
        .annotate(people=Count("pk"))
        .order_by()
    )


def add_answers(tally: privacy.Tally, row: Mapping[str, Any]) -> None:
    if row["kind"] == Question.Kind.BARRIER:
        add_count(tally.barrier, row["has_barrier"], row["people"])
    else:
        add_count(tally.now.setdefault(row["key"], {}), row["rating"], row["people"])
        add_count(tally.wanted.setdefault(row["key"], {}), row["target"], row["people"])


def add_count[Each](counts: dict[Each, int], answer: Each, people: int) -> None:
    counts[answer] = counts.get(answer, 0) + people


def answers_by_person(round_: Round) -> list[StoredAnswers]:
    """The answers of each person in a named round, to which they all agreed before they began."""
    people: dict[str, dict[str, list[int | None]]] = {}
    shown = [each for each in round_.asked_levels if privacy.names_are_shown(round_.sharing, each)]
    answers = Answer.objects.filter(
        reflection__in=finished_levels(round_).filter(level__in=shown),
        question__kind=Question.Kind.SCALE,
    ).order_by("question__position")
    rows = answers.values_list("reflection__participation", "question__key", "rating", "target")
    for participation, key, rating, target in rows:
        people.setdefault(str(participation), {})[key] = [rating, target]
    return [{"participation": pk, "answers": people[pk]} for pk in sorted(people)]


# --- Figures out ----------------------------------------------------------------------------------


def plain_level(protected: privacy.Protected) -> StoredLevel | None:
    """A level as plain values; None if nothing of it may be shown."""
    if protected.everybody is None:
        return None
    parts = protected.parts
    return {
        "everybody": plain_group(protected.everybody),
        "parts": {name: plain_group(tally) for name, tally in parts.items()} if parts else None,
    }


def plain_group(tally: privacy.Tally) -> StoredGroup:
    return {
        "size": tally.size,
        "questions": {
            key: {
                "now": [tally.now[key].get(rating, 0) for rating in RATINGS],
                "dont_know": tally.now[key].get(DONT_KNOW, 0),
                "unanswered": tally.now[key].get(None, 0),
                "wanted": [tally.wanted[key].get(rating, 0) for rating in RATINGS],
                "unwanted": tally.wanted[key].get(None, 0),
            }
            for key in sorted(tally.now)
        },
        "barrier": {
            "yes": tally.barrier.get(True, 0),
            "no": tally.barrier.get(False, 0),
            "unanswered": tally.barrier.get(None, 0),
        },
    }


@dataclass(frozen=True)
class QuestionFigures:
    """The number of people for each answer to a question, now and wanted, from Not yet to Fully."""

    now: list[int]
    dont_know: int
    unanswered: int
    wanted: list[int]
    unwanted: int

    @property
    def gap(self) -> int:
        """The number of people who want Mostly or Fully, less the number who say so now."""
        return high(self.wanted) - high(self.now)

    @property
    def disagreement(self) -> int:
        """The smaller of the two camps: Not yet and A little, or Mostly and Fully."""
        return min(low(self.now), high(self.now))


def high(counts: list[int]) -> int:
    return sum(counts[rating - 1] for rating in HIGH)


def low(counts: list[int]) -> int:
    return sum(counts[rating - 1] for rating in LOW)


@dataclass(frozen=True)
class GroupFigures:
    """The answers at a level of one group that is large enough to be shown."""

    size: int
    questions: dict[str, QuestionFigures]
    barrier: dict[str, int]


@dataclass(frozen=True)
class LevelFigures:
    """The figures of a level: of everybody, and of staff and partners if both are enough."""

    everybody: GroupFigures
    parts: dict[str, GroupFigures] | None


@dataclass(frozen=True)
class Figures:
    """The stored figures of a closed round. A level with too few people is None."""

    levels: dict[Level, LevelFigures | None]
    people: list[StoredAnswers]

    @classmethod
    def of(cls, round_: Round) -> "Figures":
        nothing: StoredFigures = {"levels": {}}
        return cls.read(round_.figures or nothing)

    @classmethod
    def read(cls, stored: StoredFigures) -> "Figures":
        levels = {
            Level(level): read_level(stored["levels"][level])
            for level in Level.values
            if level in stored["levels"]
        }
        return cls(levels, stored.get("people", []))

    @property
    def are_too_few(self) -> bool:
        """True if no level of the round can be shown."""
        return not any(self.levels.values())

    def shown(self, level: Level) -> LevelFigures | None:
        return self.levels.get(level)


def read_level(stored: StoredLevel | None) -> LevelFigures | None:
    if stored is None:
        return None
    parts = stored["parts"]
    return LevelFigures(
        read_group(stored["everybody"]),
        {name: read_group(group) for name, group in parts.items()} if parts else None,
    )


def read_group(stored: StoredGroup) -> GroupFigures:
    return GroupFigures(
        stored["size"],
        {key: QuestionFigures(**counts) for key, counts in stored["questions"].items()},
        stored["barrier"],
    )


# --- Shared texts: read live, because their authors can take them back at any time ----------------


# (kind, key, level, key of the question, text, participation)
TextRow = tuple[str, UUID, str, str, str, UUID]


@dataclass(frozen=True)
class SharedText:
    """A text that its author shared. `author` is a name in named rounds only.

    Texts are in the order of random keys, so that their order tells nothing.
    """

    kind: str
    pk: str
    level: str
    question: str
    text: str
    author: str = ""


def shared_texts(
    round_: Round,
    figures: Figures,
    *,
    taken_out: Iterable[TakenOut] | None = None,
    names: dict[UUID, str] | None = None,
) -> list[SharedText]:
    """The shared texts that readers of the results may read; three queries.

    `taken_out` and `names` save one query each, if the caller has them already.
    """
    shown = levels_with_texts(round_, figures)
    finished = finished_levels(round_).filter(level__in=shown)
    taken_out = round_.taken_out.all() if taken_out is None else taken_out
    taken = {(each.kind, each.text_id) for each in taken_out}
    names = names_in(round_) if names is None else names
    barriers = (
        ("barrier", pk, level, "", text, author)
        for pk, level, text, author in barriers_in(finished)
    )
    rows = [*comments_in(finished), *barriers, *own_words_in(finished)]
    return sorted(
        (
            SharedText(kind, str(pk), level, key, text, names.get(participation, ""))
            for kind, pk, level, key, text, participation in rows
            if (kind, pk) not in taken
        ),
        key=lambda text: text.pk,  # random keys, so the order says nothing
    )


def levels_with_texts(round_: Round, figures: Figures) -> list[Level]:
    """The levels of a closed round whose shared texts may be read."""
    return [
        level
        for level, shown in figures.levels.items()
        if shown
        and privacy.texts_are_shown(round_.sharing, shown.everybody.size, round_.minimum_group)
        and privacy.may_be_shared(level)
    ]


def latest_barriers(group: Group) -> list[SharedText]:
    """The barriers shared in a group's last round, for its plan; two queries.

    More people read the plan than the results, so named rounds are left out.
    """
    rounds = Round.objects.closed().of_group(group)
    round_ = rounds.filter(sharing=Round.Sharing.CONFIDENTIAL).order_by("-closed_at").first()
    return readable_barriers(round_) if round_ else []


def readable_barriers(round_: Round) -> list[SharedText]:
    """The barriers that people shared in a closed round and nobody took out; one query."""
    shown = levels_with_texts(round_, Figures.of(round_))
    taken = round_.taken_out.filter(kind="barrier").values("text_id")
    rows = barriers_in(finished_levels(round_).filter(level__in=shown)).exclude(pk__in=taken)
    texts = [SharedText("barrier", str(pk), level, "", text) for pk, level, text, _who in rows]
    return sorted(texts, key=lambda text: text.pk)  # random keys, so the order says nothing


def comments_in(finished: QuerySet[Reflection]) -> Iterator[TextRow]:
    rows = Answer.objects.filter(reflection__in=finished, comment_shared=True).exclude(comment="")
    for row in rows.values_list(
        "pk", "reflection__level", "question__key", "comment", "reflection__participation"
    ):
        yield "comment", *row


def barriers_in(finished: QuerySet[Reflection]) -> QuerySet[Barrier, tuple[UUID, str, str, UUID]]:
    """The shared barriers, without those of people who answer No to that question now."""
    unsaid = Answer.objects.filter(reflection__in=finished, has_barrier=False)
    shared = Barrier.objects.filter(reflection__in=finished, shared=True)
    return shared.exclude(reflection__in=unsaid.values("reflection")).values_list(
        "pk", "reflection__level", "text", "reflection__participation"
    )


def own_key(reflection: UUID, kind: str) -> UUID:
    """The key of a shared vision or idea, made from its reflection: both are in one row.

    So nobody can see from the keys which vision and which idea have the same author.
    """
    return uuid5(reflection, kind)


def key_of(reflection: Reflection, kind: str, pk: str) -> str:
    """The key of a shared text, for an author who knows its `kind` and the key of its row."""
    return str(own_key(reflection.pk, kind)) if kind in ("vision", "idea") else pk


def own_words_in(finished: QuerySet[Reflection]) -> Iterator[TextRow]:
    """The shared visions and ideas of these reflections, each with a key of its own."""
    rows: Iterable[Mapping[str, Any]] = finished.values(
        "pk", "level", "participation", "vision", "vision_shared", "idea", "idea_shared"
    )
    for row in rows:
        for kind in ("vision", "idea"):
            if row[kind] and privacy.is_shared(row["level"], row[f"{kind}_shared"]):
                pk = own_key(row["pk"], kind)
                yield kind, pk, row["level"], "", row[kind], row["participation"]


def names_in(round_: Round) -> dict[UUID, str]:
    """The names of those who took part in a named round, by participation; deleted people have "".

    Of a round that is not named it is empty.
    """
    if not round_.is_named:
        return {}
    people = Participation.objects.filter(round=round_).select_related("user")
    return {each.pk: each.user.public_name if each.user else "" for each in people}
