"""Fixtures: a team with a plan."""

import re
from datetime import timedelta

import pytest

from reflections.rounds import close_round
from tests.factories import (
    TeamPlace,
    answer_round,
    browser_of,
    make_member,
    make_round,
    make_user,
    share,
)


@pytest.fixture
def place(db):
    return TeamPlace()


@pytest.fixture
def sources(place):
    """An action for a barrier, one for an idea, and one for a question."""
    round_ = make_round(place.team, by=place.administrator)
    people = [make_member(place.organisation, make_user(), team=place.team).user for _n in "12345"]
    parts = [answer_round(round_, person) for person in people]
    share(parts[0], barrier="The lift is broken", idea="A walk to the river")
    close_round(round_)
    place.round = round_
    browser = browser_of(place.facilitator)
    barrier = parts[0].reflections.get(level="team").barriers.get()
    idea = re.search(r"idea/([0-9a-f-]{36})", browser.get(f"/rounds/{round_.pk}/results/").text)
    due = place.plan.today + timedelta(days=9)
    dates = {"due_on_0": due.day, "due_on_1": due.month, "due_on_2": due.year}
    found = {
        "For a barrier": f"barrier={barrier.pk}",
        "For an idea": f"idea={idea[1]}",
        "For a question": "question=team-involve",
    }
    for title, query in found.items():
        sent = browser.post(f"{place.address}add/?{query}", {"title": title, "who": "me", **dates})
        assert sent.status_code == 302, sent.text
    place.due = due
    return place
