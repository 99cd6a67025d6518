"""You said, we did: how much it asks of the database, and two at the same moment."""

import pytest
from django.test import Client

from actionplans import you_said
from tests.factories import browser_of
from tests.pages.you_said.helpers import kinds
from tests.threads import outcomes_at_once

pytestmark = pytest.mark.django_db


# --- How much is asked of the database ------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 30])
def test_the_pages_ask_the_same_however_much_there_is(  # K1
    place, client, django_assert_max_num_queries, rows
):
    for number in range(rows):
        place.add(said=f"Said {number}", did=f"Did {number}", title=f"Action {number}")
    place.show()
    address = place.publish()
    editor, reader = browser_of(place.facilitator), browser_of(place.member)
    inside = place.address()

    with django_assert_max_num_queries(8):
        assert editor.get(inside).status_code == 200
    with django_assert_max_num_queries(8):
        assert reader.get(inside).status_code == 200
    with django_assert_max_num_queries(1):
        assert client.get(address).status_code == 200


# --- At the same moment ---------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_time", range(3))
def test_two_who_publish_at_once_make_one_address(place, _time):  # D1 D3
    place.add(said="Ten is too early", did="Six")
    place.show()
    plan, version = place.plan, you_said.publishing_version(place.plan)

    done = outcomes_at_once(
        *[lambda: you_said.publish_you_said(plan, by=place.facilitator, version=version)] * 3
    )

    assert done == [None, None, None]
    assert kinds() == ["telling_shown", "telling_published"]
    assert len(place.plan.published_token) == 43


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_time", range(3))
def test_what_is_taken_back_while_it_is_published_anew_keeps_no_old_address(place, _time):  # D3
    address = place.tell("Ten is too early", "Six")
    place.show("New words")
    plan, version = place.plan, you_said.publishing_version(place.plan)

    outcomes_at_once(
        lambda: you_said.take_back_you_said(
            plan, by=place.administrator, token=plan.published_token
        ),
        lambda: you_said.publish_you_said(plan, by=place.facilitator, version=version),
    )

    assert Client().get(address).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_who_show_the_same_at_once_show_it_once(place):  # D1
    place.add(said="Ten is too early", did="Six")
    plan = place.plan

    done = outcomes_at_once(
        *[
            lambda: you_said.show_you_said(
                plan, by=place.facilitator, version="", introduction="Thank you"
            )
        ]
        * 3
    )

    assert done == [None, None, None]
    assert kinds() == ["telling_shown"]
