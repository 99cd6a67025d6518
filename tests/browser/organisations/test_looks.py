"""The pages about people look as they should."""

from playwright.sync_api import expect

from organisations.invitations import link_to
from tests.browser.organisations.helpers import (
    NAME,
    WIDE_AND_PHONE,
    for_each,
    go_to,
    heading,
    part_of,
)
from tests.browser.pages import link, press
from tests.factories import make_invitation, make_member, make_user


def box_of(locator):
    locator.scroll_into_view_if_needed()
    return locator.bounding_box()


def style_of(locator, name):
    return locator.evaluate("(element, name) => getComputedStyle(element)[name]", name)


@for_each(WIDE_AND_PHONE)
def test_the_parts_of_an_organisation_come_before_its_people_on_a_phone(
    signed_in_page, crowd, accessible, how
):
    page = signed_in_page
    page.goto(f"{page.site}{crowd.get_absolute_url()}people/")
    parts = box_of(part_of(page, NAME))
    is_phone = page.viewport_size["width"] < 400

    assert (parts["y"] < box_of(heading(page))["y"]) == is_phone
    assert (parts["height"] < 60) == is_phone
    go_to(page, "All teams")
    expect(heading(page)).to_have_text("All teams")
    if is_phone:
        part_of(page, NAME).locator("summary").click()
        accessible(page)
    current = part_of(page, NAME).get_by_role("link", name="All teams")
    expect(current).to_have_attribute("aria-current", "page")


@for_each(WIDE_AND_PHONE)
def test_the_form_of_invitations_is_easy_to_hit_and_its_check_to_read(signed_in_page, team, how):
    page = signed_in_page
    page.goto(f"{page.site}{team.organisation.get_absolute_url()}invite/")
    file = page.get_by_label("Or a CSV file with their addresses")
    assert box_of(file)["height"] >= 44
    assert style_of(file, "fontSize") == style_of(page.locator("body"), "fontSize")

    page.get_by_label("E-mail addresses").fill("nia@example.org\na\n" + "long" * 9 + "@example.org")
    press(page, "Check the list")
    expect(heading(page)).to_have_text("Check the list")
    tables = page.get_by_role("table").all()
    cells = [table.locator("tbody tr").first.get_by_role("cell").all() for table in tables]
    lefts = [[round(box_of(cell)["x"]) for cell in row] for row in cells]
    assert lefts[0] == lefts[1]
    address = cells[0][1]
    assert style_of(address, "fontSize") == style_of(page.locator("body"), "fontSize")
    assert style_of(address, "color") == style_of(page.locator("body"), "color")


@for_each(WIDE_AND_PHONE)
def test_pages_about_people_are_tidy(signed_in_page, team, how):
    organisation = team.organisation
    organisation.memberships.get().team_memberships.create(team=team)
    membership = make_member(organisation, make_user("Ben Small", "ben@example.org"), team=team)
    invitation = make_invitation(organisation, "nia@example.org", teams=[team])
    page = signed_in_page
    is_wide = page.viewport_size["width"] > 400

    # The tally stands in a row, or is a list.
    page.goto(page.site + organisation.get_absolute_url())
    cards = [box_of(card) for card in page.locator(".osb-tally > div").all()]
    assert len({card["y"] for card in cards}) == (1 if is_wide else 3)
    assert len({card["width"] for card in cards}) == 1

    # The box for a name is as wide as what is below it.
    page.goto(f"{page.site}{organisation.get_absolute_url()}people/")
    name, who = box_of(page.get_by_label("Name or e-mail")), box_of(page.get_by_label("Who"))
    assert abs(name["x"] + name["width"] - who["x"] - who["width"]) < 1

    # Somebody's team is level with its key, and one line is enough above the last link.
    page.goto(page.site + membership.get_absolute_url())
    if is_wide:
        key = page.locator("dt").get_by_text("Teams")
        assert abs(box_of(key)["y"] - box_of(link(page, "Home visits"))["y"]) < 12
    assert style_of(page.locator(".osb-finish"), "borderTopWidth") == "0px"
    page.goto(page.site + team.get_absolute_url())
    assert style_of(page.locator(".osb-finish"), "borderTopWidth") == "0px"

    # An address is larger than the date beside it.
    sizes = [
        float(style_of(page.get_by_text(words).first, "fontSize").removesuffix("px"))
        for words in ("nia@example.org", "sent ")
    ]
    assert sizes[0] > sizes[1]

    # No empty space below a button in a callout.
    page.goto(link_to(invitation, by_letter=True))
    callout, button = box_of(page.locator(".nhsuk-warning-callout")), page.locator("main button")
    below = callout["y"] + callout["height"] - box_of(button)["y"] - box_of(button)["height"]
    assert below < 30
