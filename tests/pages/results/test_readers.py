"""A closed round shows nothing of too few people; a named round shows who said what."""

import json

import pytest

from onestepback.pages.results.reading import QuestionOrder, results_of
from organisations.models import User
from reflections.models import Answer, Level, Participation, Round
from reflections.rounds import close_round
from reflections.summaries import Figures, shared_texts
from tests.factories import (
    administrator_of,
    answer_round,
    make_member,
    make_round,
    make_team_round,
    make_user,
    share,
)

pytestmark = pytest.mark.django_db

# --- Results --------------------------------------------------------------------------------------


def test_of_too_few_there_is_no_value_anywhere(client):  # B1 P4.1
    round_ = make_team_round(4, levels=["team"])
    share(round_.participations.first(), Level.TEAM, comment="Secret", barrier="Also secret")
    close_round(round_)
    client.force_login(administrator_of(round_.team.organisation))

    page = client.get(f"/rounds/{round_.pk}/results/").text
    results = results_of(round_)

    assert round_.figures == {"levels": {"team": None}}
    assert "Fewer than 5 people finished, so nothing is shown." in page
    assert "ecret" not in page + str(results) + json.dumps(round_.figures)
    assert results.questions == results.people == []
    assert client.get(f"/rounds/{round_.pk}/results/present/").status_code == 302
    table = client.get(f"/rounds/{round_.pk}/results/results.csv").text
    assert len(table.splitlines()) == 1


def test_one_level_may_be_too_few_while_another_is_shown(round_, five):  # B1
    for mine in five:
        mine.reflections.filter(level=Level.SYSTEM).update(submitted_at=None)
        mine.reflections.filter(level=Level.INDIVIDUAL).update(counted=None)

    close_round(round_)

    shown = {level: found is not None for level, found in Figures.of(round_).levels.items()}
    assert shown == {"individual": False, "team": True, "organisation": True, "system": False}


def test_a_level_that_was_not_asked_has_no_figures():
    round_ = make_team_round(5, levels=["team", "system"], close=True)

    assert list(Figures.of(round_).levels) == [Level.TEAM, Level.SYSTEM]


def test_a_facilitator_who_reflects_counts_like_everybody(team):  # B9
    lead = make_member(team.organisation, make_user(), team=team, team_role="facilitator").user
    round_ = make_round(team, by=lead)
    for _n in range(4):
        answer_round(round_, make_member(team.organisation, team=team).user)
    answer_round(round_, lead, rating=5)

    close_round(round_, by=lead)

    found = Figures.of(round_).shown(Level.TEAM).everybody
    assert (found.size, found.questions["team-involve"].now) == (5, [0, 4, 0, 0, 1])


def next_round(round_, size, **fields):
    """A second round of the same team, with other answers."""
    again = make_round(round_.team, by=administrator_of(round_.team.organisation), **fields)
    for user in User.objects.filter(name__startswith="Person")[:size]:
        answer_round(again, user, rating=4)
    close_round(again)
    return again


@pytest.mark.parametrize(
    ("first", "second", "is_shown"), [(5, 5, True), (4, 5, False), (5, 4, False)]
)
def test_what_changed_is_shown_only_if_both_rounds_are(first, second, is_shown):  # B2 P5.2
    before = make_team_round(first, levels=["team"], close=True)
    if second > first:
        make_member(before.team.organisation, make_user("Person 9"), team=before.team)

    again = next_round(before, second, levels=["team"])

    shown = [question.before is not None for question in results_of(again).questions]
    assert shown == ([True, True] if is_shown else [False, False] if second == 5 else [])


def test_what_changed_is_that_of_the_last_round():
    before = make_team_round(5, close=True)
    again = next_round(before, 5)

    question = results_of(again).questions[0]

    assert question.before.counts == [0, 5, 0, 0, 0]
    assert question.rows[0].counts == [0, 0, 0, 5, 0]


@pytest.mark.parametrize("named", ["first", "second"])
def test_nothing_of_a_named_round_is_compared(named):  # P10.2
    before = make_team_round(5, close=True, **({"sharing": "named"} if named == "first" else {}))

    again = next_round(before, 5, **({"sharing": "named"} if named == "second" else {}))

    assert {question.before for question in results_of(again).questions} == {None}


