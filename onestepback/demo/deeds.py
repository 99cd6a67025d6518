"""What `members.toml`, `organisations.toml` and `plans.toml` tell: who did what there.

`ago` counts working days before today.
"""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from organisations.models import Membership, TeamMembership

STORIES_OF_GROUPS = Path(__file__).parent


@dataclass(frozen=True)
class Member:
    """Somebody with an account, perhaps without a name; `about` if they are worth signing in as."""

    email: str
    name: str
    perspective: str
    about: str


@dataclass(frozen=True)
class Deed:
    """What somebody did in an organisation or a system: `does` says which, the rest to whom."""

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
    settings: dict = field(default_factory=dict)
    opens: int = 0  # the first and the last day of a round, counted like `ago`: below 0 to come
    closes: int = 0
    arrives: bool = True  # or no letter of it reaches anybody
    plan: dict | None = None  # what a deed about a shared plan says


@dataclass(frozen=True)
class Place:
    """Where deeds are done: the system, or one of its organisations."""

    name: str
    deeds: list[Deed]


@dataclass(frozen=True)
class Partnership:
    """The system, with the fields of its row, and its organisations."""

    system: Place
    fields: dict
    organisations: list[Place]


def members() -> list[Member]:
    """Everybody but the eight of `people()` and the site operator."""
    return [read_member(*told) for told in read("members.toml")["members"]]


def partnership() -> Partnership:
    told = read("organisations.toml")
    fields = told["system"]
    planned = plans_by_place()
    system = Place(fields["name"], read_deeds(fields.pop("story")) + planned[""])
    organisations = [
        Place(each["name"], read_deeds(each["story"]) + planned[each["name"]])
        for each in told["organisations"]
    ]
    return Partnership(system, fields, organisations)


def plans_by_place() -> dict[str, list[Deed]]:
    """What was done about shared plans, by the organisation; those of the system have none."""
    found: dict[str, list[Deed]] = {}
    for told in read("plans.toml")["plans"]:
        deeds = found.setdefault(told.get("organisation", ""), [])
        stories = [({}, told["story"]), *((each, each.pop("story")) for each in told["actions"])]
        for action, story in stories:
            deeds += [read_plan_deed(told.get("team", ""), action, **step) for step in story]
    return found


def read_plan_deed(team, action, *, ago, at, by, does, **said) -> Deed:
    return Deed(ago, at, email_of(by), does, team=team, plan={**action, **said})


def read(name: str) -> dict:
    return tomllib.loads((STORIES_OF_GROUPS / name).read_text(encoding="utf-8"))


def read_member(local, name, perspective, about="") -> Member:
    return Member(email_of(local), name, perspective, about)


def read_deeds(story) -> list[Deed]:
    return [read_deed(**told) for told in story]


def read_deed(by, who=(), **told) -> Deed:
    return Deed(by=email_of(by), who=[email_of(each) for each in who], **told)


def email_of(local: str) -> str:
    return f"{local}@example.org"
