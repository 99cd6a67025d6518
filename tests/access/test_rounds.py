"""Rounds of each kind: who runs, sees and reads which."""

from itertools import product

import pytest
from django.test import Client

from reflections import rounds
from reflections.models import Round
from tests.access.cast import (
    ADMINISTER,
    AUTHOR,
    CONVENE,
    HERE,
    MANAGE,
    NOBODY,
    TEAM,
    TOOK_PART,
    a_closed_round_of,
    let_in,
    shared_comment,
    state,
)
from tests.factories import answer_round, make_member, make_round, make_user

RUN = {  # who opens, changes, extends, reminds of and closes a round of what
    "team": MANAGE,
    "organisation": ADMINISTER,
    "system": CONVENE,
}
ASKED = {  # who sees one that is open, because they are asked or run it; who may take part
    "team": (TEAM, {"member", "facilitator"}),
    "organisation": (HERE, HERE),
    "system": (HERE | CONVENE, HERE),
}
READ = {  # who reads the results of a closed one
    "team": TOOK_PART | MANAGE,
    "organisation": TOOK_PART | ADMINISTER,
    "system": TOOK_PART | CONVENE,
    "named": TOOK_PART | {"facilitator"},  # those who took part and its facilitators: nobody else
}
TAKE_OUT = {  # who runs a closed one and reads its results
    "team": MANAGE,
    "organisation": ADMINISTER,
    "system": CONVENE,
    "named": {"facilitator"},
}
RESULTS = ["results/", "results/present/", "results/pdf/", "results/results.csv"]
RESULTS += ["results/results.xlsx"]
# In the suite, the page for each kind and each file for a team; every file for each, to be proved.
EACH_KIND_AND_EACH_PATH = [
    (kind, path)
    if kind == "team" or path == "results/"
    else pytest.param(kind, path, marks=pytest.mark.prove)
    for kind, path in product(READ, RESULTS)
]


@pytest.fixture(scope="module")
def everybody(everybody):
    """The cast with a closed round of each kind."""
    under_way = list(Round.objects.filter(closed_at=None).values_list("pk", flat=True))
    everybody.closed = {kind: a_closed_round_of(everybody, kind) for kind in READ}
    Round.objects.filter(pk__in=under_way).update(closed_at=None, figures=None)
    return everybody


def a_round_of(cast, kind, **fields):
    """A round of this kind; no other round of its group is under way."""
    Round.objects.filter(closed_at=None).update(closed_at=cast.place.joined_at, figures={})
    return make_round(getattr(cast, kind), levels=["team"], **fields)


@pytest.mark.parametrize("kind", RUN)
@pytest.mark.parametrize("path", ["extend", "remind", "close"])
def test_an_open_round_is_run_by_those_who_run_its_group(cast, kind, path):
    round_ = a_round_of(cast, kind)

    assert let_in(cast, f"/rounds/{round_.pk}/{path}/") == RUN[kind]


@pytest.mark.parametrize("kind", RUN)
@pytest.mark.parametrize("path", ["", "edit/", "cancel/"])
def test_a_planned_round_is_there_for_those_who_run_its_group(cast, kind, path):
    round_ = a_round_of(cast, kind, is_open=False)

    assert let_in(cast, f"/rounds/{round_.pk}/{path}") == RUN[kind]


@pytest.mark.parametrize("kind", RUN)
def test_an_open_round_is_seen_by_those_who_are_asked_or_run_it(cast, kind):
    round_ = a_round_of(cast, kind)
    seers, asked = ASKED[kind]

    assert let_in(cast, f"/rounds/{round_.pk}/") == seers
    assert let_in(cast, f"/rounds/{round_.pk}/take-part/") == asked


@pytest.mark.parametrize("kind", RUN)
@pytest.mark.parametrize("path", ["edit", "cancel"])
def test_nothing_of_a_round_is_changed_once_it_has_opened(cast, kind, path):
    round_ = a_round_of(cast, kind)

    assert let_in(cast, f"/rounds/{round_.pk}/{path}/") == NOBODY


@pytest.mark.parametrize(("kind", "path"), EACH_KIND_AND_EACH_PATH)
def test_results_are_read_by_those_who_took_part_or_run_the_round(cast, kind, path):  # P6.2
    round_ = cast.closed[kind]

    assert let_in(cast, f"/rounds/{round_.pk}/{path}") == READ[kind]


@pytest.mark.parametrize("kind", READ)
def test_a_text_is_taken_out_by_those_who_run_the_round_and_read_its_results(cast, kind):
    round_ = cast.closed[kind]
    text = shared_comment(round_).pk

    assert let_in(cast, f"/rounds/{round_.pk}/results/comment/{text}/take-out/") == TAKE_OUT[kind]


