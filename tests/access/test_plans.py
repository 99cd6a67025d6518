"""Plans of each kind: who reaches them, and what their filters and forms let somebody choose."""

import re
import uuid
from itertools import product

import pytest

from actionplans.models import Action, ActionBarrier
from actionplans.services.actions import add_action
from actionplans.services.plans import plan_of
from reflections.models import Level
from tests.access.cast import (
    ADMINISTER,
    AUTHOR,
    CONVENE,
    HERE,
    MANAGE,
    NOBODY,
    TEAM,
    a_closed_round_of,
    let_in,
    make_proposal,
    state,
)
from tests.factories import make_barrier, make_team, share

PLANS_READ = {"team": TEAM, "organisation": HERE, "system": HERE | CONVENE}
PLANS_EDITED = {"team": MANAGE, "organisation": ADMINISTER, "system": CONVENE}
OF_PROPOSER = ["proposal/", "proposal/take-back/"]
PLAN_FILES = ["pdf/", "actions.csv", "actions.xlsx", "actions.ics"]


def path_of_plan(cast, kind):
    return f"/plans/{plan_of(getattr(cast, kind)).pk}/"


@pytest.mark.slow
@pytest.mark.parametrize("kind", PLANS_READ)
def test_a_plan_is_read_by_its_group_and_by_those_above(cast, kind):
    for path in ("", "add/?level=team", *PLAN_FILES):
        assert let_in(cast, path_of_plan(cast, kind) + path) == PLANS_READ[kind], path


@pytest.mark.slow
@pytest.mark.parametrize("kind", PLANS_EDITED)
def test_a_plan_is_written_and_its_proposals_answered_by_those_who_look_after_it(cast, kind):
    proposed = make_proposal(cast.member, plan_of(getattr(cast, kind)))
    pages = [f"{path_of_plan(cast, kind)}{level}/" for level in Level.values]
    pages += [f"/actions/{proposed.pk}/{page}/" for page in ("accept", "decline")]

    for page in pages:
        assert let_in(cast, page) == PLANS_EDITED[kind], page


@pytest.mark.slow
@pytest.mark.parametrize("kind", PLANS_EDITED)
def test_an_action_is_there_for_those_who_read_its_plan_and_changed_by_those_who_edit_it(
    cast, kind
):
    action = make_planned(cast, kind)
    address = f"/actions/{action.pk}/"

    # Its owner has left, and is kept out with everybody else.  # A11
    assert let_in(cast, address) == PLANS_READ[kind]
    assert let_in(cast, f"{address}edit/") == PLANS_EDITED[kind]
    assert let_in(cast, f"{address}update/") == PLANS_EDITED[kind]
    for page in ("accept", "decline"):
        assert let_in(cast, f"{address}{page}/") == NOBODY


def make_planned(cast, kind, **fields):
    plan = plan_of(getattr(cast, kind))
    fields = {"title": "Meet", "level": "team", "owner": cast.outsider} | fields
    due_on = cast.outsider.today
    return add_action(plan, by=cast.outsider, made_with=uuid.uuid4(), due_on=due_on, **fields)


@pytest.mark.slow
@pytest.mark.parametrize("kind", PLANS_EDITED)
def test_whoever_proposed_an_action_changes_their_proposal_and_nothing_else(cast, kind):
    proposed = make_proposal(cast.member, plan_of(getattr(cast, kind)))

    assert let_in(cast, f"/actions/{proposed.pk}/") == PLANS_READ[kind]
    for page in OF_PROPOSER:
        assert let_in(cast, f"/actions/{proposed.pk}/{page}") == AUTHOR
    assert let_in(cast, f"/actions/{proposed.pk}/edit/") == PLANS_EDITED[kind]
    assert let_in(cast, f"/actions/{proposed.pk}/update/") == NOBODY


@pytest.mark.slow
def test_nobody_finds_the_plan_of_a_person_among_those_of_groups(cast):
    for path in ("", "add/?level=team", "team/", "you-said/", *PLAN_FILES):
        assert let_in(cast, f"/plans/{cast.action.plan_id}/{path}") == NOBODY, path


@pytest.mark.slow
def test_the_plan_of_an_archived_team_is_there_for_administrators_and_stays_as_it_is(cast):
    plan, proposal = path_of_plan(cast, "team"), f"/actions/{cast.proposed.pk}/"
    cast.team.archived_at = cast.place.joined_at
    cast.team.save()

    for path in ("", *PLAN_FILES):
        assert let_in(cast, plan + path) == ADMINISTER, path
    pages = [f"{proposal}{page}" for page in ("accept/", "decline/", *OF_PROPOSER)]
    for page in (f"{plan}team/", *pages):
        assert let_in(cast, page) == NOBODY, page