def test_a_named_round_between_two_others_is_passed_over():
    first = make_team_round(5, close=True)
    next_round(first, 5, sharing="named")

    third = next_round(first, 5)

    assert results_of(third).questions[0].before.counts == [0, 5, 0, 0, 0]  # the first one's


def rated(round_, **ratings):
    """Change what was answered: {key of a question: [(rating, target) a person]}."""
    for key, pairs in ratings.items():
        answers = Answer.objects.filter(
            reflection__participation__round=round_, question__key=key.replace("_", "-")
        )
        for answer, (rating, target) in zip(answers, pairs, strict=True):
            Answer.objects.filter(pk=answer.pk).update(rating=rating, target=target)


def test_questions_are_ordered_by_gap_and_by_disagreement_and_ties_as_on_the_paper():
    round_ = make_team_round(5, levels=["team", "organisation"])
    rated(
        round_,
        team_involve=[(2, 3)] * 5,  # no gap, all in one camp
        team_equal_weight=[(1, 4), (2, 5), (3, 5), (4, 4), (5, 5)],  # gap 3, camps 2 and 2
        organisation_everyday=[(2, 4)] * 5,  # gap 5
        organisation_power=[(1, 4), (4, 4), (4, 4), (4, 4), (4, 4)],  # gap 1, camps 1 and 4
        organisation_support=[(2, 3)] * 5,  # as the first
    )
    close_round(round_)
    results = results_of(round_)

    orders = {order: [q.key for q in results.in_order(order)] for order in QuestionOrder}

    assert orders[QuestionOrder.PAPER] == [
        "team-involve",
        "team-equal-weight",
        "organisation-everyday",
        "organisation-power",
        "organisation-support",
    ]
    assert orders[QuestionOrder.GAP] == [
        "organisation-everyday",
        "team-equal-weight",
        "organisation-power",
        "team-involve",
        "organisation-support",
    ]
    assert orders[QuestionOrder.DISAGREEMENT] == [
        "team-equal-weight",
        "organisation-power",
        "team-involve",
        "organisation-everyday",
        "organisation-support",
    ]


# --- Named rounds ---------------------------------------------------------------------------------


def test_a_named_round_of_two_shows_who_said_what_but_nothing_about_themselves():  # P10.3
    round_ = make_team_round(2, sharing="named")
    share(round_.participations.get(user__name="Person 0"), Level.TEAM, barrier="No room")
    close_round(round_)
    results = results_of(round_)

    assert [level.level for level in results.levels] == ["team", "organisation", "system"]
    assert [person.name for person in results.people] == ["Person 0", "Person 1"]
    assert {(now, wanted) for _q, now, wanted in results.people[0].said} == {("A little", "Mostly")}
    [text] = shared_texts(round_, Figures.of(round_))
    assert (text.text, text.author) == ("No room", "Person 0")
    assert "individual" not in json.dumps(round_.figures)


def test_a_confidential_round_has_no_person_in_its_figures():
    round_ = make_team_round(6, close=True)

    keys = {str(pk) for pk in round_.participations.values_list("pk", flat=True)}

    assert "people" not in round_.figures
    assert not any(key in json.dumps(round_.figures) for key in keys)


def test_who_takes_part_in_a_named_round_agrees_first(client):  # P10.1
    round_ = make_team_round(0, sharing="named")
    person = make_member(round_.team.organisation, make_user(), team=round_.team).user
    client.force_login(person)
    page = f"/rounds/{round_.pk}/take-part/"

    refused = client.post(page, {"perspective": "staff"})
    assert "Tick the box if you agree" in refused.text
    assert not Participation.objects.exists()

    client.post(page, {"perspective": "staff", "agrees": "on"})
    assert Participation.objects.get().user == person


def test_administrators_do_not_read_a_named_round():
    round_ = make_team_round(3, sharing="named", close=True)
    lead = make_member(
        round_.team.organisation, make_user(), team=round_.team, team_role="facilitator"
    ).user

    readers = [administrator_of(round_.team.organisation), lead, round_.participations.first().user]

    assert [Round.objects.results_for(each).contains(round_) for each in readers] == [
        False,
        True,
        True,
    ]
