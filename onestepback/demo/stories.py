"""The demo people's stories, as `people/*.toml` tells them: words, and days before today.

`ago` counts days before today; `due` counts days from today, so a date that has passed is negative.
"""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from reflections.models import DONT_KNOW, Level, Rating

STORIES_OF_PEOPLE = Path(__file__).parent / "people"
IN_ORDER = ["maya", "tom", "siobhan", "harpreet", "derek", "zoe", "mina", "nasreen"]

RATING_WORDS = {
    "": None,
    "I don't know": DONT_KNOW,
    "Not yet": Rating.NOT_YET,
    "A little": Rating.A_LITTLE,
    "Partly": Rating.PARTLY,
    "Mostly": Rating.MOSTLY,
    "Fully": Rating.FULLY,
}


@dataclass(frozen=True)
class Said:
    """An answer to a scale question: where somebody is, where they want to be, and a comment."""

    now: int | None
    wanted: int | None
    comment: str


@dataclass(frozen=True)
class Step:
    """What happened to an action: a status with a note, or another date."""

    ago: int
    at: str
    status: str = ""
    note: str = ""
    due: int | None = None


@dataclass(frozen=True)
class ActionStory:
    """An action from its first day on.

    `for_barriers` counts the barriers of its level from 1. Without `who` its author does it;
    without `added` it was made while its author reflected.
    """

    title: str
    due: int
    who: str = ""
    detail: str = ""
    measure: str = ""
    with_partners: str = ""
    for_barriers: list[int] = field(default_factory=list)
    question: str = ""
    added: Step | None = None
    story: list[Step] = field(default_factory=list)


@dataclass(frozen=True)
class LevelStory:
    """One level of a reflection: answers by question; barriers None if that was left open."""

    level: Level
    answers: dict[str, Said]
    barriers: list[str] | None
    vision: str
    actions: list[ActionStory]


@dataclass(frozen=True)
class ReflectionStory:
    """A reflection with the levels that were answered, finished or last touched at a moment."""

    ago: int
    at: str
    is_finished: bool
    levels: list[LevelStory]


@dataclass(frozen=True)
class Person:
    """Somebody with an account; `about` says who they are and what to look at."""

    email: str
    name: str
    perspective: str
    about: str
    joined: int
    reflections: list[ReflectionStory]


def people() -> list[Person]:
    return [read_person(STORIES_OF_PEOPLE / f"{name}.toml") for name in IN_ORDER]


def read_person(path: Path) -> Person:
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    reflections = [read_reflection(**each) for each in told.pop("reflections", [])]
    return Person(**told, reflections=reflections)


def read_reflection(ago, at, is_finished=True, **levels) -> ReflectionStory:
    told = [level_story(Level(level), **each) for level, each in levels.items()]
    return ReflectionStory(ago, at, is_finished, told)


def level_story(level, answers, barriers=None, vision="", actions=()) -> LevelStory:
    said = {key: read_answer(*words) for key, words in answers.items()}
    return LevelStory(level, said, barriers, vision, [read_action(**each) for each in actions])


def read_answer(now="", wanted="", comment="") -> Said:
    return Said(RATING_WORDS[now], RATING_WORDS[wanted], comment)


def read_action(added=None, story=(), **told) -> ActionStory:
    steps = [Step(**step) for step in story]
    return ActionStory(**told, added=Step(**added) if added else None, story=steps)
