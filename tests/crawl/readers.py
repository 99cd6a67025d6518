"""The readers of the crawl: the words that each must find, and those that each may find."""

from dataclasses import dataclass, field

from tests.crawl.world import ALONE, KEPT, OWNERS, PLACES, SHARED, TEAMS, WRITERS_IN_ROUNDS
from tests.crawling import SPREADSHEET

PROMISED = {"action", "answered", "detail", "measure", "note", "ownername", "partners"}
TOLD = {"yousaid", "wedid", "thanks", "saidlater", "didlater", "thankslater"}
PROPOSED = {"wanted", "proposal", "takenup", "declined", "reason", "accepted"}
PRIVATE = PROMISED | {"barrier", "comment", "idea", "vision"}
PAGES, FILES = {"text/html"}, {"text/html", "application/json", "application/pdf"}
SHEETS = {"text/csv", SPREADSHEET}
PLAN_FILES = FILES | SHEETS | {"text/calendar"}


def results(side, name):
    """The words in a round's results that its people typed."""
    sharing, _keeping = WRITERS_IN_ROUNDS[name]
    reasons = {f"{side}_comment_reason", f"{side}_barrier_reason"} if name == "shut" else set()
    shared = {f"{side}_{name}{who}_{what}" for who in sharing for what in SHARED}
    return titles(side, name) | shared | reasons


def titles(side, *names):
    return {f"{side}_{name}_title" for name in names}


def written(side, who, *names):
    """All words that somebody wrote in these rounds themselves."""
    found = titles(side, *names)
    for name in names:
        more = SHARED if who in WRITERS_IN_ROUNDS[name][0] else {"visionkept", "ideakept"}
        found |= {f"{side}_{name}{who}_{what}" for what in KEPT | ALONE | more}
    if "shut" in names and who == "member":
        found |= {f"{side}_shutmember_barrierout"}
    if "shut" in names and who == "former":
        found ^= {f"{side}_shutformer_commentkept", f"{side}_shutformer_commentout"}
    return found


@dataclass(frozen=True)
class Reader:
    """The words that somebody must find on pages or elsewhere, and those that they may."""

    shown: set = field(default_factory=set)
    otherwise: set = field(default_factory=set)  # in addresses and in files
    perhaps: set = field(default_factory=set)
    kinds: set = field(default_factory=lambda: FILES)
    least: int = 40  # pages


def names(side, *things):
    return {f"{side}_{thing}_name" for thing in things}


def addresses(side, *people):
    return {f"{side}_{who}_address" for who in people}


def own(who):
    return {f"{who}_{what}" for what in PRIVATE | {"name", "formertitle"}}


def own_besides(who):
    return {f"{who}_address"}


def plans(side, *of):
    """The words in these shared plans, with shared barriers in that of the system.

    In the system's plan, nothing is told to the public, and nobody has left it.
    """
    of_all = PROMISED | PROPOSED | {"formertitle"}
    barriers = {f"{side}_jointcolleague_barriershared"} if "system" in of else set()
    return barriers | {
        f"{side}_{name}_{what}"
        for name in of
        for what in (of_all if name == "system" else of_all | {"ownerless"} | TOLD)
    }


def published(side, *of):
    """The words in the published “You said, we did” of these groups."""
    return {f"{side}_{name}_{what}" for name in of for what in ("yousaid", "wedid", "thanks")}


def in_plans(side):
    """The names of people who own or owned an action in shared plans, and the system's address."""
    return names(side, "convener", "former", *OWNERS.values()) | {f"{side}_system_slug"}


def everybodys(side):
    """The words about an organisation that everybody in it reads."""
    about = {f"{side}_organisation_safeguarding"}
    return about | names(side, "organisation", "system", "administrator", "deputy")


def member(side):
    return everybodys(side) | names(side, "team", "facilitator", "member") | {"x_both_name"}


def facilitator(side):
    return member(side) | names(side, "colleague", "crowd")


def facilitator_besides(side):
    people = ("administrator", "deputy", "facilitator", "member", "colleague", "invited", "late")
    return addresses(side, *people) | {f"{side}_organisation_slug", "x_both_address"}


def raised_by(side, team):
    """The words of a team's raised actions, and of the answers."""
    answers = {"team": ("accept", "wait"), "other": ("decline",)}[team]
    words_of = [f"{side}_{team}{answer}" for answer in answers]
    raised = {f"{of}_{what}" for of in words_of for what in ("need", "why", "reply")}
    return raised - {f"{side}_{team}wait_reply"}


def accepted_from(side):
    """The words in an organisation's plan about what a team raised: the new words and the team."""
    return {f"{side}_teamaccept_need", f"{side}_team_name"}


