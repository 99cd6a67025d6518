"""A whole round of eight people: planned, answered, shared, closed, looked at together."""

import re
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import expect
from pypdf import PdfReader

from reflections.models import Level, Round
from tests.browser.conftest import WIDE
from tests.browser.pages import HOW, ON_A_PHONE, download, follow, press
from tests.factories import (
    answer_round,
    make_member,
    make_organisation,
    make_team,
    make_user,
    share,
)


@pytest.fixture
def team(account):
    """Maya facilitates a team of eight; four of them are partners."""
    team = make_team(make_organisation(administrator=make_user("Ada Lovelace")))
    make_member(team.organisation, account, team=team, team_role="facilitator")
    for number in range(7):
        make_member(team.organisation, make_user(f"Person {number}"), team=team)
    return team


def people_of(team):
    members = team.memberships.filter(role="member").select_related("membership__user")
    return [place.membership.user for place in members.order_by("pk")]


def become(page, user):
    client = Client()
    client.force_login(user)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": page.site}])


def choose(page, question, answer):
    group = page.get_by_role("group", name=question)
    group.get_by_text(answer, exact=True).click()
    expect(group.get_by_role("radio", name=answer)).to_be_checked()


@pytest.mark.parametrize("how", HOW.values(), ids=HOW)
def test_a_team_reflects_together_and_sees_what_it_said(page, team, account, accessible, how):
    # The facilitator plans a round; it opens at once, and eight people get a letter.
    become(page, account)
    page.goto(f"{page.site}/teams/{team.pk}/")
    follow(page, "Rounds and results")
    accessible(page)
    follow(page, "Plan a round")
    accessible(page)
    press(page, "Plan this round")
    expect(page.get_by_role("alert")).to_contain_text("Enter a title")
    accessible(page)
    page.get_by_label("Title").fill("Autumn round")
    press(page, "Plan this round")
    expect(page.get_by_text("The round is open. Its people get a letter.")).to_be_visible()
    accessible(page)
    call_command("tick")
    assert len(mail.outbox) == 8
    round_ = Round.objects.get()

    # Somebody else reads who will see what, and takes part.
    first, *others = people_of(team)
    become(page, first)
    page.goto(page.site)
    accessible(page)
    follow(page, f"Take part in this round ({team}: {round_})")
    follow(page, "Take part")
    expect(page.get_by_text("Nothing is ever shown about fewer than 5 people.")).to_be_visible()
    accessible(page)
    page.get_by_text("I draw on care and support").click()
    press(page, "Start")
    accessible(page)
    follow(page, "Service, project or team")
    choose(page, "Are you, and people like you, involved in design and delivery?", "A little")
    page.get_by_text("Add a comment").first.click()
    page.get_by_label("Your comment (optional)").first.fill("SHARED: the bus does not run.")
    choose(page, "prevents this service from doing co-production?", "Yes")
    page.get_by_label("Barrier 1").fill("KEPT: my neighbour.")
    accessible(page)
    press(page, "Save and continue")
    expect(page.get_by_text("You have not answered")).to_be_visible()
    press(page, "Save and continue")
    expect(page).to_have_url(re.compile("/organisation/now/$"))

    # What others may read is chosen for each text.
    page.goto(f"{page.site}/rounds/{round_.pk}/")
    follow(page, "Go on with your reflection")
    follow(page, "What you share (Service, project or team)")
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    accessible(page)
    press(page, "Save what you chose")
    expect(page.get_by_role("alert")).to_contain_text("Choose what others may read")
    page.get_by_text("Choose for each").click()
    choose(page, "SHARED: the bus does not run.", "Share this")
    choose(page, "KEPT: my neighbour.", "Keep this to myself")
    press(page, "Save what you chose")
    expect(page.get_by_text("You share some of it")).to_be_visible()
    accessible(page)

    # They finish, withdraw, and finish again.
    follow(page, "Check your answers")
    accessible(page)
    press(page, "Finish this reflection")
    expect(page.get_by_text("Your answers count in the round.")).to_be_visible()
    accessible(page)
    page.goto(f"{page.site}/rounds/{round_.pk}/")
    expect(page.get_by_text("Fewer than 5 have finished.")).to_be_visible()
    follow(page, "See or change your answers")
    follow(page, "Withdraw your answers")
    accessible(page)
    press(page, "Withdraw my answers")
    follow(page, "Go on with your reflection")
    follow(page, "Check your answers")
    press(page, "Finish this reflection")

    # The others finish too.
    for number, person in enumerate([account, *others]):
        perspective = "partner" if number < 4 else "staff"
        answered = answer_round(round_, person, perspective=perspective, rating=1 + number % 5)
        if number == 3:
            share(answered, Level.TEAM, barrier="SHARED: nobody pays the fare.")

    # The facilitator sees how many, reminds, and closes.
    become(page, account)
    page.goto(f"{page.site}/rounds/{round_.pk}/")
    expect(page.get_by_text("5 or more have finished.")).to_be_visible()
    follow(page, "Send a reminder")
    accessible(page)
    press(page, "Send the reminder")
    expect(page.get_by_text("Those who have not finished get a reminder.")).to_be_visible()
    follow(page, "Let it go on for longer")
    accessible(page)
    page.go_back()
    follow(page, "Close the round")
    accessible(page)
    press(page, "Close the round")
    expect(page.get_by_text("This round closed on")).to_be_visible()
    mail.outbox.clear()
    call_command("tick")
    assert {message.subject for message in mail.outbox} == {"The results of Home visits are here"}
    assert len(mail.outbox) == 8

    # Whoever took part sees the same results.
    become(page, first)
    page.goto(f"{page.site}/rounds/{round_.pk}/")
    follow(page, "See the results")
    accessible(page)
    expect(page.get_by_text("SHARED: the bus does not run.")).to_be_visible()
    expect(page.get_by_text("SHARED: nobody pays the fare.")).to_be_visible()
    assert "KEPT" not in page.content()
    assert "Take this text out" not in page.content()
    follow(page, "Most disagreement")
    accessible(page)
    document = download(page, "Download as PDF")
    text = " ".join(each.extract_text() for each in PdfReader(Path(document.path())).pages)
    assert "SHARED: nobody pays" in " ".join(text.split())
    assert "KEPT" not in text

    # In a meeting, one question at a time.
    follow(page, "Present one question at a time")
    accessible(page)
    expect(page.get_by_text("Question 1 of 9")).to_be_visible()
    if how.get("java_script_enabled", True):
        page.keyboard.press("ArrowRight")
    else:
        follow(page, "Next question")
    expect(page.get_by_text("Question 2 of 9")).to_be_visible()

    # The author takes a text back, and it is gone for everybody.
    page.goto(f"{page.site}/rounds/{round_.pk}/")
    follow(page, "Read what you answered")
    accessible(page)
    follow(page, "What you share")
    accessible(page)
    follow(page, "Service, project or team")
    accessible(page)
    press(page, "Take it back")
    page.goto(f"{page.site}/rounds/{round_.pk}/results/")
    assert "SHARED: the bus" not in page.content()

    # The facilitator takes another out, and the page says so.
    become(page, account)
    page.goto(f"{page.site}/rounds/{round_.pk}/results/")
    follow(page, "Take this text out (SHARED: nobody pays the fare.)")
    accessible(page)
    page.get_by_label("Why?").fill("It says who it was.")
    press(page, "Take this text out")
    expect(
        page.get_by_text("One text was taken out by Maya Okafor: It says who it was.")
    ).to_be_visible()
    assert "nobody pays the fare" not in page.content()
    accessible(page)


@pytest.mark.parametrize("how", [{"viewport": WIDE}, ON_A_PHONE], ids=["wide", "phone"])
def test_a_round_below_the_minimum_says_only_that_and_offers_questions(
    page, team, account, accessible, how
):
    become(page, account)
    page.goto(f"{page.site}/teams/{team.pk}/rounds/plan/")
    page.get_by_label("Title").fill("Few")
    press(page, "Plan this round")
    round_ = Round.objects.get()
    for person in people_of(team)[:4]:
        answer_round(round_, person, rating=5)

    page.reload()
    follow(page, "Close the round")
    expect(page.get_by_role("heading", name="Fewer than 5 have finished")).to_be_visible()
    accessible(page)
    press(page, "Close the round")
    follow(page, "See the results")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Too few to show")
    expect(page.get_by_text("Is their input given equal weight")).to_be_visible()
    assert "chart-bar" not in page.content()
    accessible(page)
