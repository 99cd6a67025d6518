"""Adding people of an organisation to a team."""

import re

import pytest

from tests.factories import (
    make_member,
    make_organisation,
    make_user,
)
from tests.markup import fields_of


def ticked_in(page):
    """The people offered to be added, in their order: (name, True if ticked)."""
    found = re.findall(r'name="people"[^>]*?( checked)?><label[^>]*>([^(<]+) \(', page.text)
    return [(name, bool(mark)) for mark, name in found]


def test_a_search_keeps_those_who_are_ticked_and_changes_nothing(administrator, organisation, team):
    make_member(organisation, make_user("Noor Haddad"))
    tom, una = (make_member(organisation, make_user(name)) for name in ("Tom Okoro", "Una Silent"))
    page = f"/teams/{team.pk}/people/add/"
    search = {"q": "HADDAD noor", "people": [tom.pk, una.pk], "go": "search"}

    found = administrator.post(page, search)
    everybody = administrator.post(page, {**search, "go": "everybody"})
    added = administrator.post(page, {**search, "go": "add"}, follow=True)

    kept = [("Tom Okoro", True), ("Una Silent", True)]
    assert ticked_in(found) == [*kept, ("Noor Haddad", False)]
    assert ticked_in(everybody) == [*kept, ("Ada Lovelace", False), ("Noor Haddad", False)]
    assert fields_of(everybody)["q"] == ""
    assert not any("Error:" in answer.text for answer in (found, everybody))
    assert "2 people are added to the team." in added.text


def test_a_search_for_nobody_is_no_error_and_says_how_to_see_everybody(administrator, team):
    page = administrator.post(f"/teams/{team.pk}/people/add/", {"q": "xyz", "go": "search"})

    assert "Nobody else with “xyz” in their name or address can be added." in page.text
    assert "Show everybody" in page.text
    assert "Error:" not in page.text


@pytest.mark.parametrize("key", ["x", "-1", "²", "9" * 40, ""])
def test_a_search_leaves_out_ticks_that_can_be_nobody(administrator, team, key):  # C8
    search = {"q": "ada\x00" if key == "" else "ada", "people": [key], "go": "search"}

    page = administrator.post(f"/teams/{team.pk}/people/add/", search)

    assert ticked_in(page) == [("Ada Lovelace", False)]


def test_a_search_tells_nothing_of_people_elsewhere(administrator, team):  # A7
    stranger = make_member(make_organisation("Elsewhere"), make_user("Noor Haddad"))

    page = administrator.post(
        f"/teams/{team.pk}/people/add/", {"q": "noor", "people": [stranger.pk], "go": "search"}
    )

    assert ticked_in(page) == []
    assert "Haddad" not in page.text
