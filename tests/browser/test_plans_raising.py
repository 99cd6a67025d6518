"""A team raises what it cannot solve; its organisation answers; the team sees what became of it."""

import pytest
from playwright.sync_api import expect

from actionplans.services.plans import plan_of
from tests.browser.pages import ON_A_PHONE, Keyboard, follow, press
from tests.browser.test_rounds import become
from tests.factories import (
    make_member,
    make_organisation,
    make_shared_action,
    make_team,
    make_user,
)


@pytest.mark.parametrize("how", [ON_A_PHONE], ids=["phone"])
def test_a_team_raises_an_action_and_hears_the_answer(page, account, accessible, how):
    ada = make_user("Ada Lovelace")
    organisation = make_organisation(administrator=ada)
    team = make_team(organisation)
    make_member(organisation, account, team=team, team_role="facilitator")
    action = make_shared_action(account, team=team, title="Find out who can pay for the bus")
    keys = Keyboard(page)

    # The facilitator raises it, in new words and without a mouse.
    become(page, account)
    page.goto(f"{page.site}{action.get_absolute_url()}")
    accessible(page)
    keys.to(page.get_by_role("link", name="Raise this: it needs more than we can do"))
    with page.expect_navigation():
        keys.press("Enter")
    accessible(page)
    press(page, "Raise this to the organisation")
    expect(page.get_by_role("alert")).to_contain_text("Enter what is needed")
    accessible(page)
    keys.to(page.get_by_label("What is needed from the organisation?")).type("Pay for the bus")
    keys.press("Enter")
    expect(page.get_by_text("Waits for an answer")).to_be_visible()
    accessible(page)

    # The administrator accepts it.
    become(page, ada)
    page.goto(f"{page.site}/plans/{plan_of(organisation).pk}/raised/")
    accessible(page)
    follow(page, "Decline (Pay for the bus)")
    accessible(page)
    page.go_back()
    follow(page, "Accept (Pay for the bus)")
    accessible(page)
    for part, typed in {"Day": "1", "Month": "3", "Year": "2127"}.items():
        page.get_by_label(part).fill(typed)
    page.get_by_text("I will", exact=True).click()
    page.get_by_label("A word to those who raised it").fill("From May on")
    press(page, "Accept and add to the plan")
    expect(page.get_by_text("It is accepted.")).to_be_visible()
    expect(page.get_by_text("Home visits raised this")).to_be_visible()
    accessible(page)

    # The facilitator reads the answer, and goes to what it became.
    become(page, account)
    page.goto(f"{page.site}{action.get_absolute_url()}")
    expect(page.get_by_text("From May on").first).to_be_visible()
    accessible(page)
    follow(page, "Pay for the bus")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pay for the bus")
