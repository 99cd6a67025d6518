"""An action's page says what there is to say, and its story grows."""

from datetime import timedelta

import pytest

from tests.factories import (
    make_action,
)
from tests.markup import fields_of


class TestAnActionsStory:
    def test_an_update_moves_it_and_is_told(self, signed_in, person):
        action = make_action(person)
        form = signed_in.get(f"/actions/{action.pk}/update/").text
        assert "You can write up to 10,000 characters" in form
        assert 'data-maxlength="10000"' in form

        signed_in.post(
            f"/actions/{action.pk}/update/",
            {"version": 0, "status": "under_way", "note": "Two people said yes"},
        )

        page = signed_in.get(f"/actions/{action.pk}/").text
        assert "Status: from “Planned” to “Under way”" in page
        assert "Two people said yes" in page

    @pytest.mark.parametrize(
        ("status", "sentence"),
        [("stuck", "Say what is in the way"), ("dropped", "Say why you drop it")],
    )
    def test_stuck_and_dropped_need_a_word(self, signed_in, person, status, sentence):
        action = make_action(person)

        response = signed_in.post(f"/actions/{action.pk}/update/", {"version": 0, "status": status})

        assert sentence in response.text
        assert action.updates.count() == 1

    def test_editing_from_a_stale_page_shows_both_versions(self, signed_in, person):  # C5
        action = make_action(person, title="Meet")
        address = f"/actions/{action.pk}/edit/"
        stale = fields_of(signed_in.get(address))
        signed_in.post(address, {**stale, "title": "Meet in the café"})

        response = signed_in.post(address, {**stale, "title": "Meet online"})

        assert "It says now: Meet in the café" in response.text
        assert fields_of(response)["title"] == "Meet online"
        action.refresh_from_db()
        assert action.title == "Meet in the café"

        signed_in.post(address, fields_of(response))
        action.refresh_from_db()
        assert action.title == "Meet online"

    def test_another_date_saved_meanwhile_is_shown_as_people_write_it(  # C5
        self, signed_in, person
    ):
        action = make_action(person)
        address = f"/actions/{action.pk}/edit/"
        stale = fields_of(signed_in.get(address))
        signed_in.post(address, {**stale, "due_on_0": "1", "due_on_1": "3", "due_on_2": "2031"})

        response = signed_in.post(address, {**stale, "due_on_0": "2", "due_on_2": "2031"})

        assert "It says now: 1 March 2031" in response.text
        assert response.text.count("It says now") == 2  # above and beside

    def test_a_passed_date_may_stay_but_not_be_chosen(self, signed_in, person):
        yesterday = person.today - timedelta(days=1)
        action = make_action(person, due_on=yesterday)
        address = f"/actions/{action.pk}/edit/"
        fields = fields_of(signed_in.get(address))

        kept = signed_in.post(address, {**fields, "title": "Still to do"})
        moved = signed_in.post(address, {**fields, "due_on_2": "2020"})

        assert kept.status_code == 302
        assert "Due date must be today or later" in moved.text
