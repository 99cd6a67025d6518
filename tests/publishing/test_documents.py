"""The documents are printed with real contents, because a wrong name in a template stays silent."""

import pytest
import time_machine

from actionplans.services.plans import personal_plan
from onestepback.pages.actions.filters import ActionFilter
from onestepback.pages.plans.document import plan_document
from onestepback.pages.reflecting.document import participation_document
from tests.factories import london, make_action, make_barrier, make_finished
from tests.publishing import pdfs


def printed_plan(person, *, large=False, **asked):
    plan, asked = personal_plan(person), ActionFilter(asked)
    actions = asked.of(plan.actions.with_owners(), reader=person, today=plan.today)
    return plan_document(plan, actions, reader=person, asked=asked, large=large).content


@pytest.mark.slow
def test_a_plan_prints_what_its_person_answered_and_will_do(person):
    with time_machine.travel(london(2026, 11, 22, 14, 5), tick=False):
        make_finished(person, rating=2, target=4)
        make_action(person, level="team", title="Meet in the evening", measure="More people come")
        words = pdfs.words(printed_plan(person))

    assert "My action plan Maya Okafor 22 November 2026" in words
    assert "I took a step back here on 22 November 2026" in words
    assert "Do you involve Patient and Public partners in design and delivery?" in words
    assert "Now: A little · I want: Mostly" in words
    assert "Meet in the evening Maya Okafor" in words
    assert "22 December 2026 Planned How I will know: More people come" in words


def test_a_plan_prints_what_is_asked_for_and_says_so(person):
    make_finished(person)
    make_action(person, level="team", title="Meet in the evening")
    make_action(person, level="team", title="Ask the bus company", status="stuck")

    words = pdfs.words(printed_plan(person, status="stuck"))

    assert "Status: Stuck" in words
    assert "Ask the bus company" in words
    assert "Meet in the evening" not in words
    assert "I took a step back here" not in words


def test_one_level_of_a_plan_prints_with_what_was_answered_there(person):
    make_finished(person)
    make_action(person, level="team", title="Meet in the evening")
    make_action(person, level="system", title="Ask the bus company")

    words = pdfs.words(printed_plan(person, level="team"))

    assert "Meet in the evening" in words
    assert "Do you involve Patient and Public partners" in words
    assert "Ask the bus company" not in words
    assert "As a system, do you feel" not in words


@pytest.mark.parametrize("large", [False, True])
def test_a_long_action_begins_on_the_page_that_has_room(person, large):  # G5
    make_action(person, title="Write it all down", detail="word " * 1500)

    document = printed_plan(person, large=large)

    assert "Write it all down" in pdfs.pages(document)[0]


def test_in_large_print_each_action_has_the_width_of_the_page(person):
    make_action(person, title="Meet in the evening", measure="More people come", status="stuck")

    document = printed_plan(person, large=True)

    words = pdfs.words(document)
    assert "Meet in the evening How I will know: More people come Who" in words
    assert "By when" in words
    assert "Stuck" in words
    assert pdfs.scopes(document) == []


def test_a_reflection_prints_its_questions_and_what_was_written(person):
    with time_machine.travel(london(2026, 11, 22, 14, 5), tick=False):
        participation = make_finished(person)
        make_barrier(participation, "The room has steps")
        words = pdfs.words(participation_document(participation, reader=person).content)

    assert "Finished on 22 November 2026" in words
    assert "Do you treat people as equal partners, valuing their input?" in words
    assert "prevents you from doing co-production? Yes The room has steps" in words
