"""People act on barriers, and nobody's words are lost or given away."""

import re
import uuid

import pytest

from actionplans.models import Action, ActionBarrier, ActionPlan
from actionplans.services.actions import add_action
from actionplans.services.shared_words import share_words
from actionplans.services.updates import record_update
from organisations.models import AuditEvent
from reflections.models import LevelWording, Question, QuestionSet
from reflections.rounds import close_round
from tests.factories import (
    answer_round,
    browser_of,
    make_member,
    make_round,
    make_team,
    make_user,
    share,
)
from tests.markup import fields_of
from tests.pages.plans.shared.helpers import promise, send, words_on
from tests.threads import outcomes_at_once

pytestmark = pytest.mark.django_db


def reflect(place, size=6, *, close=True, **fields):
    """A round that so many people finish; the participation of the first, Nell Author."""
    round_ = make_round(place.team, by=place.administrator, **fields)
    names = ["Nell Author", *(f"Person {number}" for number in range(1, size))]
    people = [make_member(place.organisation, make_user(name), team=place.team) for name in names]
    place.round, place.author = round_, people[0].user
    return [answer_round(round_, person.user) for person in people][0]


def barrier_of(participation, text="The lift is broken", level="team", *, yes=True):
    share(participation, level, barrier=text, yes=yes)
    return participation.reflections.get(level=level).barriers.get(text=text)


def convert(place, query, *, by=None, **changed):
    address = f"{place.address}add/?{query}"
    return send(browser_of(by or place.facilitator), address, **promise(place, **changed))


def test_an_action_keeps_the_words_of_a_barrier_and_never_says_whose_they_are(place):  # B8
    barrier = barrier_of(reflect(place))
    close_round(place.round)
    before = browser_of(place.member).get(place.address)

    convert(place, f"barrier={barrier.pk}")

    action = Action.objects.get()
    after = browser_of(place.member).get(place.address)
    read = browser_of(place.member).get(action.get_absolute_url())
    assert [link.text for link in action.action_barriers.all()] == ["The lift is broken"]
    assert "The lift is broken No action yet" in words_on(before)
    assert "The lift is broken Ask the bus company Planned" in words_on(after)
    assert "The lift is broken" in words_on(read)
    for page in (before, after, read, browser_of(place.facilitator).get(place.address)):
        assert "Nell" not in page.text
        assert place.author.email not in page.text
    assert not AuditEvent.objects.filter(subject=place.author).exists()


@pytest.mark.parametrize("case", ["kept", "open", "taken out", "too few", "elsewhere", "oneself"])
def test_only_what_is_readable_of_closed_rounds_becomes_an_action(place, case):  # B8
    participation = reflect(place, 4 if case == "too few" else 6)
    level = "individual" if case == "oneself" else "team"
    barrier = barrier_of(participation, level=level, yes=case != "kept")
    if case != "open":
        close_round(place.round)
    if case == "taken out":
        take_out(place, "barrier", barrier.pk)
    if case == "elsewhere":
        place.plan = ActionPlan.objects.create(team=make_team(place.organisation, "Other"))
        place.address = place.plan.get_absolute_url()
    browser = browser_of(place.administrator)

    answer = browser.get(f"{place.address}add/?barrier={barrier.pk}")

    assert answer.status_code == 404
    assert "The lift is broken" not in browser.get(place.address).text
    sent = browser.post(
        f"{place.address}add/?barrier={barrier.pk}", promise(place, level="team", who="me")
    )
    assert sent.status_code == 302  # whoever was writing keeps their words, and no link
    assert not ActionBarrier.objects.exists()


def test_what_is_said_with_a_name_is_linked_and_not_copied(place):  # B8
    place.organisation.allows_named_rounds = True
    place.organisation.save()
    barrier = barrier_of(reflect(place, 2, sharing="named"))
    close_round(place.round)

    convert(place, f"barrier={barrier.pk}")

    action = Action.objects.get()
    [link] = action.action_barriers.all()
    assert (link.barrier, link.text) == (barrier, "")
    for address in (place.address, action.get_absolute_url(), f"{place.address}actions.csv"):
        assert "The lift is broken" not in browser_of(place.administrator).get(address).text
    administrator = browser_of(place.administrator)
    assert administrator.get(f"{place.address}add/?barrier={barrier.pk}").status_code == 404


def take_out(place, kind, key):
    address = f"/rounds/{place.round.pk}/results/{kind}/{key}/take-out/"
    sent = send(browser_of(place.facilitator), address, reason="It names somebody")
    assert sent.status_code == 302


def take_back(place, participation, kind, key):
    address = f"/reflections/{participation.pk}/team/share/"
    sent = browser_of(place.author).post(address, {"go": "take-back", "text": key})
    assert sent.status_code == 302


