"""A barrier becomes an action and is done; and two people change one action at once."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from actionplans.models import Action
from actionplans.services.actions import change_action
from actionplans.services.plans import plan_of
from reflections.rounds import close_round
from tests.browser.pages import HOW, ON_A_PHONE, follow, press
from tests.browser.test_rounds import become
from tests.factories import (
    make_member,
    make_organisation,
    make_shared_action,
    make_team,
    make_team_round,
    make_user,
    share,
)


def on_date(page, day):
    for part, typed in {"Day": day.day, "Month": day.month, "Year": day.year}.items():
        page.get_by_label(part).fill(str(typed))


@pytest.mark.parametrize("how", HOW.values(), ids=HOW)
def test_a_barrier_becomes_an_action_that_somebody_does(page, account, accessible, how):
    round_ = make_team_round(6, levels=["team"])
    share(round_.participations.first(), barrier="We never have money for the bus")
    close_round(round_)
    team = round_.team
    make_member(team.organisation, account, team=team, team_role="facilitator")
    owner = make_user("Tom Okoro")
    make_member(team.organisation, owner, team=team)

    # In the results, the facilitator ticks what gets in the way, and gives somebody an action.
    become(page, account)
    page.goto(f"{page.site}/rounds/{round_.pk}/results/")
    expect(page.get_by_text("No action yet")).to_be_visible()
    page.get_by_text("We never have money for the bus", exact=True).click()
    press(page, "Make an action about what is ticked")
    expect(page.get_by_text("It answers this barrier")).to_be_visible()
    accessible(page)
    press(page, "Add this action")
    expect(page.get_by_role("alert")).to_contain_text("Enter what will happen")
    accessible(page)
    page.get_by_label("What will happen?").fill("Pay for the bus on the day")
    page.get_by_text("Somebody in Home visits", exact=True).click()
    page.get_by_label("Who in the group is it?").select_option(label="Tom Okoro")
    on_date(page, team.organisation.today + timedelta(days=20))
    press(page, "Add this action")
    expect(page.get_by_text("The action is in the plan")).to_be_visible()
    expect(page.get_by_text("No action yet")).to_have_count(0)
    accessible(page)

    # It is late, and its owner says on a phone how it is going: in a minute.
    action = Action.objects.get()
    Action.objects.update(due_on=team.organisation.today - timedelta(days=1))
    become(page, owner)
    page.goto(page.site)
    expect(page.get_by_text("Overdue")).to_be_visible()
    follow(page, "Pay for the bus on the day")
    follow(page, "Say how it is going")
    page.get_by_text("Stuck", exact=True).click()
    press(page, "Save update")
    expect(page.get_by_role("alert")).to_contain_text("Say what is in the way")
    page.get_by_text("Done", exact=True).click()
    page.get_by_label("What has changed?").fill("We pay people before they travel")
    press(page, "Save update")
    expect(page.get_by_text("Update saved")).to_be_visible()
    expect(page.get_by_text("We pay people before they travel")).to_be_visible()
    accessible(page)

    # The facilitator finds it in the plan, and goes on to tell everybody.
    become(page, account)
    page.goto(f"{page.site}/plans/{plan_of(team).pk}/?status=done")
    expect(page.get_by_text("1 action. Status: Done.")).to_be_visible()
    accessible(page)
    page.goto(f"{page.site}{action.get_absolute_url()}")
    follow(page, "You said, we did: write what became of it")
    expect(page.get_by_text("We pay people before they travel")).to_be_visible()
    accessible(page)


@pytest.mark.parametrize("how", [ON_A_PHONE], ids=["phone"])
def test_two_people_who_change_an_action_see_both_versions(page, account, accessible, how):  # C5
    team = make_team(make_organisation())
    make_member(team.organisation, account, team=team, team_role="facilitator")
    action = make_shared_action(account, team=team, title="Pay for the bus")
    become(page, account)
    page.goto(f"{page.site}/actions/{action.pk}/edit/")
    page.get_by_label("What will happen?").fill("Pay for the bus and the train")
    change_action(action, by=account, version=action.version, title="Pay for a taxi")

    press(page, "Save changes")

    expect(page.get_by_role("alert")).to_contain_text("It says now: Pay for a taxi")
    expect(page.get_by_label("What will happen?")).to_have_value("Pay for the bus and the train")
    accessible(page)
    press(page, "Save changes")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pay for the bus and the train")
