"""The rules of privacy: each at its edges, and what nobody can find out by subtracting."""

import json
import random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reflections import privacy
from reflections.models import Answer, Level, Participation, Perspective, Reflection
from reflections.privacy import Tally, protect
from reflections.summaries import figures_of, plain_level
from tests.factories import make_organisation, make_round, make_team, make_user

OTHER_LEVELS = [Level.TEAM, Level.ORGANISATION, Level.SYSTEM]
EVERY_LEVEL = list(Level)


# --- Each rule at its edges -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "minimum", "is_shown"),
    [
        (0, 5, False),
        (1, 5, False),
        (4, 5, False),
        (5, 5, True),
        (6, 5, True),
        (7, 8, False),
        (8, 8, True),
        (19, 20, False),
        (20, 20, True),
        (0, 1, False),  # a named round, in which nobody finished a level
        (1, 1, True),
    ],
)
def test_a_group_is_shown_from_the_minimum_on(size, minimum, is_shown):  # B1
    assert privacy.group_is_shown(size, minimum) is is_shown


@pytest.mark.parametrize(
    ("staff", "partners", "are_shown"),
    [(5, 5, True), (5, 4, False), (4, 5, False), (4, 4, False), (20, 4, False), (0, 20, False)],
)
def test_staff_and_partners_are_shown_apart_if_both_are_enough(staff, partners, are_shown):  # B2
    assert privacy.parts_are_shown(staff, partners, 5) is are_shown


@pytest.mark.parametrize(
    ("now", "before", "is_shown"),
    [(True, True, True), (True, False, False), (False, True, False), (False, False, False)],
)
def test_what_changed_is_shown_only_where_both_rounds_are(now, before, is_shown):
    assert privacy.movement_is_shown(now, before) is is_shown


@pytest.mark.parametrize(("said", "count"), [(None, False), (False, False), (True, True)])
def test_answers_about_oneself_count_only_if_their_author_said_so(said, count):  # P1.1
    assert privacy.counts(Level.INDIVIDUAL, said) is count


@pytest.mark.parametrize("level", OTHER_LEVELS)
@pytest.mark.parametrize("said", [None, False, True])
def test_answers_about_the_others_always_count(level, said):
    assert privacy.counts(level, said) is True


@pytest.mark.parametrize("said", [None, False, True])
def test_what_somebody_writes_about_themselves_is_never_shared(said):
    assert privacy.may_be_shared(Level.INDIVIDUAL) is False
    assert privacy.is_shared(Level.INDIVIDUAL, said) is False


@pytest.mark.parametrize("level", OTHER_LEVELS)
@pytest.mark.parametrize(("said", "shared"), [(None, False), (False, False), (True, True)])
def test_a_text_is_shared_only_if_its_author_said_so(level, said, shared):  # P2.1
    assert privacy.may_be_shared(level) is True
    assert privacy.is_shared(level, said) is shared


@pytest.mark.parametrize(
    ("sharing", "size", "are_shown"),
    [("confidential", 4, False), ("confidential", 5, True), ("named", 1, True), ("named", 5, True)],
)
def test_shared_texts_need_a_large_enough_group_unless_names_are_agreed_on(
    sharing, size, are_shown
):
    assert privacy.texts_are_shown(sharing, size, 5) is are_shown


@pytest.mark.parametrize("level", EVERY_LEVEL)
def test_names_are_shown_in_named_rounds_alone_and_never_about_oneself(level):
    assert privacy.names_are_shown("confidential", level) is False
    assert privacy.names_are_shown("named", level) is (level != Level.INDIVIDUAL)