@pytest.mark.slow
@pytest.mark.parametrize("how", ["back", "out"])
def test_words_that_are_taken_back_or_out_leave_the_plan(place, how):  # B8 P9.3
    participation = reflect(place)
    barrier = barrier_of(participation)
    share(participation, idea="A walk")
    close_round(place.round)
    results = browser_of(place.facilitator).get(f"/rounds/{place.round.pk}/results/").text
    idea = re.search(r"idea/([0-9a-f-]{36})", results)[1]
    convert(place, f"barrier={barrier.pk}", title="Mend it")
    convert(place, f"idea={idea}", title="Walk")
    reader = browser_of(place.member)
    addresses = [action.get_absolute_url() for action in Action.objects.all()]
    addresses += [place.address, f"{place.address}actions.csv"]
    read = "".join(reader.get(address).text for address in addresses)
    assert "The lift is broken" in read
    assert "A walk" in read

    if how == "back":
        take_back(place, participation, "barrier", barrier.pk)
        take_back(place, participation, "idea", participation.reflections.get(level="team").pk)
    else:
        take_out(place, "barrier", barrier.pk)
        take_out(place, "idea", idea)

    read = "".join(reader.get(address).text for address in addresses)
    assert "The lift is broken" not in read
    assert "A walk" not in read
    assert set(ActionBarrier.objects.values_list("text", flat=True)) == {""}
    assert "Mend it" in read


def test_what_stays_shared_stays_in_the_plan(place):
    participation = reflect(place)
    barrier = barrier_of(participation)
    close_round(place.round)
    convert(place, f"barrier={barrier.pk}")
    team = participation.reflections.get(level="team")
    other = answer_of_comment(participation)

    share_words(team, texts={("comment", str(other.pk)): False})

    assert ActionBarrier.objects.get().text == "The lift is broken"


def answer_of_comment(participation):
    share(participation, comment="We meet at ten")
    return participation.reflections.get(level="team").answers.get(comment_shared=True)


def test_barriers_of_two_people_become_one_action_but_not_those_of_two_levels(place):
    participation = reflect(place)
    other = place.round.participations.exclude(pk=participation.pk)[0]
    one, two = barrier_of(participation), barrier_of(other, "No room")
    system = barrier_of(participation, "No law", level="system")
    close_round(place.round)

    convert(place, f"barrier={one.pk}&barrier={two.pk}")

    assert {link.barrier for link in Action.objects.get().action_barriers.all()} == {one, two}
    address = f"{place.address}add/?barrier={one.pk}&barrier={system.pk}"
    assert browser_of(place.facilitator).get(address).status_code == 404


@pytest.mark.slow
def test_turning_a_barrier_into_an_action_twice_makes_no_double(place):  # E6
    barrier = barrier_of(reflect(place))
    close_round(place.round)

    convert(place, f"barrier={barrier.pk}", detail="On Monday")
    again = convert(
        place, f"barrier={barrier.pk}", by=place.administrator, title="ask the BUS company"
    )
    mine = convert(place, f"barrier={barrier.pk}", by=place.member, detail="I would like that")
    convert(place, f"barrier={barrier.pk}", title="Take the stairs")

    assert set(Action.objects.values_list("title", flat=True)) == {
        "Ask the bus company",
        "Take the stairs",
    }
    assert ActionBarrier.objects.count() == 2
    # Nobody is told that what they typed is kept, when it is not: they have it still.
    for page in (again, mine):
        assert page.status_code == 200
        assert "is in the plan already" in words_on(page)
        assert "<title>Error: " in page.text
    assert fields_of(mine)["detail"] == "I would like that"


def test_a_barrier_whose_action_is_over_can_have_the_same_again(place):  # E6
    barrier = barrier_of(reflect(place))
    close_round(place.round)
    convert(place, f"barrier={barrier.pk}")
    record_update(Action.objects.get(), by=place.facilitator, version=0, status="done")

    convert(place, f"barrier={barrier.pk}")

    assert Action.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_who_turn_a_barrier_into_an_action_at_once_make_one(place):  # E6 D1
    barrier = barrier_of(reflect(place))
    close_round(place.round)
    due = place.plan.today

    def add(person):
        add_action(
            place.plan,
            by=person,
            made_with=uuid.uuid4(),
            level="team",
            title="Mend it",
            owner=person,
            due_on=due,
            barriers=[barrier],
        )

    outcomes_at_once(
        *(lambda who=who: add(who) for who in (place.facilitator, place.administrator))
    )

    assert Action.objects.count() == 1


def test_a_question_that_two_versions_ask_is_asked_once(place):
    close_round(make_round(place.team, by=place.administrator))
    first = QuestionSet.objects.get()
    newer = QuestionSet.objects.create(version=first.version + 1, published_at=first.published_at)
    for introduction in LevelWording.objects.filter(question_set=first):
        introduction.pk, introduction.question_set = None, newer
        introduction.save()
    for question in Question.objects.filter(question_set=first):
        wordings = list(question.wordings.all())
        question.pk, question.question_set = None, newer
        question.save()
        for wording in wordings:
            wording.pk, wording.question = None, question
            wording.save()
    make_round(place.team, by=place.administrator)
    place.team.rounds.filter(closed_at=None).update(question_set=newer)
    assert set(place.team.rounds.values_list("question_set", flat=True)) == {first.pk, newer.pk}

    page = browser_of(place.facilitator).get(f"{place.address}add/?question=team-involve")

    assert page.status_code == 200
    assert browser_of(place.facilitator).get(f"{place.address}add/?question=x").status_code == 404


def test_words_taken_back_while_somebody_adds_an_action_are_not_copied(place):
    barrier = barrier_of(reflect(place))
    close_round(place.round)
    share_words(barrier.reflection, texts={("barrier", str(barrier.pk)): False})

    action = place.add(barriers=[barrier])  # as it was read before

    assert not action.action_barriers.exclude(text="").exists()
