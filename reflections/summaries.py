"""What a closed round says: rows in, protected figures out. Written once, when the round closes.

`figures_of` counts in the database and keeps what `privacy.py` lets through, as plain values for
`Round.figures`. Everything that leaves the site is made from those: see `Figures`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Count, F

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


# --- Rows in --------------------------------------------------------------------------------------


def figures_of(round_: Round) -> dict:
    """The protected figures of a round that is closing, as plain values for JSON; two queries.

    A named round has the answers of each person instead, by the key of their participation.
    """
    tallies = tallies_of(round_)
    levels = {}
    for level in round_.asked_levels:
        if round_.is_named and not privacy.names_are_shown(round_.sharing, level):
            continue
        protected = privacy.protect(
            tallies.get(level, {}),
            minimum=1 if round_.is_named else round_.minimum_group,
            compares_perspectives=round_.compares_perspectives,
        )
        levels[level.value] = plain_level(protected)
    figures: dict = {"levels": levels}
    if round_.is_named:
        figures["people"] = answers_by_person(round_)
    return figures


def tallies_of(round_: Round) -> dict[str, dict[str, privacy.Tally]]:
    """The raw counts of a round, by level and perspective. Not to be shown to anybody."""
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


def finished_levels(round_: Round):
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
    """How many gave each combination of answers to each question: never a row an answer."""
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


def add_count(counts: dict, answer: object, people: int) -> None:
    counts[answer] = counts.get(answer, 0) + people


def answers_by_person(round_: Round) -> list[dict]:
    """Who said what in a named round, which all of them agreed to before they began."""
    people: dict = {}
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


def plain_level(protected: privacy.Protected) -> dict | None:
    """A level as plain values; None if nothing of it may be shown."""
    if protected.everybody is None:
        return None
    parts = protected.parts
    return {
        "everybody": plain_group(protected.everybody),
        "parts": parts and {name: plain_group(tally) for name, tally in parts.items()},
    }


def plain_group(tally: privacy.Tally) -> dict:
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
    """How many chose each answer to a question, now and wanted, from Not yet to Fully."""

    now: list[int]
    dont_know: int
    unanswered: int
    wanted: list[int]
    unwanted: int

    @property
    def gap(self) -> int:
        """How many more want Mostly or Fully than say so now."""
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
    """What one group, large enough to be shown, said at a level."""

    size: int
    questions: dict[str, QuestionFigures]
    barrier: dict[str, int]


@dataclass(frozen=True)
class LevelFigures:
    """What may be shown of a level: `parts` are staff and partners, where both are enough."""

    everybody: GroupFigures
    parts: dict[str, GroupFigures] | None


@dataclass(frozen=True)
class Figures:
    """The stored figures of a closed round. A level with too few people is None."""

    levels: dict[Level, LevelFigures | None]
    people: list[dict]

    @classmethod
    def of(cls, round_: Round) -> "Figures":
        return cls.read(round_.figures or {"levels": {}})

    @classmethod
    def read(cls, stored: dict) -> "Figures":
        levels = {
            Level(level): read_level(stored["levels"][level])
            for level in Level.values
            if level in stored["levels"]
        }
        return cls(levels, stored.get("people", []))

    @property
    def are_too_few(self) -> bool:
        """Whether nothing of the whole round can be shown."""
        return not any(self.levels.values())

    def shown(self, level: Level) -> LevelFigures | None:
        return self.levels.get(level)


def read_level(stored: dict | None) -> LevelFigures | None:
    if stored is None:
        return None
    parts = stored["parts"]
    return LevelFigures(
        read_group(stored["everybody"]),
        parts and {name: read_group(group) for name, group in parts.items()},
    )


def read_group(stored: dict) -> GroupFigures:
    return GroupFigures(
        stored["size"],
        {key: QuestionFigures(**counts) for key, counts in stored["questions"].items()},
        stored["barrier"],
    )


# --- Shared texts: read live, because their authors can take them back at any time ----------------


@dataclass(frozen=True)
class SharedText:
    """What somebody wrote and shared, in no order that tells anything, without its author.

    `author` is a name in named rounds alone.
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
    names: dict | None = None,
) -> list[SharedText]:
    """The texts that may be read by whoever sees the results; three queries.

    One more each for `taken_out` and `names`, if whoever asks has not read them already.
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
    found = [*comments_in(finished), *barriers, *own_words_in(finished)]
    return sorted(
        (
            SharedText(kind, str(pk), level, key, text, names.get(participation, ""))
            for kind, pk, level, key, text, participation in found
            if (kind, pk) not in taken
        ),
        key=lambda text: text.pk,  # random keys, so the order says nothing
    )


def levels_with_texts(round_: Round, figures: Figures) -> list[Level]:
    """The levels of a closed round whose shared texts may be read."""
    return [
        level
        for level, found in figures.levels.items()
        if found
        and privacy.texts_are_shown(round_.sharing, found.everybody.size, round_.minimum_group)
        and privacy.may_be_shared(level)
    ]


def latest_barriers(group) -> list[SharedText]:
    """What gets in the way, as it was shared in the last round of a group; two queries.

    For its plan, which more people read than the results: so nothing of a named round.
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


def comments_in(finished):
    rows = Answer.objects.filter(reflection__in=finished, comment_shared=True).exclude(comment="")
    for row in rows.values_list(
        "pk", "reflection__level", "question__key", "comment", "reflection__participation"
    ):
        yield "comment", *row


def barriers_in(finished):
    """What gets in the way; nothing of those who say No to that now, as in their own record."""
    unsaid = Answer.objects.filter(reflection__in=finished, has_barrier=False)
    shared = Barrier.objects.filter(reflection__in=finished, shared=True)
    return shared.exclude(reflection__in=unsaid.values("reflection")).values_list(
        "pk", "reflection__level", "text", "reflection__participation"
    )


def own_key(reflection: UUID, kind: str) -> UUID:
    """The key among shared texts of what is said of a whole level: a vision or an idea."""
    return uuid5(reflection, kind)


def key_of(reflection: Reflection, kind: str, pk: str) -> str:
    """The key among shared texts of what its author knows as `kind` and the key of its row."""
    return str(own_key(reflection.pk, kind)) if kind in ("vision", "idea") else pk


def own_words_in(finished):
    """Where people want to be, and ideas for the group, in their own words.

    Both are of one row. Each has a key of its own, so that nobody sees which are by the same hand.
    """
    for row in finished.values(
        "pk", "level", "participation", "vision", "vision_shared", "idea", "idea_shared"
    ):
        for kind in ("vision", "idea"):
            if row[kind] and privacy.is_shared(row["level"], row[f"{kind}_shared"]):
                pk = own_key(row["pk"], kind)
                yield kind, pk, row["level"], "", row[kind], row["participation"]


def names_in(round_: Round) -> dict:
    """Who took part in a named round, by participation, with the names that people have now.

    Empty for those who have left. There is nobody in it of any other round.
    """
    if not round_.is_named:
        return {}
    people = Participation.objects.filter(round=round_).select_related("user")
    return {each.pk: each.user.public_name if each.user else "" for each in people}
