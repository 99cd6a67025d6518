"""The record of a reflection says what was answered, and what moved since the one before."""

from reflections.answered import latest_records, participation_records
from reflections.models import QuestionWording
from reflections.questionnaire import questionnaire
from reflections.services import start_participation
from tests.factories import make_barrier, make_finished, save


def test_a_record_shows_what_moved_since_the_reflection_before(person):
    make_finished(person, days_ago=800, rating=5)
    make_finished(person, days_ago=400, rating=2)
    latest = make_finished(person, rating=3)

    record = participation_records(latest)[0]

    answer = record.questions[0]
    assert (answer.now_label, answer.before_label) == ("Partly", "A little")
    assert answer.movement == "Last time: A little"


def test_an_older_record_is_compared_with_what_came_before_it_not_after(person):
    first = make_finished(person, days_ago=400, rating=2)
    make_finished(person, rating=5)

    assert participation_records(first)[0].questions[0].movement == ""


def test_the_movement_is_a_step_between_answers_not_from_i_dont_know(person):
    make_finished(person, days_ago=400, rating=0)
    latest = make_finished(person, rating=3)

    assert participation_records(latest)[0].questions[0].movement == ""


def test_a_level_left_out_is_shown_as_it_was_answered_last(person):
    first = make_finished(person, days_ago=400, rating=2)
    second = make_finished(person, rating=4)
    second.reflections.filter(level="system").update(submitted_at=None)

    records = latest_records(person)

    assert records["team"].reflection.participation == second
    assert records["system"].reflection.participation == first


def test_an_unfinished_reflection_is_nobodys_latest(person):  # C7
    start_participation(by=person, perspective="staff")

    assert latest_records(person) == {}


def test_other_peoples_reflections_are_never_compared_with(person, stranger):
    make_finished(stranger, days_ago=400, rating=1)
    mine = make_finished(person, rating=3)

    assert participation_records(mine)[0].questions[0].before is None
    assert latest_records(person)["team"].reflection.participation == mine


def test_a_barrier_is_not_said_any_more_after_changing_yes_to_no(participation):
    make_barrier(participation, "No time")
    save(participation, **{"has_barrier-individual-barriers": "no"})

    record = participation_records(participation)[0]

    assert (record.barrier_answer, record.barriers) == ("No", [])


def test_the_levels_say_how_far_they_have_got(participation):
    save(participation, level="team", **{"comment-team-involve": "We try"})

    states = {r.level: r.state for r in participation_records(participation)}

    assert states["team"] == "in_progress"
    assert states["individual"] == "not_started"


def test_a_past_reflection_keeps_the_wording_that_it_had(person, questions):  # C10
    past = make_finished(person, perspective="partner")
    newer = type(questions).objects.create(name=questions.name, version=2)
    question = newer.questions.create(level="team", kind="scale", position=1, key="team-involve")
    QuestionWording.objects.create(
        question=question, perspective="partner", language="en-gb", text="Asked anew"
    )

    [team] = [r for r in participation_records(past) if r.level == "team"]

    assert team.questions[0].question.text == (
        "Are you, and people like you, involved in design and delivery?"
    )
    assert "Asked anew" not in str(questionnaire(questions.pk, "partner", "en-gb"))


def test_reading_a_reflection_takes_the_same_queries_whatever_is_in_it(  # K1
    person, django_assert_num_queries
):
    for days in (900, 600, 300):
        make_finished(person, days_ago=days)
    latest = make_finished(person)
    for number in range(30):
        make_barrier(latest, f"Barrier {number}")

    with django_assert_num_queries(4):
        participation_records(latest)
