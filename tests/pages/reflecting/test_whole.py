"""The list of levels, checking, finishing, and reading again."""

import re

import pytest

from reflections.models import Participation
from tests.factories import (
    make_barrier,
    make_finished,
    save,
)


def filled_buttons(page):
    """The addresses of the links that look like the next thing to do."""
    return re.findall(r'<a class="nhsuk-button" href="([^"]*)"', page)


class TestTheWholeReflection:
    def test_the_levels_are_a_list_with_their_state(self, signed_in, participation):
        save(participation, level="team", **{"comment-team-involve": "We try"})

        page = signed_in.get(f"/reflections/{participation.pk}/").text

        assert page.count("Not started") == 7
        assert page.count("In progress") == 1

    def test_checking_shows_every_word_before_finishing(self, signed_in, participation):
        save(participation, **{"rating-individual-mutual": "2", "comment-individual-mutual": "Why"})
        make_barrier(participation, "No <time>")

        page = signed_in.get(f"/reflections/{participation.pk}/check/").text

        assert "A little" in page
        assert "Why" in page
        assert "No &lt;time&gt;" in page
        assert f"/reflections/{participation.pk}/individual/now/" in page

    def test_finishing_says_what_happens_next(self, signed_in, participation):
        save(participation, **{"rating-individual-mutual": "2"})
        make_barrier(participation)

        response = signed_in.post(f"/reflections/{participation.pk}/check/", follow=True)

        assert "You took a step back" in response.text
        assert "1 barrier has no action yet" in response.text
        assert Participation.objects.get().is_finished

    def test_finishing_twice_ends_on_the_same_page(self, signed_in, participation):  # D1
        save(participation, **{"rating-individual-mutual": "2"})
        pages = [
            signed_in.post(f"/reflections/{participation.pk}/check/", follow=True)
            for _time in range(2)
        ]

        assert pages[0].redirect_chain == pages[1].redirect_chain

    def test_finishing_without_an_answer_says_what_to_do(self, signed_in, participation):
        response = signed_in.post(f"/reflections/{participation.pk}/check/")

        assert "Answer at least one question before you finish" in response.text
        assert "<title>Error: " in response.text

    @pytest.mark.parametrize(
        ("level", "leads_to"),
        [
            ("individual", "team/wanted/"),
            ("team", "organisation/wanted/"),
            ("organisation", "system/wanted/"),
            ("system", "check/"),
        ],
    )
    def test_how_to_get_there_leads_on_level_by_level_and_then_to_the_check(
        self, signed_in, participation, level, leads_to
    ):
        page = signed_in.get(f"/reflections/{participation.pk}/{level}/how/").text

        assert filled_buttons(page) == [f"/reflections/{participation.pk}/{leads_to}"]

    def test_a_level_that_is_not_asked_about_is_passed_over(self, signed_in, participation):
        participation.reflections.filter(level="organisation").delete()

        page = signed_in.get(f"/reflections/{participation.pk}/team/how/").text

        assert filled_buttons(page) == [f"/reflections/{participation.pk}/system/wanted/"]

    def test_past_reflections_are_listed_by_date_and_level(self, signed_in, person):
        make_finished(person, days_ago=400)
        make_finished(person)
        Participation.objects.order_by("finished_at").first().reflections.filter(
            level="system"
        ).update(submitted_at=None)

        page = signed_in.get("/reflections/").text

        assert page.count("#system") == 1
        assert page.count("#team") == 2

    def test_a_past_reflection_shows_what_moved(self, signed_in, person):
        make_finished(person, days_ago=400, rating=2)
        latest = make_finished(person, rating=3)

        page = signed_in.get(f"/reflections/{latest.pk}/").text

        assert "Last time: A little" in page