@pytest.mark.parametrize(("kind", "path"), EACH_KIND_AND_EACH_PATH)
def test_nobody_reads_the_results_of_an_open_round(cast, kind, path):
    named = {"sharing": "named"} if kind == "named" else {}
    cast.organisation.allows_named_rounds = True
    cast.organisation.save()
    round_ = a_round_of(cast, "team" if kind == "named" else kind, **named)
    for user in (cast.member, cast.facilitator, cast.administrator):
        answer_round(round_, user)

    assert let_in(cast, f"/rounds/{round_.pk}/{path}") == NOBODY


def test_an_administrator_reads_no_results_of_a_named_round(cast):  # P10.2
    round_ = cast.closed["named"]
    browser = cast.browser("administrator")

    assert browser.get(f"/rounds/{round_.pk}/").status_code == 200
    for page in RESULTS:
        assert browser.get(f"/rounds/{round_.pk}/{page}").status_code == 404


def test_an_administrator_who_took_part_in_a_named_round_reads_its_results(cast):
    round_ = a_closed_round_of(cast, "named", cast.administrator)
    text = shared_comment(round_).pk

    for page in [*RESULTS, f"results/comment/{text}/take-out/"]:
        assert cast.browser("administrator").get(f"/rounds/{round_.pk}/{page}").status_code == 200


def test_a_facilitator_of_another_team_reads_no_results(cast):
    round_ = cast.closed["team"]
    place = cast.other_member.memberships.get().team_memberships
    place.update(role="facilitator")

    for page in RESULTS:
        assert cast.browser("other_member").get(f"/rounds/{round_.pk}/{page}").status_code == 404


def test_a_facilitator_who_left_reads_only_the_results_of_what_they_took_part_in(cast):
    without, with_ = (
        a_closed_round_of(cast, "team"),
        a_closed_round_of(cast, "named", cast.facilitator),
    )
    cast.facilitator.memberships.update(ended_at=cast.place.joined_at)
    browser = cast.browser("facilitator")

    assert browser.get(f"/rounds/{without.pk}/results/").status_code == 404
    assert browser.get(f"/rounds/{with_.pk}/results/").status_code == 200
    text = shared_comment(with_).pk
    assert browser.get(f"/rounds/{with_.pk}/results/comment/{text}/take-out/").status_code == 404


@pytest.mark.parametrize("kind", READ)
def test_somebody_who_left_still_reads_the_results_of_a_round_they_took_part_in(
    cast, kind
):  # P14.4
    round_ = cast.closed[kind]

    cast.place.ended_at = cast.place.joined_at
    cast.place.save()

    for page in ["", *RESULTS]:
        assert cast.browser("member").get(f"/rounds/{round_.pk}/{page}").status_code == 200


@pytest.mark.parametrize("kind", READ)
def test_a_member_who_did_not_take_part_reads_no_results(cast, kind):
    round_ = cast.closed[kind]
    beside = make_member(cast.organisation, make_user(), team=cast.team).user
    browser = Client()
    browser.force_login(beside)

    assert browser.get(f"/rounds/{round_.pk}/").status_code == 200
    for page in RESULTS:
        assert browser.get(f"/rounds/{round_.pk}/{page}").status_code == 404


@pytest.mark.parametrize("finish", [True, False], ids=["withdrawn", "never finished"])
def test_whoever_did_not_finish_or_withdrew_reads_no_results(cast, finish):
    round_ = a_round_of(cast, "team")
    own = answer_round(round_, cast.member, finish=finish)
    if finish:
        rounds.withdraw_participation(own)
    for _each in range(5):
        answer_round(round_, make_user())
    rounds.close_round(round_)

    for page in RESULTS:
        assert cast.browser("member").get(f"/rounds/{round_.pk}/{page}").status_code == 404


@pytest.mark.parametrize("path", ["", "check/", "share/", "team/share/", "withdraw/", "pdf/"])
def test_nobody_but_its_author_opens_an_answer_in_a_round(cast, path):  # P3
    assert let_in(cast, f"/reflections/{cast.in_round.pk}/{path}") == AUTHOR


def test_a_text_of_one_round_is_not_taken_out_through_another(cast):
    own = a_closed_round_of(cast, "team")
    others = shared_comment(cast.closed_round)
    before = state()
    address = f"/rounds/{own.pk}/results/comment/{others.pk}/take-out/"

    response = cast.browser("facilitator").post(address, {"reason": "It names somebody"})

    assert response.status_code == 404
    assert state() == before
