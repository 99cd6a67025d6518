"""Deeds: who did what in the demo, read from `members.toml`, `organisations.toml`, `plans.toml`.

`ago` counts working days before today.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from organisations.models import Membership, TeamMembership

STORIES_OF_GROUPS = Path(__file__).parent


@dataclass(frozen=True)
class Member:
    """Somebody with an account, perhaps without a name; `about` says why to sign in as them."""

    email: str
    name: str
    perspective: str
    about: str


@dataclass(frozen=True)
class Deed:
    """One thing that somebody did in an organisation or a system, as `does` names it."""

    ago: int
    at: str
    by: str
    does: str
    who: list[str] = field(default_factory=list)
    role: str = Membership.Role.MEMBER
    team: str = ""
    team_role: str = TeamMembership.Role.MEMBER
    name: str = ""
    kind: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    opens: int = 0  # the first and the last day of a round, counted like `ago`: below 0 to come
    closes: int = 0
    arrives: bool = True  # False if its letters are refused
    plan: dict[str, Any] | None = None  # the words and numbers of a deed about a shared plan


@dataclass(frozen=True)
class Place:
    """A place where deeds are done: the system, or one of its organisations."""

    name: str
    deeds: list[Deed]


@dataclass(frozen=True)
class Partnership:
    """The system, with the fields of its row, and its organisations."""

    system: Place
    fields: dict[str, Any]
    organisations: list[Place]


def members() -> list[Member]:
    """Everybody but the eight of `people()` and the site operator."""
    return [read_member(*row) for row in read("members.toml")["members"]]


def partnership() -> Partnership:
    stored = read("organisations.toml")
    fields = stored["system"]
    planned = plans_by_place()
    system = Place(fields["name"], read_deeds(fields.pop("story")) + planned[""])
    organisations = [
        Place(each["name"], read_deeds(each["story"]) + planned[each["name"]])
        for each in stored["organisations"]
    ]
    return Partnership(system, fields, organisations)


def plans_by_place() -> dict[str, list[Deed]]:
    """Deeds about shared plans: {organisation: deeds}, the system's under an empty name."""
    places: dict[str, list[Deed]] = {}
    for plan in read("plans.toml")["plans"]:
        deeds = places.setdefault(plan.get("organisation", ""), [])
        stories = [({}, plan["story"]), *((each, each.pop("story")) for each in plan["actions"])]
        for action, story in stories:
            deeds += [read_plan_deed(plan.get("team", ""), action, **step) for step in story]
    return places


def read_plan_deed(
    team: str, action: Mapping[str, Any], *, ago: int, at: str, by: str, does: str, **details: Any
) -> Deed:
    return Deed(ago, at, email_of(by), does, team=team, plan={**action, **details})


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((STORIES_OF_GROUPS / name).read_text(encoding="utf-8"))


def read_member(local: str, name: str, perspective: str, about: str = "") -> Member:
    return Member(email_of(local), name, perspective, about)


def read_deeds(story: Iterable[Mapping[str, Any]]) -> list[Deed]:
    return [read_deed(**step) for step in story]


def read_deed(by: str, who: Iterable[str] = (), **fields: Any) -> Deed:
    return Deed(by=email_of(by), who=[email_of(each) for each in who], **fields)


def email_of(local: str) -> str:
    return f"{local}@example.org"