@pytest.mark.parametrize(
    ("minimum", "said"),
    [
        # how many have finished: 0, 4, 5, 8, 9, 10, 19, 20, 21, 29, 30, 137
        (5, [0, 0, 5, 5, 5, 10, 10, 20, 20, 20, 30, 130]),
        (8, [0, 0, 0, 8, 8, 10, 10, 20, 20, 20, 30, 130]),
        (20, [0, 0, 0, 0, 0, 0, 0, 20, 20, 20, 30, 130]),
    ],
)
def test_how_many_have_finished_is_said_as_none_then_the_minimum_then_tens(  # B3 P7.1
    minimum, said
):
    finished = [0, 4, 5, 8, 9, 10, 19, 20, 21, 29, 30, 137]

    assert [privacy.how_many_to_say(each, minimum) for each in finished] == said


@given(finished=st.integers(0, 500), minimum=st.integers(5, 20))
def test_nobody_can_see_one_person_finish(finished, minimum):  # B3 P7.2
    said = privacy.how_many_to_say(finished, minimum)

    assert said == 0 or minimum <= said <= finished
    assert said in (0, minimum) or said % 10 == 0
    assert privacy.how_many_to_say(finished + 1, minimum) >= said


# --- What is left of the counts of a level --------------------------------------------------------

ratings = st.sampled_from([None, 0, 1, 2, 3, 4, 5])
targets = st.sampled_from([None, 1, 2, 3, 4, 5])
yes_or_no = st.sampled_from([None, False, True])
KEYS = ["involve", "share"]


def tally_of(people):
    """The raw counts of people, each ([(rating, target) of each question], barrier)."""
    tally = Tally(len(people))
    for answers, barrier in people:
        tally.barrier[barrier] = tally.barrier.get(barrier, 0) + 1
        for key, (rating, target) in zip(KEYS, answers, strict=True):
            for counts, answer in ((tally.now, rating), (tally.wanted, target)):
                of_key = counts.setdefault(key, {})
                of_key[answer] = of_key.get(answer, 0) + 1
    return tally


people = st.lists(
    st.tuples(st.tuples(*[st.tuples(ratings, targets)] * len(KEYS)), yes_or_no), max_size=9
)


def published(staff, partners, minimum, compares):
    """The groups that leave the site, by name; empty if none does."""
    tallies = {Perspective.STAFF: tally_of(staff), Perspective.PARTNER: tally_of(partners)}
    level = plain_level(protect(tallies, minimum=minimum, compares_perspectives=compares))
    if level is None:
        return {}
    return {"everybody": level["everybody"], **(level["parts"] or {})}


@pytest.mark.parametrize(
    ("staff", "partners", "compares", "shown"),
    [
        (4, 0, True, {}),
        (2, 2, True, {}),
        (3, 2, True, {"everybody": 5}),
        (5, 0, True, {"everybody": 5}),
        (5, 4, True, {"everybody": 9}),
        (4, 5, True, {"everybody": 9}),
        (5, 5, True, {"everybody": 10, "staff": 5, "partner": 5}),
        (5, 5, False, {"everybody": 10}),
    ],
)
def test_which_groups_of_a_level_are_shown(staff, partners, compares, shown):  # B1 B2
    one = (((3, 4), (3, 4)), True)

    groups = published([one] * staff, [one] * partners, 5, compares)

    assert {name: group["size"] for name, group in groups.items()} == shown


@settings(deadline=None)
@given(staff=people, partners=people, minimum=st.integers(5, 8), compares=st.booleans())
def test_no_group_that_is_shown_and_no_difference_of_two_is_too_few(  # B2 P5.1
    staff, partners, minimum, compares
):
    sizes = {
        name: group["size"] for name, group in published(staff, partners, minimum, compares).items()
    }
    whole = sizes.pop("everybody", 0)

    assert whole == 0 or whole >= minimum
    for part in sizes.values():
        assert part >= minimum
        assert whole - part >= minimum


@settings(deadline=None)
@given(staff=people, partners=people, compares=st.booleans())
def test_every_answer_of_a_group_is_counted_once_at_every_question(staff, partners, compares):  # B2
    for group in published(staff, partners, 5, compares).values():
        assert list(group["questions"]) == KEYS
        for question in group["questions"].values():
            now = sum(question["now"]) + question["dont_know"] + question["unanswered"]
            assert now == sum(question["wanted"]) + question["unwanted"] == group["size"]
        assert sum(group["barrier"].values()) == group["size"]


