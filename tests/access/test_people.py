"""People who left, or who never were here."""

import pytest

from tests.access.cast import PEOPLE, state


def test_a_page_of_a_member_who_left_is_gone_on_the_next_request(cast):  # A11
    browser = cast.browser("member")
    address = cast.address("teams:detail")
    assert browser.get(address).status_code == 200

    cast.place.ended_at = cast.place.joined_at
    cast.place.save()

    assert browser.get(address).status_code == 404
    assert "no-store" in cast.browser("facilitator").get(address)["Cache-Control"]


def test_a_person_of_another_organisation_is_not_found_under_ones_own(cast):  # A2 A3
    other = cast.elsewhere.memberships.get()
    browser = cast.browser("administrator")
    before = state()

    for page in ("", "role/", "teams/", "end/"):
        address = f"/organisations/{cast.organisation.slug}/people/{other.pk}/{page}"
        sent = {"role": "administrator", "organisation": cast.elsewhere.pk, "membership": other.pk}
        assert browser.get(address).status_code == 404
        assert browser.post(address, sent).status_code in (404, 405)

    assert state() == before


@pytest.mark.parametrize("kind", PEOPLE)
def test_the_admin_is_for_site_operators_alone(cast, kind):
    browser = cast.browser(kind)
    pages = ["", "organisations/organisation/", "organisations/system/", "organisations/user/"]
    pages += ["organisations/letter/", "reflections/questionset/"]
    pages += [f"organisations/organisation/{cast.organisation.pk}/change/"]

    seen = {answered_by_admin(browser.get(f"/admin/{page}")) for page in pages}

    assert seen == {"yes" if kind == "operator" else "no"}


def answered_by_admin(response):
    return "yes" if response.status_code == 200 else "no"
