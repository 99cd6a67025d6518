"""The team whose rounds these tests hold."""

import pytest

from tests.factories import (
    administrator_of,
    answer_round,
    make_member,
    make_organisation,
    make_round,
    make_team,
    make_user,
)


@pytest.fixture
def team(db):
    return make_team(make_organisation())


@pytest.fixture
def member(team):
    return make_member(team.organisation, make_user("Maya Okafor"), team=team).user


@pytest.fixture
def round_(team, member):
    return make_round(team, by=administrator_of(team.organisation))


@pytest.fixture
def five(team, round_):
    return [answer_round(round_, make_member(team.organisation, team=team).user) for _n in range(5)]
