"""Nobody reads what is not for them, on any page, in any file, in any letter; and no word runs."""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.core import mail
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from actionplans.models import Action, ActionPlan, Escalation
from actionplans.raising import accept_escalation, decline_escalation, raise_action
from actionplans.reminders import write_due_letters
from actionplans.services import (
    accept_proposal,
    add_action,
    change_action,
    decline_proposal,
    end_membership,
    personal_plan,
    plan_of,
    record_update,
    set_vision,
)
from actionplans.telling import (
    publish_telling,
    show_telling,
    shown_version,
    words_version,
    write_words,
)
from organisations import services
from organisations.invitations import link_to
from organisations.letters import NOTICES, WRITERS
from organisations.models import (
    Invitation,
    Letter,
    Membership,
    Organisation,
    System,
    Team,
    User,
)
from organisations.outbox import deliver_due_letters, write_letter
from reflections import rounds
from reflections.models import Answer, Barrier, Level, Participation, Perspective, Reflection, Round
from reflections.services import start_participation
from reflections.summaries import key_of
from tests.crawling import (
    ESCAPED,
    HERE,
    SPREADSHEET,
    Walk,
    dangers_in,
    our_pages,
    plain,
    sentinels_in,
    words,
)
from tests.factories import (
    answer_round,
    make_finished,
    make_invitation,
    make_member,
    make_organisation,
    make_round,
    make_team,
    make_user,
)

CROWD = 20  # with the others, more than fit on a page of people
TEAMS = ("team", "other", "old")
PLACES = {  # who is in which team, as what
    "facilitator": ("team", "facilitator"),
    "member": ("team", "member"),
    "former": ("team", "member"),
    "colleague": ("other", "member"),
    "deputy": ("old", "member"),
}
OWNERS = {"team": "member", "other": "colleague", "old": "deputy", "organisation": "administrator"}
WRITERS_FOR_THEMSELVES = ("facilitator", "member", "former")

# --- A world in which every word says whose it is -----------------------------------------------


@pytest.fixture
def quiet(caplog):
    """Pages that are not there are what we look for, and need no line each."""
    caplog.set_level("ERROR", "django.request")


@pytest.fixture(scope="module")
def made(once):
    """Two organisations full of rows, one person in both, and one in neither; and their letters."""
    both, alone = make_person("x_both"), make_person("x_alone")
    for side in "ab":
        make_side(side, both)
    for user, who in ((both, "x_both"), (alone, "x_alone")):
        write_privately(user, who)
    operator = User.objects.create_superuser(
        f"{plain('x_operator_address')}@example.org", name=words("x_operator_name")
    )
    Group.objects.create(name=words("x_site_group"))
    LogEntry.objects.log_actions(operator.pk, System.objects.all(), CHANGE, words("x_log_words"))
    return list(mail.outbox)


@pytest.fixture
def world(made, db):
    """Whatever a test does in it is undone after it."""
    mail.outbox[:] = made


def make_person(who):
    return make_user(words(f"{who}_name"), address_of(who))


def address_of(who):
    return f"{plain(f'{who}_address')}@example.org"


def person(who):
    return User.objects.get(email=address_of(who))


def make_side(side, both):
    """All of an organisation `a` or `b`, by name: A, its system, teams, people and plans."""
    administrator, convener = make_person(f"{side}_administrator"), make_person(f"{side}_convener")
    organisation = make_renamed_organisation(side, administrator)
    system = make_system(side, organisation, convener)
    teams = {name: make_renamed_team(side, name, organisation) for name in TEAMS}
    make_people(side, organisation, teams, both)
    make_invitations(side, organisation, teams["team"])
    plans = {name: {"team": team} for name, team in teams.items()}
    promise_together(side, plans | {"organisation": {"organisation": organisation}})
    promise(convener, f"{side}_system", plan_of(system))
    propose(side, "system", plan_of(system), by=administrator, answered_by=convener)
    raise_to_the_organisation(side, teams)
    reflect_together(side, {**teams, "organisation": organisation, "system": system})
    former = organisation.memberships.get(user=person(f"{side}_former"))
    end_membership(former, by=administrator)
    services.archive_team(teams["old"], by=administrator)
    for who in WRITERS_FOR_THEMSELVES:
        write_privately(person(f"{side}_{who}"), f"{side}_{who}")


