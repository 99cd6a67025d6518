"""“You said, we did”, from the first words to a page that is taken back."""

import uuid

from playwright.sync_api import expect

from actionplans.services.actions import add_action
from actionplans.services.plans import plan_of
from tests.browser.conftest import PHONE
from tests.browser.pages import follow, press
from tests.factories import make_member, make_organisation, make_team, make_user


def test_everybody_is_told_what_became_of_what_people_said(
    signed_in_page, account, browser, accessible
):
    team = make_team(make_organisation(administrator=make_user("Ada Lovelace")))
    make_member(team.organisation, account, team=team, team_role="facilitator")
    plan, promise = plan_of(team), {"owner": account, "due_on": account.today}
    title = "Ask people how they like to meet"
    add_action(plan, by=account, made_with=uuid.uuid4(), level="team", title=title, **promise)
    page = signed_in_page

    page.goto(f"{page.site}/plans/{plan.pk}/you-said/")
    accessible(page)
    follow(page, title)
    accessible(page)
    page.get_by_label("You said").fill("Our meetings are hard to get to")
    page.get_by_label("We did").fill("We meet online")
    press(page, "Save these words")
    page.get_by_label("A few words to begin with").fill("Thank you all")
    press(page, "Show it to the plan’s readers")
    expect(page.get_by_text("The plan’s readers can read it now.")).to_be_visible()
    accessible(page)
    follow(page, "Publish it")
    accessible(page)
    press(page, "Publish this page")
    expect(page.get_by_role("button", name="Copy the address")).to_be_visible()
    accessible(page)
    address = page.get_by_label("Address to copy").input_value().partition("/you-said/")[2]

    with browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True) as phone:
        public = phone.new_page()
        public.goto(f"{page.site}/you-said/{address}")
        for words in ("Home visits", "Thank you all", "We meet online"):
            expect(public.get_by_text(words).first).to_be_visible()
        assert phone.cookies() == []
        accessible(public)

        follow(page, "Take it back")
        accessible(page)
        press(page, "Take it back")
        expect(page.get_by_text("The address leads nowhere now")).to_be_visible()
        assert public.reload().status == 404
