"""The answers in the demo's rounds, made from the tendencies in `rounds.toml`.

Nothing is left to chance: the same day gives the same answers, and somebody who is asked the same
question in another year leans the same way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from onestepback.demo.days import working_moment
from onestepback.demo.deeds import Member, email_of, members, read
from onestepback.demo.stories import Person, people
from organisations.models import Membership, User
from reflections.models import (
    DONT_KNOW,
    Answer,
    Barrier,
    Level,
    Participation,
    Perspective,
    Question,
    Rating,
    Reflection,
    Round,
)

LEVEL_IN_A_ROUND_TAKES = timedelta(minutes=4)
LATEST_HOUR: dict[str, int] = {Perspective.STAFF: 17, Perspective.PARTNER: 20}
TARGETS = [0, 0, 1, 4, 5]
SHARING_WORDS = {"shares": True, "keeps": False, "": None}


@dataclass(frozen=True)
class Text:
    """A text written in a round. `what` is `barrier`, `vision`, `idea` or a question's key."""

    author: str
    level: str
    what: str
    shared: bool | None
    words: str


@dataclass(frozen=True)
class RoundStory:
    """The story of a round. `year` is the column of the tendencies that fits it."""

    title: str
    year: int
    away: list[str]  # asked, and do not take part
    begun: list[str]  # begin, and do not finish
    texts: list[Text]
    taken_out: str  # the words of the comment that a facilitator takes out


def round_story(title: str) -> RoundStory:
    [story] = [each for each in read("rounds.toml")["rounds"] if each["title"] == title]
    return read_round(**story)


def read_round(
    title: str,
    year: int,
    texts: Iterable[Sequence[str]] = (),
    away: Iterable[str] = (),
    begun: Iterable[str] = (),
    taken_out: str = "",
) -> RoundStory:
    written = [
        Text(email_of(author), level, what, SHARING_WORDS[shares], words)
        for author, level, what, shares, words in texts
    ]
    absent, halfway = ([email_of(each) for each in some] for some in (away, begun))
    return RoundStory(title, year, absent, halfway, written, taken_out)


def answer_round(round_: Round, *, today: date, opened: int, closes: int) -> None:
    """Add everybody's sittings to an open round, between the days on which it opened and closes."""
    story, tendencies = round_story(round_.title), read("rounds.toml")["tendencies"]
    everybody: list[Person | Member] = [*people(), *members()]
    perspectives = {each.email: each.perspective for each in everybody}
    asked = Membership.objects.of_group(round_.group).values("user")
    rows = Rows(round_)
    for user in User.objects.filter(pk__in=asked).order_by("email"):
        if user.email not in story.away:
            chance = Random(f"{round_.title} {user.email}")
            perspective = perspectives[user.email]
            day = chance.randint(max(closes, 0) + 1, opened - 1)
            hour = chance.randint(8, LATEST_HOUR[perspective])
            at = working_moment(today, day, f"{hour:02}:{chance.randint(0, 59):02}")
            sitting = Sitting(user, perspective, story, tendencies)
            rows.add(sitting, ended_at=at)
    rows.save()