def make_renamed_organisation(side, administrator):
    organisation = make_organisation(
        words(f"{side}_organisation_formername"), administrator=administrator
    )
    Organisation.objects.filter(pk=organisation.pk).update(slug=plain(f"{side}_organisation_slug"))
    services.change_settings(
        organisation,
        by=administrator,
        name=words(f"{side}_organisation_name"),
        safeguarding_contact=words(f"{side}_organisation_safeguarding"),
        allows_named_rounds=True,
    )
    organisation.refresh_from_db()
    return organisation


def make_system(side, organisation, convener):
    system = System.objects.create(
        name=words(f"{side}_system_name"), slug=plain(f"{side}_system_slug")
    )
    services.change_conveners(system, by=convener, conveners=[convener])
    services.change_system(organisation, by=convener, system=system)
    return system


def make_renamed_team(side, name, organisation):
    team = make_team(organisation, words(f"{side}_{name}_formername"))
    services.change_team(
        team,
        by=person(f"{side}_administrator"),
        name=words(f"{side}_{name}_name"),
        kind="project",
    )
    team.refresh_from_db()
    return team


def make_people(side, organisation, teams, both):
    """Somebody of each kind, and a crowd in the other team."""
    administrator = person(f"{side}_administrator")
    for who, (team, role) in PLACES.items():
        membership = make_member(organisation, make_person(f"{side}_{who}"))
        services.add_to_team(teams[team], by=administrator, memberships=[membership], role=role)
    deputy = organisation.memberships.get(user=person(f"{side}_deputy"))
    services.change_role(deputy, by=administrator, role="administrator")
    make_member(organisation, both, team=teams["team"], team_role="facilitator")
    for number in range(CROWD):
        user = User.objects.create_user(f"crowd{number}{side}@example.org")
        User.objects.filter(pk=user.pk).update(name=words(f"{side}_crowd_name"))
        make_member(organisation, user, team=teams["other"])


def make_invitations(side, organisation, team):
    """One that waits, one that ran out, and one to run the organisation."""
    facilitator, administrator = person(f"{side}_facilitator"), person(f"{side}_administrator")
    for who in ("invited", "late"):
        make_invitation(organisation, address_of(f"{side}_{who}"), by=facilitator, teams=[team])
    grand = address_of(f"{side}_grand")
    make_invitation(organisation, grand, by=administrator, role="administrator")
    long_ago = timezone.now() - timedelta(days=20)
    late = organisation.invitations.filter(email=address_of(f"{side}_late"))
    late.update(sent_at=long_ago, expires_at=long_ago + timedelta(days=14))


def promise_together(side, plans):
    """In each plan an action that is in good hands, and one whose owner will leave."""
    for name, of in plans.items():
        plan = ActionPlan.objects.create(**of)
        promise(person(f"{side}_{OWNERS[name]}"), f"{side}_{name}", plan)
        former = person(f"{side}_former")
        add_to(plan, by=former, title=words(f"{side}_{name}_ownerless"), owner=former)
        administrator = person(f"{side}_administrator")
        tell(side, name, plan, by=administrator)
        propose(side, name, plan, by=person(f"{side}_{OWNERS[name]}"), answered_by=administrator)


def propose(side, name, plan, *, by, answered_by):
    """Say where the group wants to be; propose what waits, what is taken up and what is not."""
    of = f"{side}_{name}"
    set_vision(plan, "team", words(f"{of}_wanted"), by=answered_by, before="")
    proposal = {"by": by, "proposed_by": by, "status": Action.Status.PROPOSED}
    add_to(plan, title=words(f"{of}_proposal"), idea=words(f"{of}_takenup"), **proposal)
    declined = add_to(plan, title=words(f"{of}_declined"), **proposal)
    decline_proposal(declined, by=answered_by, version=0, reason=words(f"{of}_reason"))
    accepted = add_to(plan, title=words(f"{of}_formertitle"), **proposal)
    title = words(f"{of}_accepted")
    accept_proposal(accepted, by=answered_by, version=0, title=title, owner=answered_by)


def raise_to_the_organisation(side, teams):
    """One that waits, one that is declined, one that is accepted and done; with the letters."""
    administrator = person(f"{side}_administrator")
    raise_one(side, "team", teams, "wait")
    declined = raise_one(side, "other", teams, "decline")
    reply = words(f"{side}_otherdecline_reply")
    accepted = raise_one(side, "team", teams, "accept")
    deliver_due_letters()
    decline_escalation(declined, by=administrator, reply=reply)
    became = accept_escalation(
        accepted,
        by=administrator,
        reply=words(f"{side}_teamaccept_reply"),
        title=accepted.title,
        owner=administrator,
        due_on=administrator.today + timedelta(days=30),
    )
    deliver_due_letters()
    record_update(became, by=administrator, version=became.version, status="done")


