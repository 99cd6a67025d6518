"""Fixtures of reminders: a team with an action, on a Tuesday morning."""

import pytest

from tests.actionplans.reminders.helpers import TUESDAY, go_to, make_old_action
from tests.factories import administrator_of, make_member, make_organisation, make_team, make_user


@pytest.fixture(autouse=True)
def clock(time_machine):
    """The time is nine o'clock on a Tuesday in London, and it stands still."""
    go_to(time_machine, TUESDAY)
    return time_machine


@pytest.fixture
def team():
    return make_team(make_organisation())


@pytest.fixture
def ada(team):
    return administrator_of(team.organisation)


@pytest.fixture
def tom(team):
    """A member of the team, who owns the actions in these tests."""
    tom = make_user("Tom Bright", "tom@example.org")
    make_member(team.organisation, tom, team=team)
    return tom


@pytest.fixture
def action(team, tom):
    """An action that is due in ten days, and was made a month ago."""
    return make_old_action(team, tom, days=10)


@pytest.fixture
def flo(team):
    """The team's facilitator."""
    flo = make_user("Flo", "flo@example.org")
    make_member(team.organisation, flo, team=team, team_role="facilitator")
    return flo