class Sitting:
    """One person's answers in a round."""

    def __init__(
        self, user: User, perspective: str, story: RoundStory, tendencies: dict[str, Any]
    ) -> None:
        self.user, self.perspective, self.story = user, perspective, story
        self.tendencies = tendencies
        self.texts = [text for text in story.texts if text.author == user.email]
        self.is_finished = user.email not in story.begun

    def chance(self, of: str) -> Random:
        """A generator that gives the same numbers for the same person and thing in this round."""
        return Random(f"{self.story.title} {self.user.email} {of}")

    def levels(self, asked: Iterable[Level]) -> list[Level]:
        """The levels that they answer: the first two if they stop, and else nearly always all.

        Nobody leaves out a level that they write something about.
        """
        answered = [
            level
            for level in asked
            if level in {text.level for text in self.texts}
            or level != Level.SYSTEM
            or self.chance(level).random() > 0.1
        ]
        return answered if self.is_finished else answered[:2]

    def words(self, level: str, what: str) -> list[Text]:
        return [text for text in self.texts if (text.level, text.what) == (level, what)]

    def ratings(self, question: Question) -> tuple[int | None, int | None]:
        """The ratings now and wanted. Nobody wants to be further down than they are."""
        tendency = self.tendencies[question.key]
        chance = self.chance(question.key)
        usual = Random(f"{self.user.email} {question.key}").random()
        leaning = 0.7 * usual + 0.3 * chance.random()
        now: int | None = picked(tendency[self.perspective][self.story.year], leaning)
        wanted: int | None = max(now or 0, picked(TARGETS, chance.random()))
        if chance.random() < tendency["unsure"]:
            now = DONT_KNOW
        elif chance.random() < 0.02:
            now = None
        return now, wanted if chance.random() < 0.92 else None


def picked(weights: list[int], leaning: float) -> int:
    """The rating of somebody who leans so far (0 to 1) towards Fully."""
    reached, share = 0.0, leaning * sum(weights)
    for rating, weight in zip(Rating, weights, strict=True):
        reached += weight
        if share < reached:
            return rating.value
    return Rating.FULLY.value


class Rows:
    """The rows of all sittings of a round, saved together, because there are many."""

    def __init__(self, round_: Round) -> None:
        self.round = round_
        self.questions = list(round_.question_set.questions.all())
        self.participations: list[Participation] = []
        self.reflections: list[Reflection] = []
        self.answers: list[Answer] = []
        self.barriers: list[Barrier] = []

    def add(self, sitting: Sitting, *, ended_at: datetime) -> None:
        participation = Participation(
            round=self.round,
            user=sitting.user,
            perspective=sitting.perspective,
            question_set_id=self.round.question_set_id,
            finished_at=ended_at if sitting.is_finished else None,
        )
        self.participations.append(participation)
        answered = sitting.levels(self.round.asked_levels)
        at = ended_at - LEVEL_IN_A_ROUND_TAKES * len(answered)
        for level in self.round.asked_levels:
            reflection = Reflection(participation=participation, level=level)
            self.reflections.append(reflection)
            if level in answered:
                reflection.submitted_at = at
                at += LEVEL_IN_A_ROUND_TAKES
            self.add_level(sitting, reflection, is_answered=level in answered)

    def add_level(self, sitting: Sitting, reflection: Reflection, *, is_answered: bool) -> None:
        level = reflection.level
        for kind in ("vision", "idea"):
            for text in sitting.words(level, kind):
                setattr(reflection, kind, text.words)
                setattr(reflection, f"{kind}_shared", text.shared)
        if level == Level.INDIVIDUAL and is_answered:
            reflection.counted = sitting.chance("counted").random() < 0.85
        barriers = sitting.words(level, "barrier")
        self.barriers += [
            Barrier(reflection=reflection, position=number, text=text.words, shared=text.shared)
            for number, text in enumerate(barriers, start=1)
        ]
        for question in self.questions:
            if question.level == level:
                answer = Answer(reflection=reflection, question=question)
                self.answers.append(answer)
                if is_answered and question.kind == Question.Kind.BARRIER:
                    # Some say yes and leave it at that: the page asks them once.
                    answer.has_barrier = bool(barriers) or sitting.chance(level).random() > 0.6
                elif is_answered:
                    answer.rating, answer.target = sitting.ratings(question)
                    for text in sitting.words(level, question.key):
                        answer.comment, answer.comment_shared = text.words, text.shared

    def save(self) -> None:
        Participation.objects.bulk_create(self.participations)
        Reflection.objects.bulk_create(self.reflections)
        Answer.objects.bulk_create(self.answers)
        Barrier.objects.bulk_create(self.barriers)