def raise_one(side, name, teams, answer):
    owner = person(f"{side}_{OWNERS[name]}")
    plan = ActionPlan.objects.get(team=teams[name])
    action = add_to(plan, by=owner, title=words(f"{side}_{name}_action"), owner=owner)
    need, why = words(f"{side}_{name}{answer}_need"), words(f"{side}_{name}{answer}_why")
    return raise_action(action, by=owner, made_with=uuid.uuid4(), title=need, detail=why)


def write_privately(user, who):
    """Reflect twice, once to the end, and promise things that concern nobody else."""
    finished = make_finished(user)
    for participation in (finished, start_participation(by=user, perspective=Perspective.PARTNER)):
        fill_in(participation, who)
    promise(user, who, personal_plan(user), barriers=barriers_of(finished))


def fill_in(participation, who):
    answers = Answer.objects.filter(reflection__participation=participation)
    answers.update(comment=words(f"{who}_comment"), has_barrier=True)
    participation.reflections.update(vision=words(f"{who}_vision"), idea=words(f"{who}_idea"))
    for reflection in participation.reflections.all():
        reflection.barriers.create(text=words(f"{who}_barrier"), position=1)


def barriers_of(participation):
    return Barrier.objects.filter(reflection__participation=participation, reflection__level="team")


def promise(owner, of, plan, **fields):
    """An action with every field, renamed once and told about once; and one for somebody else."""
    action = add_to(plan, by=owner, title=words(f"{of}_formertitle"), owner=owner, **fields)
    action.action_barriers.create(text=words(f"{of}_answered"))
    change_action(
        action,
        by=owner,
        version=0,
        title=words(f"{of}_action"),
        detail=words(f"{of}_detail"),
        measure=words(f"{of}_measure"),
        with_partners=words(f"{of}_partners"),
    )
    record_update(action, by=owner, version=1, status="stuck", note=words(f"{of}_note"))
    add_to(plan, by=owner, title=words(f"{of}_action"), owner_name=words(f"{of}_ownername"))


def tell(side, name, plan, *, by):
    """Everybody is told of an action, and readers alone of what was written about it since."""
    show(plan, f"{side}_{name}", ("yousaid", "wedid", "thanks"), by=by)
    publish_telling(plan, by=by, version=shown_version(plan))
    show(plan, f"{side}_{name}", ("saidlater", "didlater", "thankslater"), by=by)


def show(plan, of, names, *, by):
    you_said, we_did, introduction = (words(f"{of}_{each}") for each in names)
    action = plan.actions.earliest("pk")
    version = words_version(action)
    write_words(action, by=by, version=version, you_said=you_said, we_did=we_did)
    show_telling(plan, by=by, version=shown_version(plan), introduction=introduction)
    plan.refresh_from_db()


def add_to(plan, *, by, **fields):
    due_on = by.today + timedelta(days=30)
    return add_action(plan, by=by, made_with=uuid.uuid4(), level="team", due_on=due_on, **fields)


# --- Rounds -------------------------------------------------------------------------------------

FILLERS = 4  # of the crowd, who answer and write nothing
SHARED = {"commentshared", "barriershared", "visionshared", "ideashared"}
KEPT = {"commentkept", "barrierkept", "barrierunsaid"}
ALONE = {"commentself", "barrierself", "visionself", "ideaself"}  # at the level about oneself
WRITERS_IN_ROUNDS = {  # who writes in which round; those who keep everything to themselves
    "shut": ({"member", "former"}, {"facilitator"}),
    "few": ({"colleague"}, {"member"}),
    "named": ({"colleague"}, {"deputy"}),
    "joint": ({"colleague"}, {"former"}),
    "open": ({"member"}, {"facilitator"}),
}


