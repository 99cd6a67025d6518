"""An organisation with a team, and the browser of its administrator."""

import pytest
from django.test import Client

from tests.factories import (
    administrator_of,
    make_organisation,
    make_team,
)


@pytest.fixture
def organisation(db):
    return make_organisation()


@pytest.fixture
def ada(organisation):
    return administrator_of(organisation)


@pytest.fixture
def team(organisation):
    return make_team(organisation)


@pytest.fixture
def administrator(ada):
    browser = Client()
    browser.force_login(ada)
    return browser