@settings(deadline=None)
@given(staff=people, partners=people)
def test_staff_and_partners_are_everybody_and_no_more(staff, partners):
    groups = published(staff, partners, 5, True)

    if "staff" in groups:
        whole, parts = groups["everybody"], [groups["staff"], groups["partner"]]
        for key in KEYS:
            for kind in ("now", "wanted"):
                each = [part["questions"][key][kind] for part in parts]
                assert whole["questions"][key][kind] == [sum(n) for n in zip(*each, strict=True)]


@pytest.mark.parametrize(("staff", "partners"), [(5, 0), (0, 5)])
def test_a_group_of_staff_or_partners_alone_has_every_question(staff, partners):
    one = (((3, 4), (3, 4)), True)

    [group] = published([one] * staff, [one] * partners, 5, True).values()

    assert {key: question["now"] for key, question in group["questions"].items()} == {
        "involve": [0, 0, 5, 0, 0],
        "share": [0, 0, 5, 0, 0],
    }


def test_the_counts_of_each_answer_stand_at_their_place():
    staff = [(((rating, None), (0, 5)), True) for rating in (1, 2, 2, 5, 0)]

    [group] = published(staff, [(((None, 3), (4, None)), False)], 5, False).values()

    assert group == {
        "size": 6,
        "questions": {
            "involve": {
                "now": [1, 2, 0, 0, 1],
                "dont_know": 1,
                "unanswered": 1,
                "wanted": [0, 0, 1, 0, 0],
                "unwanted": 5,
            },
            "share": {
                "now": [0, 0, 0, 1, 0],
                "dont_know": 5,
                "unanswered": 0,
                "wanted": [0, 0, 0, 0, 5],
                "unwanted": 1,
            },
        },
        "barrier": {"yes": 5, "no": 1, "unanswered": 0},
    }


# --- With rows: who said what of those who are hidden changes nothing -----------------------------

LEVELS = [Level.INDIVIDUAL, Level.TEAM]
answers_of_a_level = st.lists(st.tuples(ratings, targets, yes_or_no), min_size=5, max_size=5)
somebody = st.fixed_dictionaries(
    {
        "perspective": st.sampled_from(["staff", "partner"]),
        "counted": yes_or_no,
        "has_finished": st.sampled_from([True, True, True, False]),
        Level.INDIVIDUAL: answers_of_a_level,
        Level.TEAM: answers_of_a_level,
    }
)
crowds = st.lists(somebody, min_size=3, max_size=14)


@pytest.fixture
def round_(db):
    team = make_team(make_organisation())
    return make_round(team, by=make_user("Rune"), levels=LEVELS)


def figures_with(round_, crowd, *, compares):
    """The figures that closing would write now if these people took part, as JSON text."""
    round_.compares_perspectives = compares
    questions = {level: list(round_.question_set.questions.filter(level=level)) for level in LEVELS}
    with transaction.atomic():
        for person in crowd:
            finished_at = round_.opened_at if person["has_finished"] else None
            participation = Participation.objects.create(
                round=round_,
                perspective=person["perspective"],
                question_set=round_.question_set,
                finished_at=finished_at,
            )
            for level in LEVELS:
                reflection = Reflection.objects.create(
                    participation=participation,
                    level=level,
                    submitted_at=round_.opened_at,
                    counted=person["counted"],
                )
                Answer.objects.bulk_create(
                    Answer(
                        reflection=reflection,
                        question=question,
                        rating=rating if question.kind == "scale" else None,
                        target=target if question.kind == "scale" else None,
                        has_barrier=barrier if question.kind == "barrier" else None,
                    )
                    for question, (rating, target, barrier) in zip(
                        questions[level], person[level], strict=False
                    )
                )
        text = json.dumps(figures_of(round_))
        transaction.set_rollback(True)
    return text