def reflect_together(side, groups):
    """Closed rounds, one of each kind and one with too few; one that is open; one to come."""
    administrator = person(f"{side}_administrator")
    fields = {"levels": ["individual", "team"], "by": administrator}
    for name, group, of_its_own in (
        ("shut", groups["team"], {"compares_perspectives": True}),
        ("few", groups["organisation"], {}),
        ("named", groups["other"], {"sharing": "named"}),
        ("joint", groups["system"], {}),
    ):
        round_ = make_round(group, title=words(f"{side}_{name}_title"), **fields, **of_its_own)
        answer_together(round_, side, name, fillers=0 if name == "few" else FILLERS)
        rounds.close_round(round_, by=administrator)
        rounds.announce_results(round_)
    write_and_take_out(side, administrator)
    round_ = make_round(groups["team"], title=words(f"{side}_open_title"), **fields)
    answer_together(round_, side, "open", fillers=0)
    rounds.remind(round_, by=administrator)
    rounds.warn_of_too_few(round_)
    planned = words(f"{side}_planned_title")
    make_round(groups["organisation"], title=planned, is_open=False, **fields)


def answer_together(round_, side, name, *, fillers):
    sharing, keeping = WRITERS_IN_ROUNDS[name]
    for who in sorted(sharing | keeping):
        participation = answer_round(round_, person(f"{side}_{who}"), rating=3)
        write_in_round(participation, f"{side}_{name}{who}", shares=who in sharing)
    crowd = User.objects.filter(name__contains=f"_{side}_crowd_").order_by("pk")
    for user in crowd[:fillers]:
        answer_round(round_, user, perspective=Perspective.PARTNER)


def write_in_round(participation, of, *, shares):
    """Words in every place that has room for them: shared, kept back, and not chosen."""
    yes = True if shares else None
    alone = participation.reflections.get(level=Level.INDIVIDUAL)
    together = participation.reflections.get(level=Level.TEAM)
    for reflection, end in ((alone, "self"), (together, "shared" if shares else "kept")):
        for kind in ("vision", "idea"):
            setattr(reflection, kind, words(f"{of}_{kind}{end}"))
            # Whatever is stored about the level about oneself, it is shared with nobody.
            setattr(reflection, f"{kind}_shared", True if end == "self" else yes)
        reflection.save()
    for position, (what, choice) in enumerate(
        {"shared": True, "kept": False, "unsaid": None}.items()
    ):
        if shares or not choice:
            barrier = words(f"{of}_barrier{what}")
            together.barriers.create(text=barrier, position=position, shared=choice)
    alone.barriers.create(text=words(f"{of}_barrierself"), position=1, shared=True)
    scale = together.answers.filter(question__kind="scale").order_by("question__position")
    for answer, (what, choice) in zip(scale, {"kept": False, "shared": True}.items(), strict=True):
        if shares or not choice:
            answer.comment, answer.comment_shared = words(f"{of}_comment{what}"), choice
            answer.save()
    about_oneself = alone.answers.filter(question__kind="scale").latest("question__position")
    about_oneself.comment, about_oneself.comment_shared = words(f"{of}_commentself"), True
    about_oneself.save()
    barriers = Answer.objects.filter(reflection__participation=participation)
    barriers.filter(question__kind="barrier").update(has_barrier=True)


def write_and_take_out(side, by):
    """Two more that were shared, which somebody who runs the round takes out, and says why."""
    round_ = Round.objects.get(title=words(f"{side}_shut_title"))
    answer = Answer.objects.get(comment=words(f"{side}_shutformer_commentkept"))
    answer.comment, answer.comment_shared = words(f"{side}_shutformer_commentout"), True
    answer.save()
    member = Reflection.objects.get(vision=words(f"{side}_shutmember_visionshared"))
    text = words(f"{side}_shutmember_barrierout")
    barrier = member.barriers.create(text=text, position=9, shared=True)
    for kind, row, question in (("comment", answer, answer.question), ("barrier", barrier, None)):
        reason = words(f"{side}_{kind}_reason")
        where = {"level": Level.TEAM, "question": question}
        rounds.take_out(round_, by=by, kind=kind, pk=row.pk, reason=reason, **where)


def results(side, name):
    """What whoever reads the results of a round reads of what its people typed."""
    sharing, _keeping = WRITERS_IN_ROUNDS[name]
    reasons = {f"{side}_comment_reason", f"{side}_barrier_reason"} if name == "shut" else set()
    shared = {f"{side}_{name}{who}_{what}" for who in sharing for what in SHARED}
    return titles(side, name) | shared | reasons


def titles(side, *names):
    return {f"{side}_{name}_title" for name in names}