PUBLISHED = ("team", "other", "organisation")
OF_THE_TEAM = ("team", "organisation", "system")
EVERY_NAME = {
    f"{side}_{thing}_name"
    for side in "ab"
    for thing in ("organisation", "system", "administrator", "convener", "crowd", *PLACES)
} | {"x_both_name", "x_alone_name", "x_operator_name"}
EVERY_ADDRESS = {
    f"{side}_{who}_address" for side in "ab" for who in ("administrator", "convener", *PLACES)
} | {"x_both_address", "x_alone_address", "x_operator_address"}
READERS = {
    "a_member": Reader(
        shown=member("a")
        | own("a_member")
        | written("a", "member", "shut", "few", "open")
        | results("a", "shut")
        | plans("a", *OF_THE_TEAM)
        | raised_by("a", "team"),
        otherwise=own_besides("a_member") | {"a_organisation_slug"},
        perhaps=in_plans("a") | titles("a", "joint"),  # to which no page leads
        kinds=PLAN_FILES,
    ),
    "a_colleague": Reader(
        shown=everybodys("a")
        | names("a", "other", "colleague", "crowd")
        | written("a", "colleague", "few", "named", "joint")
        | results("a", "named")
        | results("a", "joint")
        | plans("a", "other", "organisation", "system")
        | raised_by("a", "other")
        | accepted_from("a"),
        otherwise={"a_colleague_address", "a_organisation_slug"},
        perhaps=in_plans("a"),
        kinds=PLAN_FILES,
    ),
    "a_facilitator": Reader(
        shown=facilitator("a")
        | own("a_facilitator")
        | written("a", "facilitator", "shut", "open")
        | results("a", "shut")
        | titles("a", "few")
        | plans("a", *OF_THE_TEAM)
        | raised_by("a", "team"),
        otherwise=facilitator_besides("a") | own_besides("a_facilitator"),
        perhaps=in_plans("a") | titles("a", "joint"),
        kinds=PLAN_FILES,
    ),
    "a_administrator": Reader(
        shown=facilitator("a")
        | names("a", "other", "old", "former", "convener")
        | {f"a_{name}_formername" for name in ("organisation", *TEAMS)}
        | {f"a_{name}_ownerless" for name in ("organisation", *TEAMS)}
        | results("a", "shut")
        | titles("a", "few", "named", "joint", "open", "planned")
        | plans("a", *OF_THE_TEAM, "other", "old") - published("a", "old")  # while it is archived
        | raised_by("a", "team")
        | raised_by("a", "other"),
        otherwise=facilitator_besides("a") | addresses("a", "grand"),
        perhaps=in_plans("a"),
        kinds=PLAN_FILES,
        least=180,
    ),
    "a_convener": Reader(
        shown=names("a", "convener", "organisation", "system")
        | results("a", "joint")
        | plans("a", "system"),
        otherwise={"a_convener_address", "a_system_slug"},
        perhaps=in_plans("a"),
        kinds=PLAN_FILES,
    ),
    "a_former": Reader(
        shown=own("a_former")
        | written("a", "former", "shut", "joint")
        | results("a", "shut")
        | results("a", "joint")
        | names("a", "team", "system", "administrator"),
        otherwise=own_besides("a_former") | names("a", "organisation"),
    ),
    "x_both": Reader(
        shown=facilitator("a")
        | facilitator("b")
        | own("x_both")
        | results("a", "shut")
        | results("b", "shut")
        | titles("a", "few", "open")
        | titles("b", "few", "open")
        | plans("a", *OF_THE_TEAM)
        | plans("b", *OF_THE_TEAM)
        | raised_by("a", "team")
        | raised_by("b", "team"),
        otherwise=facilitator_besides("a") | facilitator_besides("b") | own_besides("x_both"),
        perhaps=in_plans("a") | in_plans("b") | titles("a", "joint") | titles("b", "joint"),
        kinds=PLAN_FILES,
    ),
    "x_alone": Reader(shown=own("x_alone"), otherwise=own_besides("x_alone")),
    "x_operator": Reader(
        shown=EVERY_NAME | {"x_site_group", "x_log_words"},
        otherwise=EVERY_ADDRESS | {"a_system_slug", "b_system_slug"},
        perhaps={"a_organisation_slug", "b_organisation_slug"},
        least=150,
    ),
    "nobody": Reader(kinds=PAGES, least=5),
    "told": Reader(
        shown=published("a", *PUBLISHED) | names("a", *PUBLISHED),
        kinds=PAGES | {"application/pdf"},
        least=5,
    ),
    "invited": Reader(
        shown=names("a", "organisation", "team", "administrator", "facilitator"),
        otherwise=addresses("a", "invited", "grand"),
        kinds=PAGES,
        least=5,
    ),
}