# --- What is chosen and asked for ---------------------------------------------------------------

DUE = {"due_on_0": "1", "due_on_1": "3", "due_on_2": "2099"}
GIVES_AWAY = {  # the pages that say who does it, in the plan of a team or of the organisation
    "add": lambda c: (f"{path_of_plan(c, 'team')}add/?level=team", "facilitator"),
    "edit": lambda c: (f"/actions/{c.raisable.pk}/edit/", "facilitator"),
    "accept": lambda c: (f"/actions/{c.proposed.pk}/accept/", "facilitator"),
    "accept raised": lambda c: (f"/plans/raised/{c.escalation.pk}/accept/", "administrator"),
}
NOT_THERE = ["outsider", "other_administrator", "ended", "convener", "operator"]


@pytest.mark.parametrize("where", GIVES_AWAY)
def test_an_action_is_given_to_nobody_but_people_of_the_group(cast, where):  # A7
    address, by = GIVES_AWAY[where](cast)
    others = NOT_THERE if where == "accept raised" else [*NOT_THERE, "other_member"]
    keys = [getattr(cast, kind).pk for kind in others] + [0, -1, "x", "9" * 20, "1 OR 1=1"]
    before = state()

    for key in keys:
        sent = {"title": "Theirs", "who": "member", "owner": key, "version": "0", **DUE}
        response = cast.browser(by).post(address, sent)
        assert response.status_code == 200, key
        assert response.context["form"].errors["owner"], key

    assert state() == before


@pytest.mark.parametrize("where", GIVES_AWAY)
def test_an_action_is_given_to_somebody_of_the_group(cast, where):  # A7
    address, by = GIVES_AWAY[where](cast)
    sent = {"title": "Theirs", "who": "member", "owner": cast.member.pk, "version": "0", **DUE}

    assert cast.browser(by).post(address, sent).status_code == 302

    assert Action.objects.filter(title="Theirs", owner=cast.member).count() == 1


def test_whoever_convenes_a_system_names_who_does_something_and_is_shown_no_list(cast):  # A6 A7
    cast.system.conveners.add(cast.outsider)
    address, browser = f"{path_of_plan(cast, 'system')}add/?level=team", cast.browser("convener")
    shown = browser.get(address).text
    assert [each for each in HERE if getattr(cast, each).name in shown] == []

    for kind in ("member", "administrator", "outsider"):  # the last one convenes it too
        sent = {"title": kind, "who": "member", "owner": getattr(cast, kind).email, **DUE}
        assert browser.post(address, sent).status_code == 302
        assert Action.objects.get(title=kind).owner == getattr(cast, kind)
    for kind in ("other_administrator", "ended", "operator"):
        sent = {"title": kind, "who": "member", "owner": getattr(cast, kind).email, **DUE}
        assert browser.post(address, sent).context["form"].errors["owner"]
        assert not Action.objects.filter(title=kind).exists()


@pytest.mark.parametrize("where", ["edit", "update"])
def test_whoever_owns_an_action_gives_it_to_nobody(cast, where):  # A7 A8
    action = make_planned(cast, "team", owner=cast.member)
    sent = {"title": "Mine", "who": "member", "owner": cast.facilitator.pk, "owner_name": "Flo"}
    sent |= {"status": "under_way", "version": "0", **DUE}

    assert cast.browser("member").post(f"/actions/{action.pk}/{where}/", sent).status_code == 302

    action.refresh_from_db()
    assert (action.owner, action.owner_name) == (cast.member, "")


def test_a_member_proposes_and_does_not_promise_for_somebody_else(cast):  # A7 A8
    sent = {"title": "Theirs", "who": "member", "owner": cast.facilitator.pk, "status": "planned"}
    address = f"{path_of_plan(cast, 'team')}add/?level=team"

    assert cast.browser("member").post(address, {**sent, **DUE}).status_code == 200
    cast.browser("member").post(address, {**sent, "who": "nobody", **DUE})

    proposed = Action.objects.get(title="Theirs")
    assert (proposed.owner, proposed.status, proposed.proposed_by) == (
        None,
        "proposed",
        cast.member,
    )


def somebody_elses_barriers(cast):
    """Barriers shared in another team's round, kept back in this team's, and of no round at all."""
    other_team = make_team(cast.organisation, "Kitchen")
    theirs = cast.make_closed_round(other_team).participations.get(user=cast.member)
    share(theirs, barrier="No pans")
    kept = a_closed_round_of(cast, "team").participations.get(user=cast.member)
    share(kept, yes=False, barrier="No cups")
    return {
        "of another team": theirs.reflections.get(level="team").barriers.get(),
        "kept back": kept.reflections.get(level="team").barriers.get(),
        "of one's own": make_barrier(cast.finished, level="team"),
    }