def written(side, who, *names):
    """All of what somebody wrote in rounds themselves."""
    found = titles(side, *names)
    for name in names:
        more = SHARED if who in WRITERS_IN_ROUNDS[name][0] else {"visionkept", "ideakept"}
        found |= {f"{side}_{name}{who}_{what}" for what in KEPT | ALONE | more}
    if "shut" in names and who == "member":
        found |= {f"{side}_shutmember_barrierout"}
    if "shut" in names and who == "former":
        found ^= {f"{side}_shutformer_commentkept", f"{side}_shutformer_commentout"}
    return found


# --- What somebody may meet ---------------------------------------------------------------------

PROMISED = {"action", "answered", "detail", "measure", "note", "ownername", "partners"}
TOLD = {"yousaid", "wedid", "thanks", "saidlater", "didlater", "thankslater"}
PROPOSED = {"wanted", "proposal", "takenup", "declined", "reason", "accepted"}
PRIVATE = PROMISED | {"barrier", "comment", "idea", "vision"}
PAGES, FILES = {"text/html"}, {"text/html", "application/json", "application/pdf"}
SHEETS = {"text/csv", SPREADSHEET}
PLAN_FILES = FILES | SHEETS | {"text/calendar"}


@dataclass(frozen=True)
class Reader:
    """What somebody must come upon, as words on a page or otherwise; and what they may besides."""

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
    """What stands in plans that several people read, with what gets in the way in the system.

    Of the system's plan, nothing is told, and nobody has left it.
    """
    of_all = PROMISED | PROPOSED | {"formertitle"}
    barriers = {f"{side}_jointcolleague_barriershared"} if "system" in of else set()
    return barriers | {
        f"{side}_{name}_{what}"
        for name in of
        for what in (of_all if name == "system" else of_all | {"ownerless"} | TOLD)
    }


def published(side, *of):
    """What everybody is told of what became of it."""
    return {f"{side}_{name}_{what}" for name in of for what in ("yousaid", "wedid", "thanks")}


def in_plans(side):
    """Who does something in those plans, or did; and where the system's is."""
    return names(side, "convener", "former", *OWNERS.values()) | {f"{side}_system_slug"}


def everybodys(side):
    """What everybody in an organisation reads about it."""
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
    """What a team raised, and what it was answered."""
    answers = {"team": ("accept", "wait"), "other": ("decline",)}[team]
    words_of = [f"{side}_{team}{answer}" for answer in answers]
    raised = {f"{of}_{what}" for of in words_of for what in ("need", "why", "reply")}
    return raised - {f"{side}_{team}wait_reply"}


def accepted_from(side):
    """What an organisation's plan says of what a team raised: its new words, and which team."""
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


# --- Every address that somebody could guess ---------------------------------------------------


def guesses(half):
    """All pages of ours, for every second row of both organisations, also where they do not fit.

    Whoever walks takes one `half` or the other, so that each address is tried by several people.
    """
    for name, pattern in our_pages():
        if name == "actionplans:text_take_out":
            texts = {tuple(text[:2]): text for text in texts_in_rounds()}  # one of each kind
            yield from (reverse(name, args=text) for text in texts.values())
            continue
        pools = [pool_of(name, key) for key in pattern.regex.groupindex]
        all_of_them = [reverse(name, args=chosen) for chosen in product(*pools)]
        yield from all_of_them[half::2] or all_of_them
    people = [reverse("organisations:membership_list", args=[slug]) for slug in slugs()]
    teams = Team.objects.values_list("pk", flat=True)
    yield from (f"{address}?team={team}" for address, team in product(people, teams))
    barriers = Barrier.objects.filter(reflection__level="team").values_list("pk", flat=True)
    barriers = list(barriers.order_by("pk"))
    adding = reverse("actionplans:action_add")
    yield from (f"{adding}?barrier={barrier}" for barrier in barriers[half::2])
    for plan in ActionPlan.objects.all():
        yield f"{adding_to(plan)}?level=team"
    yield from list(words_to_act_on())[half::2]


def adding_to(plan):
    return reverse("actionplans:shared_plan_add", args=[plan.pk])


def words_to_act_on():
    """The form for an action that answers a text, for each in a round: in the plan of its group."""
    plans = {}
    rows = Reflection.objects.exclude(participation__round=None).exclude(level="individual")
    for row in rows.select_related("participation__round").prefetch_related("barriers"):
        round_ = row.participation.round
        plan = plans.get(round_.pk) or plans.setdefault(round_.pk, plan_of(round_.group))
        yield from (f"{adding_to(plan)}?barrier={barrier.pk}" for barrier in row.barriers.all())
        yield f"{adding_to(plan)}?idea={key_of(row, 'idea', '')}"


