"""Two organisations in which every word says whose it is: `a_team_name`, `b_member_note`."""

import uuid
from datetime import timedelta

from django.utils import timezone

from actionplans.models import Action, ActionPlan
from actionplans.raising import accept_escalation, decline_escalation, raise_action
from actionplans.services.actions import add_action, change_action
from actionplans.services.leaving import end_membership
from actionplans.services.plans import personal_plan, plan_of, set_vision
from actionplans.services.proposals import accept_proposal, decline_proposal
from actionplans.services.updates import record_update
from actionplans.you_said import (
    publish_you_said,
    publishing_version,
    show_you_said,
    shown_version,
    words_version,
    write_words,
)
from organisations import services
from organisations.models import Organisation, System, User
from organisations.outbox import deliver_due_letters
from reflections import rounds
from reflections.models import Answer, Barrier, Level, Perspective, Reflection, Round
from reflections.services import start_participation
from tests.crawling import plain, words
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


def make_person(who):
    return make_user(words(f"{who}_name"), address_of(who))


def address_of(who):
    return f"{plain(f'{who}_address')}@example.org"


def person(who):
    return User.objects.get(email=address_of(who))


def make_side(side, both):
    """Make organisation `a` or `b`, with its system, teams, people and plans."""
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
    """Make a person of each kind, and a crowd in the other team."""
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
    """Make an invitation that is open, one that has expired, and one for an administrator."""
    facilitator, administrator = person(f"{side}_facilitator"), person(f"{side}_administrator")
    for who in ("invited", "late"):
        make_invitation(organisation, address_of(f"{side}_{who}"), by=facilitator, teams=[team])
    grand = address_of(f"{side}_grand")
    make_invitation(organisation, grand, by=administrator, role="administrator")
    long_ago = timezone.now() - timedelta(days=20)
    late = organisation.invitations.filter(email=address_of(f"{side}_late"))
    late.update(sent_at=long_ago, expires_at=long_ago + timedelta(days=14))


def promise_together(side, plans):
    """Add to each plan an action that keeps its owner, and one whose owner will leave."""
    for name, of in plans.items():
        plan = ActionPlan.objects.create(**of)
        promise(person(f"{side}_{OWNERS[name]}"), f"{side}_{name}", plan)
        former = person(f"{side}_former")
        add_to(plan, by=former, title=words(f"{side}_{name}_ownerless"), owner=former)
        administrator = person(f"{side}_administrator")
        tell(side, name, plan, by=administrator)
        propose(side, name, plan, by=person(f"{side}_{OWNERS[name]}"), answered_by=administrator)


def propose(side, name, plan, *, by, answered_by):
    """Set the group's vision, and make proposals: one open, one accepted and one declined."""
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
    """Raise three actions: one waits, one is declined, one is accepted; send the letters."""
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
    """Reflect twice, once to the end, and fill a personal plan."""
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
    """Add an action with every field, renamed and updated once, and one for somebody else."""
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
    """Publish words about an action, and then show newer words to the plan's readers alone."""
    show(plan, f"{side}_{name}", ("yousaid", "wedid", "thanks"), by=by)
    publish_you_said(plan, by=by, version=publishing_version(plan))
    show(plan, f"{side}_{name}", ("saidlater", "didlater", "thankslater"), by=by)


def show(plan, of, names, *, by):
    you_said, we_did, introduction = (words(f"{of}_{each}") for each in names)
    action = plan.actions.earliest("pk")
    version = words_version(action)
    write_words(action, by=by, version=version, you_said=you_said, we_did=we_did)
    show_you_said(plan, by=by, version=shown_version(plan), introduction=introduction)
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
    """Make closed rounds of each kind, one with too few people, an open one and a planned one."""
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
    rounds.remind_people(round_, by=administrator)
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
    """Write words everywhere in a sitting: shared, kept back, and not chosen."""
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
    """Share two more texts; then somebody who runs the round takes them out, with a reason."""
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
        rounds.hide_from_results(round_, by=by, kind=kind, pk=row.pk, reason=reason, **where)