def is_in_group(person, level):
    return person["has_finished"] and (level == Level.TEAM or person["counted"] is True)


def exchanged(crowd, level, compares, chance):
    """Another crowd with the same figures: people who are not shown apart exchange answers."""
    crowd = [dict(person) for person in crowd]
    group = [person for person in crowd if is_in_group(person, level)]
    outside = [person for person in crowd if not is_in_group(person, level)]
    parts = [[p for p in group if p["perspective"] == each] for each in ("staff", "partner")]
    are_apart = compares and all(len(part) >= 5 for part in parts)
    for together in parts if are_apart else [group]:
        moved = [person[level] for person in together]
        chance.shuffle(moved)
        for person, answers in zip(together, moved, strict=True):
            person[level] = answers
    for person in outside if len(group) >= 5 else crowd:
        answer = (chance.randint(0, 5), chance.randint(1, 5), chance.choice([None, True, False]))
        person[level] = [answer] * 5
    return crowd


@pytest.mark.slow
@settings(
    max_examples=settings.default.max_examples // 4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    crowd=crowds, compares=st.booleans(), seed=st.integers(0, 1000), level=st.sampled_from(LEVELS)
)
def test_exchanging_answers_of_people_who_are_hidden_changes_no_published_byte(  # B1 B2
    round_, crowd, compares, seed, level
):
    other = exchanged(crowd, level, compares, random.Random(seed))

    before = figures_with(round_, crowd, compares=compares)

    assert figures_with(round_, other, compares=compares) == before


@pytest.mark.slow
@settings(
    max_examples=settings.default.max_examples // 4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(crowd=crowds, compares=st.booleans())
def test_of_a_level_with_too_few_there_is_no_number_in_the_figures(  # B1 P4.1
    round_, crowd, compares
):
    levels = json.loads(figures_with(round_, crowd, compares=compares))["levels"]

    for level in LEVELS:
        size = sum(is_in_group(person, level) for person in crowd)
        assert (levels[level] is None) == (size < 5)
        assert levels[level] is None or levels[level]["everybody"]["size"] == size


def five(perspective, rating, *, counted=True, people=5):
    answer = [(rating, 4, False)] * 5
    person = {"perspective": perspective, "counted": counted, "has_finished": True}
    return [{**person, Level.INDIVIDUAL: answer, Level.TEAM: answer}] * people


@pytest.mark.parametrize("compares", [True, False])
def test_of_five_staff_and_four_partners_who_said_what_cannot_be_told(round_, compares):  # B2 P5.1
    one_way = figures_with(
        round_, five("staff", 1) + five("partner", 5, people=4), compares=compares
    )
    other_way = figures_with(
        round_,
        five("staff", 1, people=4)
        + five("staff", 5, people=1)
        + five("partner", 5, people=3)
        + five("partner", 1, people=1),
        compares=compares,
    )

    assert one_way == other_way
    assert '"parts": null' in one_way


def test_of_five_and_five_both_are_in_the_figures(round_):
    crowd = five("staff", 1) + five("partner", 5)

    level = json.loads(figures_with(round_, crowd, compares=True))["levels"]["team"]

    key = next(iter(level["everybody"]["questions"]))
    assert level["everybody"]["questions"][key]["now"] == [5, 0, 0, 0, 5]
    assert level["parts"]["staff"]["questions"][key]["now"] == [5, 0, 0, 0, 0]
    assert level["parts"]["partner"]["questions"][key]["now"] == [0, 0, 0, 0, 5]


@pytest.mark.parametrize("counted", [None, False])
def test_answers_about_oneself_without_a_tick_are_not_in_the_figures(round_, counted):  # P1.1
    crowd = five("staff", 2) + five("staff", 5, counted=counted, people=1)

    levels = json.loads(figures_with(round_, crowd, compares=False))["levels"]

    assert levels["individual"]["everybody"]["size"] == 5
    assert levels["team"]["everybody"]["size"] == 6