def texts_in_rounds():
    """The page that takes a text out of a round, for each that somebody wrote in it."""
    written = [
        ("comment", Answer.objects.exclude(comment=""), "reflection__participation__round"),
        ("barrier", Barrier.objects.all(), "reflection__participation__round"),
        ("vision", Reflection.objects.exclude(vision=""), "participation__round"),
        ("idea", Reflection.objects.exclude(idea=""), "participation__round"),
    ]
    for kind, rows, in_round in written:
        for pk, round_ in rows.exclude(**{in_round: None}).values_list("pk", in_round):
            yield [round_, kind, pk]


def slugs():
    return list(Organisation.objects.values_list("slug", flat=True))


def few_actions():
    """One of each status in each plan: what may be done to it is the same for all of those."""
    few = {(action.plan_id, action.status): action.pk for action in Action.objects.order_by("pk")}
    return Action.objects.filter(pk__in=few.values())


ROWS = {  # what the pages are about whose names begin so
    "action_": few_actions,
    "action_detail": Action.objects.all,
    "action_accept": lambda: Action.objects.filter(status="proposed"),
    "action_decline": lambda: Action.objects.filter(status="proposed"),
    "escalation_": Escalation.objects.all,
    "raised_": ActionPlan.objects.all,
    "invitation_": Invitation.objects.all,
    "level_": lambda: Participation.objects.exclude(user__name__contains="_crowd_"),
    "membership_": lambda: Membership.objects.exclude(user__name__contains="_crowd_"),
    "participation_": lambda: Participation.objects.exclude(user__name__contains="_crowd_"),
    "round_": Round.objects.all,
    "system_organisation_": Organisation.objects.all,
    "shared_plan_": ActionPlan.objects.all,
    "telling_": ActionPlan.objects.shared,
    "team_": Team.objects.all,
}
PARTS = {"level": ["team"], "file_format": ["csv", "xlsx"]}
PARTS |= {"token": ["forged"], "secret": ["forged"], "published_token": ["forged"]}
FILES_OF_PLANS = [*PARTS["file_format"], "ics"]


def pool_of(name, key):
    """What to put into a part of a page's address. A new kind of page needs a line in `ROWS`."""
    page = name.partition(":")[2]
    if page == "shared_plan_download" and key == "file_format":
        return FILES_OF_PLANS
    if key == "pk":
        start = max((start for start in ROWS if page.startswith(start)), key=len)
        return list(ROWS[start]().values_list("pk", flat=True))
    if key == "slug":
        systems = System.objects.values_list("slug", flat=True)
        return list(systems) if page.startswith("system_") else slugs()
    return PARTS[key]


def links_of_invitations(side):
    waiting = Invitation.objects.filter(organisation__name__contains=f"_{side}_")
    return [
        link_to(invitation, by_letter=by_letter).removeprefix(settings.SITE_URL)
        for invitation in waiting
        for by_letter in (True, False)
    ]


def public_pages(side):
    """Where everybody is told of what became of it: the address is given to whoever may know."""
    published = ActionPlan.objects.published().exclude(published_token=None).with_group()
    return [
        reverse("actionplans:telling_page", args=[plan.published_token])
        for plan in published
        if f"_{side}_" in str(plan)
    ]


def browser_of(who):
    client = Client()
    if who not in ("nobody", "told", "invited"):
        client.force_login(person(who))
    return client


STARTS = {
    "x_operator": lambda: ["/admin/"],
    "invited": lambda: links_of_invitations("a"),
    "told": lambda: public_pages("a"),
}


@pytest.mark.parametrize("who", READERS)
def test_somebody_meets_the_words_that_are_for_them_and_no_others(  # A6 I10
    world, quiet, settings, who
):
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = (
        3600  # whoever walks has lately signed in, all along
    )
    half = list(READERS).index(who) % 2
    walk = Walk(browser_of(who)).through([*STARTS.get(who, list)(), *guesses(half)])

    reader = READERS[who]
    must = reader.shown | reader.otherwise
    assert walk.read - must - reader.perhaps == set()
    assert must - walk.read == set()
    assert reader.shown - walk.escaped == set()
    assert walk.dangers == []
    assert reader.kinds <= walk.kinds
    assert len(walk.pages) >= reader.least
    assert walk.broken == []


# --- The world itself ---------------------------------------------------------------------------

