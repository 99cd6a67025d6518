"""Fixtures: an organisation with a team and its people, and a round that five have finished."""

import pytest

from tests.factories import (
    administrator_of,
    answer_round,
    browser_of,
    make_member,
    make_organisation,
    make_round,
    make_team,
    make_user,
)


@pytest.fixture
def organisation(db):
    return make_organisation()


@pytest.fixture
def ada(organisation):
    return administrator_of(organisation)


@pytest.fixture
def administrator(ada):
    return browser_of(ada)


@pytest.fixture
def team(organisation):
    return make_team(organisation)


@pytest.fixture
def member(team):
    return make_member(team.organisation, make_user("Maya Okafor"), team=team).user


@pytest.fixture
def round_(team, member):
    return make_round(team, by=administrator_of(team.organisation))


@pytest.fixture
def five(team, round_):
    return [answer_round(round_, make_member(team.organisation, team=team).user) for _n in range(5)]
