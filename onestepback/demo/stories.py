"""The demo people's stories, read from `people/*.toml`: words, and days before today.

`ago` counts days before today; `due` counts days from today, so a date that has passed is negative.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
    """An answer to a scale question: the ratings now and wanted, and a comment."""

    now: int | None
    wanted: int | None
    comment: str


@dataclass(frozen=True)
class Step:
    """A change of an action: a status with a note, or another date."""

    ago: int
    at: str
    status: str = ""
    note: str = ""
    due: int | None = None


@dataclass(frozen=True)
class ActionStory:
    """An action from its first day on.

    `for_barriers` counts the barriers of its level from 1. If `who` is empty its author does it; if
    `added` is None, its author added it while reflecting.
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
    """One level of a reflection: answers by question; barriers are None if not answered."""

    level: Level
    answers: dict[str, Said]
    barriers: list[str] | None
    vision: str
    actions: list[ActionStory]


@dataclass(frozen=True)
class ReflectionStory:
    """A sitting with the levels that were answered. It ended `ago` days before today."""

    ago: int
    at: str
    is_finished: bool
    levels: list[LevelStory]


@dataclass(frozen=True)
class Person:
    """Somebody with an account; `about` says why to sign in as them."""

    email: str
    name: str
    perspective: str
    about: str
    joined: int
    reflections: list[ReflectionStory]


def people() -> list[Person]:
    return [read_person(STORIES_OF_PEOPLE / f"{name}.toml") for name in IN_ORDER]


def read_person(path: Path) -> Person:
    fields = tomllib.loads(path.read_text(encoding="utf-8"))
    reflections = [read_reflection(**each) for each in fields.pop("reflections", [])]
    return Person(**fields, reflections=reflections)


def read_reflection(
    ago: int, at: str, is_finished: bool = True, **levels: Mapping[str, Any]
) -> ReflectionStory:
    stories = [level_story(Level(level), **each) for level, each in levels.items()]
    return ReflectionStory(ago, at, is_finished, stories)


def level_story(
    level: Level,
    answers: Mapping[str, Sequence[str]],
    barriers: list[str] | None = None,
    vision: str = "",
    actions: Iterable[Mapping[str, Any]] = (),
) -> LevelStory:
    by_question = {key: read_answer(*words) for key, words in answers.items()}
    planned = [read_action(**each) for each in actions]
    return LevelStory(level, by_question, barriers, vision, planned)


def read_answer(now: str = "", wanted: str = "", comment: str = "") -> Said:
    return Said(RATING_WORDS[now], RATING_WORDS[wanted], comment)


def read_action(
    added: Mapping[str, Any] | None = None,
    story: Iterable[Mapping[str, Any]] = (),
    **fields: Any,
) -> ActionStory:
    steps = [Step(**step) for step in story]
    return ActionStory(**fields, added=Step(**added) if added else None, story=steps)