NOT_TYPED = {  # by people: chosen from a list, made by us, or the words of the paper
    "CalendarFeed.secret",
    "ActionPlan.published_token",
    "Invitation.nonce",
    "Letter.about_id",
    "Letter.error",
    "Letter.kind",
    "Letter.occasion",
    "LevelWording.language",
    "LevelWording.text",
    "Organisation.time_zone",
    "Question.key",
    "QuestionSet.name",
    "QuestionWording.hint",
    "QuestionWording.language",
    "QuestionWording.reviewed_by",
    "QuestionWording.text",
    "Round.figures",
    "Round.levels",
    "Round.time_zone",
    "System.time_zone",
    "TakenOut.kind",
    "User.password",
    "User.time_zone",
    "User.unwanted_letters",
}


def typed_fields():
    """The fields of our models that hold words: {name: the values of all rows}."""
    for app in ("organisations", "reflections", "actionplans"):
        for model in apps.get_app_config(app).get_models():
            for each in model._meta.get_fields():
                name, kinds = f"{model.__name__}.{each.name}", (models.CharField, models.TextField)
                holds_words = isinstance(each, (*kinds, models.JSONField)) and not each.choices
                if holds_words and name not in NOT_TYPED:
                    yield name, str(list(model.objects.values_list(each.name, flat=True)))


def test_every_field_that_people_type_into_has_words_of_both_sides(world):
    wanting = [
        f"{name}: nothing of {side}"
        for name, values in typed_fields()
        for side in "ab"
        if f"sentinel_{side}_" not in values.lower()
    ]

    assert wanting == []


# --- What comes back at once --------------------------------------------------------------------


def team_address(page, **of):
    team = Team.objects.get(name__contains="_a_team_name", **of)
    return reverse(f"organisations:{page}", args=[team.pk])


def organisation_address(page, *more, app="organisations"):
    return reverse(f"{app}:{page}", args=[plain("a_organisation_slug"), *more])


def membership_of(who):
    return Membership.objects.get(user=person(who), organisation__slug=plain("a_organisation_slug"))


def action_address(page):
    action = Action.objects.get(title=words("a_member_action"), owner=person("a_member"))
    return reverse(f"actionplans:{page}", args=[action.pk])


def plan_address(page, *more):
    plan = ActionPlan.objects.get(team__name__contains="_a_team_name")
    return reverse(f"actionplans:{page}", args=[plan.pk, *more])


def proposal_address(page):
    proposal = Action.objects.get(title=words("a_team_proposal"))
    return reverse(f"actionplans:{page}", args=[proposal.pk])


def level_address():
    unfinished = Participation.objects.unfinished().get(user=person("a_member"))
    return reverse("reflections:level_now", args=[unfinished.pk, "team"])


LONG = words("a_typed_long") + "x" * 200
SENT = {  # by whom, to where, what; each is answered by a page with somebody's words
    "a team is archived": (
        "a_administrator",
        lambda: team_address("team_archive"),
        {"go": "archive"},
    ),
    "a team is left": ("a_member", lambda: team_address("team_leave"), {}),
    "a team has that name": (
        "a_administrator",
        lambda: organisation_address("team_add"),
        {"name": words("a_other_name"), "kind": "team"},
    ),
    "a name is too long": (
        "a_administrator",
        lambda: organisation_address("organisation_settings"),
        {"name": LONG, "safeguarding_contact": LONG},
    ),
    "an organisation is created": (
        "x_alone",
        lambda: reverse("organisations:organisation_create"),
        {"name": words("x_new_name"), "time_zone": "Europe/London"},
    ),
    "a membership ends": (
        "a_administrator",
        lambda: organisation_address("membership_end", membership_of("a_member").pk, app=PLANS),
        {},
    ),
    "an organisation is left": (
        "a_member",
        lambda: organisation_address("organisation_leave", app=PLANS),
        {},
    ),
    "an organisation leaves its system": (
        "a_convener",
        lambda: reverse(
            "organisations:system_organisation_remove",
            args=[plain("a_system_slug"), membership_of("a_member").organisation_id],
        ),
        {},
    ),
    "a list is checked": (
        "a_facilitator",
        lambda: team_address("team_invite"),
        {"addresses": f"{words('a_typed_address')}\nnew@example.org"},
    ),
    "a name is given": (
        "a_member",
        lambda: reverse("account_details"),
        {"name": words("a_typed_name"), "time_zone": "Europe/London"},
    ),
    "an action changed meanwhile": (
        "a_member",
        lambda: action_address("action_update"),
        {"version": "0", "status": "done", "note": words("a_typed_note")},
    ),
    "a proposal has no date": (
        "a_administrator",
        lambda: proposal_address("action_accept"),
        {"version": "0", "title": words("a_typed_title"), "who": "me"},
    ),
    "a proposal changed meanwhile": (
        "a_administrator",
        lambda: proposal_address("action_decline"),
        {"version": "7", "reason": words("a_typed_reason")},
    ),
    "where a group wants to be changed meanwhile": (
        "a_administrator",
        lambda: plan_address("shared_plan_vision", "team"),
        {"before": words("a_typed_before"), "words": words("a_typed_vision")},
    ),
    "an action of a group has no date": (
        "a_member",
        lambda: f"{plan_address('shared_plan_add')}?level=team",
        {"title": words("a_typed_title"), "who": "else", "due_on_0": words("a_typed_day")},
    ),
    "an answer changed meanwhile": (
        "a_member",
        level_address,
        {"comment-team-involve": words("a_typed_comment"), "was-comment-team-involve": "Before"},
    ),
    "somebody is signed out": (
        "nobody",
        lambda: reverse("actionplans:action_add"),
        {"title": words("a_typed_title")},
    ),
}
PLANS = "actionplans"


