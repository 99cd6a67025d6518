"""A round closes at the moment when people still answer, finish, or close it too."""

import pytest

from organisations.models import AuditEvent, Letter
from reflections import rounds
from reflections.models import Answer, Level, Participation, Round
from reflections.rounds import close_round, join_round
from reflections.services import AlreadyFinished, finish_participation
from reflections.summaries import Figures
from tests.factories import (
    administrator_of,
    answer_round,
    make_member,
    make_organisation,
    make_round,
    make_team,
    make_user,
    save,
)
from tests.threads import outcomes_at_once

pytestmark = pytest.mark.django_db(transaction=True)
RATING = "rating-team-involve"


@pytest.fixture
def round_():
    """A round of one level that five people have finished."""
    team = make_team(make_organisation())
    round_ = make_round(team, by=administrator_of(team.organisation), levels=["team"])
    for number in range(5):
        person = make_member(team.organisation, make_user(f"Person {number}"), team=team).user
        answer_round(round_, person)
    return round_


def figures(round_):
    return Figures.of(Round.objects.get(pk=round_.pk)).shown(Level.TEAM).everybody


def test_two_who_close_it_at_once_write_the_figures_once(round_):  # D1 D3
    done = outcomes_at_once(*[lambda: close_round(Round.objects.get(pk=round_.pk))] * 3)

    assert sorted(done) == [False, False, True]
    assert figures(round_).size == 5
    assert AuditEvent.objects.filter(kind="round_closed").count() == 1


@pytest.mark.parametrize("_time", range(3))
def test_processes_that_announce_results_at_once_write_to_everybody_once(  # D1 F1
    round_, _time, monkeypatch
):
    monkeypatch.setattr(rounds, "BATCH", 2)
    close_round(round_)

    done = outcomes_at_once(*[rounds.move_due_rounds] * 3)

    assert done == [None, None, None]
    results = Letter.objects.filter(kind="round_results").values_list("address", flat=True)
    assert len(results) == len(set(results)) == 5


@pytest.mark.parametrize("_time", range(5))
def test_whoever_is_told_that_they_finished_is_in_the_figures(round_, _time):  # C7 D3
    people = [make_user(f"Late {number}") for number in range(3)]
    late = [answer_round(round_, person, finish=False, rating=5) for person in people]

    *finished, closed = outcomes_at_once(
        *[lambda each=each: finish_participation(each) for each in late],
        lambda: close_round(Round.objects.get(pk=round_.pk)),
    )

    told = [each for each in finished if isinstance(each, Participation)]
    refused = [each for each in finished if isinstance(each, AlreadyFinished)]
    assert closed is True
    # Refused, or finished as one's own because the round had given it back by then.
    assert len(told) + len(refused) == 3
    counted = Participation.objects.filter(round=round_, user__name__startswith="Late")
    assert figures(round_).size == 5 + counted.count()
    assert figures(round_).questions["team-involve"].now[4] == counted.count()
    assert not counted.filter(finished_at=None).exists()
    own = Participation.objects.filter(round=None)
    assert own.count() + counted.count() == 3


@pytest.mark.parametrize("_time", range(5))
def test_an_answer_that_was_saved_before_closing_is_the_one_that_counts(round_, _time):  # D3
    mine = list(Participation.objects.filter(round=round_))[:3]

    def change(participation):
        return save(participation, level="team", **{RATING: "5"})

    *saved, closed = outcomes_at_once(
        *[lambda each=each: change(each) for each in mine],
        lambda: close_round(Round.objects.get(pk=round_.pk)),
    )

    assert closed is True
    kept = [each for each in saved if not isinstance(each, AlreadyFinished)]
    assert all(each.saved == {RATING: "5"} for each in kept)
    stored = Answer.objects.filter(question__key="team-involve", rating=5).count()
    assert figures(round_).questions["team-involve"].now == [0, 5 - stored, 0, 0, stored]
    assert stored == len(kept)


@pytest.mark.parametrize("_time", range(3))
def test_a_withdrawal_is_kept_out_of_the_figures_or_refused(round_, _time):  # D3
    mine = Participation.objects.filter(round=round_).first()

    withdrawn, closed = outcomes_at_once(
        lambda: rounds.withdraw_participation(mine),
        lambda: close_round(Round.objects.get(pk=round_.pk)),
    )

    assert closed is True
    stored = Round.objects.get(pk=round_.pk)
    is_out = not isinstance(withdrawn, AlreadyFinished)
    assert (stored.figures["levels"]["team"] is None) is is_out  # four are too few
    assert Participation.objects.filter(round=round_).count() == (4 if is_out else 5)


@pytest.mark.parametrize("_time", range(3))
def test_taking_part_twice_at_once_makes_one_sitting(round_, _time):  # D1
    person = make_user("Maya")

    made = outcomes_at_once(*[lambda: join_round(round_, by=person, perspective="staff")] * 4)

    assert len({each.pk for each in made}) == 1
    mine = Participation.objects.get(round=round_, user=person)
    assert Answer.objects.filter(reflection__participation=mine).count() == 3


def test_who_takes_part_while_it_closes_has_a_sitting_of_their_own_or_none(round_):  # D3
    person = make_user("Maya")

    taken, closed = outcomes_at_once(
        lambda: join_round(round_, by=person, perspective="staff"),
        lambda: close_round(Round.objects.get(pk=round_.pk)),
    )

    assert closed is True
    assert isinstance(taken, Participation | rounds.RoundClosed)
    assert not Participation.objects.filter(user=person).exists()  # it was empty


def test_two_reminders_at_once_are_one(round_):  # F1
    waiting = make_member(round_.team.organisation, make_user("Maya"), team=round_.team).user

    done = outcomes_at_once(*[lambda: rounds.remind_people(round_, by=waiting)] * 3)

    assert sorted(done) == [False, False, True]
    assert Letter.objects.filter(kind="round_reminder").count() == 1


def test_two_who_open_it_at_once_write_to_people_once():  # F1
    team = make_team(make_organisation())
    make_member(team.organisation, make_user("Maya"), team=team)
    round_ = make_round(team, is_open=False)

    done = outcomes_at_once(*[lambda: rounds.open_round(Round.objects.get(pk=round_.pk))] * 3)

    assert sorted(done) == [False, False, True]
    assert Letter.objects.filter(kind="round_opened").count() == 1


def test_two_who_plan_a_round_at_once_make_one(round_):  # D1 D2
    team = make_team(round_.team.organisation, "Other team")

    made = outcomes_at_once(*[lambda: make_round(team, by=administrator_of(team.organisation))] * 3)

    assert sorted(type(each).__name__ for each in made) == [
        "Round",
        "ValidationError",
        "ValidationError",
    ]


@pytest.mark.parametrize("step", ["give_back_unfinished", "record_event"])
def test_a_closing_that_is_killed_half_way_leaves_nothing_and_the_next_one_closes(  # D5 J3
    round_, step, monkeypatch
):
    unfinished = answer_round(round_, make_user("Late"), finish=False)
    before = Letter.objects.count()

    def killed(*_args, **_kwargs):
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(rounds, step, killed)
        with pytest.raises(SystemExit):
            close_round(Round.objects.get(pk=round_.pk))

    stored = Round.objects.get(pk=round_.pk)
    unfinished.refresh_from_db()
    assert (stored.closed_at, stored.figures, unfinished.round) == (None, None, round_)
    assert Letter.objects.count() == before
    assert not AuditEvent.objects.filter(kind="round_closed").exists()

    assert close_round(stored)
    assert figures(round_).size == 5