@pytest.mark.slow
def test_an_action_answers_no_barrier_but_those_of_its_own_group(cast):  # A2 A3
    shared = a_closed_round_of(cast, "team").participations.get(user=cast.member)
    share(shared, barrier="No room")
    ours = shared.reflections.get(level="team").barriers.get()
    address = f"{path_of_plan(cast, 'team')}add/?barrier="
    browser = cast.browser("facilitator")
    assert browser.get(f"{address}{ours.pk}").status_code == 200

    for why, barrier in somebody_elses_barriers(cast).items():
        for keys in (barrier.pk, f"{ours.pk}&barrier={barrier.pk}"):
            sent = {"title": "Theirs", "who": "me", **DUE}
            assert browser.get(f"{address}{keys}").status_code == 404, why
            assert browser.post(f"{address}{keys}", sent).status_code == 404, why

    assert not Action.objects.filter(title="Theirs").exists()


def test_words_are_kept_without_the_barrier_that_is_not_there(cast):  # A2
    [barrier, *_more] = somebody_elses_barriers(cast).values()
    address = f"{path_of_plan(cast, 'team')}add/?barrier={barrier.pk}"
    sent = {"title": "Ours", "who": "me", "level": "team", **DUE}

    assert cast.browser("facilitator").post(address, sent).status_code == 302

    assert Action.objects.get(title="Ours").plan.team == cast.team
    assert not ActionBarrier.objects.filter(action__title="Ours").exists()


def test_an_action_that_answers_nothing_that_is_there_is_not_added(cast):  # A2
    browser, addresses = cast.browser("member"), [f"{path_of_plan(cast, 'team')}add/", "/plan/add/"]
    asked = ["barrier", "idea", "question", "level"]
    values = ["", "x", "0", "%00", "9" * 40, uuid.UUID(int=0)]

    for address, name, value in product(addresses, asked, values):
        assert browser.get(f"{address}?{name}={value}").status_code == 404, (address, name, value)


UNKNOWN = [
    "sort=owner__password",
    "sort=-due_on",
    "ordering=owner__password",
    "order_by=owner__password",
    "owner=account:abc",
    "owner=account:",
    "owner=account:99999999999999999999",
    "owner=account:-1",
    "owner=%00",
    "owner=__all__",
    "level=x",
    "level=%00",
    "status=x",
    "status=open%27",
    "overdue=x",
    "owner__email__startswith=a",
    "owner__password__startswith=a",
    "plan__team=1",
    "q=%00",
    "q=" + "x" * 101,
    "page=x",
    "page=-1",
    "page=99999999999999999999",
    "print=x",
]


@pytest.mark.slow
@pytest.mark.parametrize("where", ["", "actions.csv", "actions.ics", "my actions"])
def test_what_no_list_of_actions_knows_is_ignored(cast, where):  # A13
    browser = cast.browser("member")
    address = "/actions/" if where == "my actions" else path_of_plan(cast, "team") + where
    whole = titles_in(browser.get(address))
    assert whole != []

    for asked in UNKNOWN:
        found = browser.get(f"{address}?{asked}")
        assert found.status_code == 200, asked
        assert titles_in(found) == whole, asked


def titles_in(response):
    """The titles of the actions on a page, in the order of the page."""
    return re.findall(r"Ask people|Meet at six", response.text)


def test_an_owner_who_has_no_action_in_a_plan_is_not_asked_for(cast):  # A13
    make_planned(cast, "organisation", owner=cast.member)
    make_planned(cast, "organisation", owner=cast.administrator, title="Another")
    browser, plan = cast.browser("other_member"), path_of_plan(cast, "organisation")

    theirs = browser.get(f"{plan}?owner=account:{cast.member.pk}")
    nobodys = browser.get(f"{plan}?owner=account:{cast.facilitator.pk}")

    assert theirs.context["page"].paginator.count == 1
    assert nobodys.context["page"].paginator.count == 2


@pytest.mark.slow
def test_a_key_that_no_row_could_have_is_not_there(cast):
    browser = cast.browser("administrator")
    of_plans = ["", "add/", "team/", "raised/", "you-said/", *PLAN_FILES]
    of_actions = ["", "edit/", "update/", "accept/", "decline/", "raise/", "you-said/"]
    of_actions += OF_PROPOSER

    for key in ("0", "9" * 20, "9" * 400):
        pages = [f"/plans/{key}/{path}" for path in of_plans]
        pages += [f"/actions/{key}/{path}" for path in of_actions]
        assert {browser.get(page).status_code for page in pages} == {404}, key