@pytest.mark.parametrize("what", SENT)
def test_what_was_typed_comes_back_as_words(world, what):  # I10
    who, address, data = SENT[what]

    response = browser_of(who).post(address(), data, headers={"origin": HERE}, follow=True)

    assert "&lt;script&gt;canary" in response.text
    assert dangers_in(response.text) == []


@pytest.mark.parametrize(
    "address",
    [
        lambda: organisation_address("membership_list"),
        lambda: team_address("team_people_add"),
        lambda: plan_address("shared_plan_detail"),
        lambda: reverse("actionplans:action_list"),
    ],
    ids=["among people", "among people to add", "in a plan", "among one's own actions"],
)
def test_what_is_looked_for_comes_back_as_words(world, address):  # I10

    response = browser_of("a_administrator").get(address(), {"q": words("a_typed_search")})

    assert "SENTINEL_a_typed_search_&lt;script&gt;canary" in response.text
    assert dangers_in(response.text) == []


# --- Letters ------------------------------------------------------------------------------------


def remind_of_actions(side):
    """One that is due today, one soon, one overdue, and one that somebody else gave away."""
    for plan, days in (("team", 0), ("other", 7), ("organisation", -7)):
        actions = Action.objects.filter(title=words(f"{side}_{plan}_action")).exclude(owner=None)
        day = timezone.localdate() + timedelta(days=days)
        actions.update(due_on=day, created_at=timezone.now() - timedelta(days=9))
    plan = ActionPlan.objects.get(team__name__contains=f"_{side}_team_name")
    given = {"title": words(f"{side}_team_action"), "owner": person(f"{side}_member")}
    add_to(plan, by=person(f"{side}_facilitator"), **given)
    write_due_letters()


@pytest.fixture
def letters(world, time_machine):
    """Every letter that the world leads to by noon, sent; and each notice about an account."""
    time_machine.move_to(timezone.now().replace(hour=12), tick=False)
    for side in "ab":
        remind_of_actions(side)
    for kind, who in product(NOTICES, ("a_member", "b_member")):
        write_letter(kind, to=address_of(who), recipient=person(who))
    deliver_due_letters()
    return mail.outbox


def sides_in(text):
    return {found[0] for found in sentinels_in(text)} - {"x"}


def test_a_letter_of_every_kind_goes(letters):
    assert set(Letter.objects.exclude(sent_at=None).values_list("kind", flat=True)) == set(WRITERS)


def test_a_letter_names_one_organisation_and_it_is_its_readers(letters):  # A6
    for message in letters:
        [[html, _type]] = message.alternatives
        named, readers = (
            sides_in(f"{message.subject} {message.body} {html}"),
            sides_in(message.to[0]),
        )
        assert len(named) <= 1
        assert not readers or named <= readers


def test_what_people_typed_is_words_in_a_letter_too(letters):  # F9 I10
    pages = [html for message in letters for html, _type in message.alternatives]

    assert [dangers_in(page) for page in pages if dangers_in(page)] == []
    assert {"a_organisation_name", "a_team_name", "a_facilitator_name"} <= {
        name for page in pages for name in ESCAPED.findall(page)
    }
    assert not any("\n" in message.subject or "\r" in message.subject for message in letters)
