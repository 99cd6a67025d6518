"""The whole journey, from signing up to a deleted account, as different people make it."""

import json
import re
from pathlib import Path

import pytest
from django.core import mail
from playwright.sync_api import expect
from pypdf import PdfReader

from organisations.models import User
from reflections.models import Level
from tests.browser.conftest import PHONE, WIDE
from tests.browser.pages import HOW, Keyboard, code_in, download, follow, link, press


def text_of(pdf):
    return " ".join(
        " ".join(page.extract_text() for page in PdfReader(Path(pdf.path())).pages).split()
    )


def choose(page, question, answer):
    group = page.get_by_role("group", name=question)
    group.get_by_text(answer, exact=True).click()
    expect(group.get_by_role("radio", name=answer)).to_be_checked()


@pytest.mark.parametrize("how", HOW.values(), ids=HOW)
def test_from_signing_up_to_a_plan_on_the_wall(page, accessible, how):  # L3
    # The start page says what it is; somebody signs up without a password.
    page.goto(page.site)
    expect(page.get_by_role("heading", level=1)).to_contain_text("are we ready for co-production?")
    accessible(page)
    follow(page, "Sign up and start")
    accessible(page)
    page.get_by_label("E-mail address").fill("nia@example.org")
    page.get_by_label("Your name (optional)").fill("Nia Bevan")
    page.locator("main").get_by_role("button", name="Sign up").click()
    page.get_by_label("Code").fill(code_in(mail.outbox[-1]))
    accessible(page)
    page.locator("main").get_by_role("button").first.click()

    # They start, and say which questions fit.
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Nia Bevan")
    accessible(page)
    follow(page, "Start your first reflection")
    accessible(page)
    page.get_by_text("I draw on care and support").click()
    press(page, "Save and continue")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your reflection")
    accessible(page)

    # Where are you now?
    follow(page, "Individual")
    accessible(page)
    choose(page, "Are you treated as an equal partner, and is your input valued?", "A little")
    choose(page, "Are you given what you need to contribute effectively?", "Partly")
    choose(
        page,
        "Are your interactions with professionals and with other Patient and Public partners "
        "mutual?",
        "I don’t know, or it does not apply",
    )
    page.get_by_text("Add a comment").first.click()
    page.get_by_label("Your comment (optional)").first.fill("It depends on who is in the room.")
    choose(page, "prevents you from taking part in co-production?", "Yes")
    page.get_by_label("Barrier 1").fill("Meetings are at ten in the morning.")
    press(page, "Add another barrier")
    page.get_by_label("Barrier 2").fill("Nobody pays my bus fare.")
    accessible(page)
    press(page, "Save and continue")

    # The next level is left half answered: it is asked about once, then left.
    expect(page.get_by_role("heading", level=1)).to_contain_text("Service, project or team")
    choose(page, "Are you, and people like you, involved in design and delivery?", "Not yet")
    press(page, "Save and continue")
    expect(page.get_by_text("You have not answered 2 questions")).to_be_visible()
    accessible(page)
    press(page, "Save and continue")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Organisational level")
    press(page, "Save and come back later")
    expect(page.get_by_text("Finished", exact=True)).to_have_count(2)

    # Where do you want to be? How do you get there?
    follow(page, "Where do you want to be? (Individual)")
    choose(page, "Are you treated as an equal partner, and is your input valued?", "Mostly")
    page.get_by_label("In your own words: where do you want to be?").fill(
        "We plan the meetings together."
    )
    accessible(page)
    press(page, "Save and continue")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Individual level")
    expect(page.get_by_text("No action yet")).to_have_count(2)
    accessible(page)
    follow(page, "Add an action (Nobody pays my bus fare.)")
    accessible(page)
    page.get_by_label("What will happen?").fill("Ask for fares to be paid on the day")
    page.get_by_label("Day").fill("1")
    page.get_by_label("Month").fill("3")
    page.get_by_label("Year").fill("2031")
    page.get_by_label("How will we know? (optional)").fill("I have the money before I go home.")
    press(page, "Add this action")
    expect(page.get_by_text("The action is in your plan")).to_be_visible()
    expect(page.get_by_text("No action yet")).to_have_count(1)

    # Check, change, finish.
    follow(page, "All levels")
    follow(page, "Check your answers")
    accessible(page)
    expect(page.get_by_text("It depends on who is in the room.")).to_be_visible()
    press(page, "Finish this reflection")
    expect(page.get_by_role("heading", level=1)).to_have_text("You took a step back")
    expect(page.get_by_text("1 barrier has no action yet")).to_be_visible()
    accessible(page)

    # The plan, on the page and on paper.
    follow(page, "See your action plan")
    accessible(page)
    expect(page.get_by_text("We plan the meetings together.")).to_be_visible()
    plan = text_of(download(page, "Download as PDF"))
    for words in (
        "Nia Bevan",
        "We plan the meetings together.",
        "Meetings are at ten in the morning.",
        "No action yet",
        "Ask for fares to be paid on the day",
        "1 March 2031",
        "Planned",
    ):
        assert words in plan

    # Somebody says how it is going.
    follow(page, "Ask for fares to be paid on the day")
    accessible(page)
    follow(page, "Say how it is going")
    accessible(page)
    page.get_by_text("Under way", exact=True).click()
    page.get_by_label("What has changed?").fill("The manager said yes.")
    press(page, "Save update")
    expect(page.get_by_text("The manager said yes.")).to_be_visible()

    # Past reflections stay readable, and everything can be taken away.
    follow(page, "Reflect")
    accessible(page)
    page.locator("tbody th a").click()
    accessible(page)
    reflection = text_of(download(page, "Download as PDF"))
    assert "Are you treated as an equal partner" in reflection
    follow(page, "Account")
    accessible(page)
    written = json.loads(
        Path(download(page, "Download everything you wrote (JSON)").path()).read_text("utf-8")
    )
    assert written["reflections"][0]["levels"][0]["barriers"] == [
        "Meetings are at ten in the morning.",
        "Nobody pays my bus fare.",
    ]

    # And deleted.
    follow(page, "Delete your account")
    if page.get_by_label("Code").count():
        page.get_by_label("Code").fill(code_in(mail.outbox[-1]))
        page.locator("main").get_by_role("button").first.click()
    accessible(page)
    press(page, "Delete my account")
    expect(page.get_by_role("alert")).to_contain_text("Tick the box")
    page.get_by_text("Yes, delete my account and what I wrote").click()
    press(page, "Delete my account")
    expect(page.get_by_text("are deleted")).to_be_visible()
    assert not User.objects.exists()


def test_the_journey_by_keyboard_alone(page, account, accessible):  # L3
    keyboard = Keyboard(page)
    page.goto(f"{page.site}/account/login/")
    keyboard.to(page.get_by_label("E-mail address")).type(account.email)
    keyboard.to(page.get_by_role("textbox", name="Password")).type("correct horse").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Maya Okafor")

    # The first Tab offers to skip what is on every page.
    keyboard.press("Tab")
    expect(page.locator(".nhsuk-skip-link")).to_be_focused()
    keyboard.press("Enter")
    keyboard.to(page.get_by_role("link", name="Start your first reflection")).press("Enter")
    keyboard.to(page.get_by_role("radio", name="I work or volunteer in a service")).press("Space")
    keyboard.to(page.get_by_role("button", name="Save and continue")).press("Enter")
    keyboard.to(page.get_by_role("link", name="Individual", exact=True)).press("Enter")

    first = page.get_by_role("group", name="Do you treat people as equal partners")
    keyboard.to(first.get_by_role("radio", name="Not yet")).press("Space").press("ArrowRight")
    expect(first.get_by_role("radio", name="A little")).to_be_checked()
    keyboard.to(page.get_by_text("Add a comment").first.locator("xpath=ancestor::summary"))
    keyboard.press("Enter")
    keyboard.to(page.get_by_label("Your comment (optional)").first).type("With the keys.")
    yes = page.get_by_role("group", name="prevents you from doing").get_by_role("radio", name="Yes")
    keyboard.to(yes).press("Space")
    keyboard.to(page.get_by_label("Barrier 1")).type("The form is long.")
    keyboard.to(page.get_by_role("button", name="Add another barrier")).press("Enter")
    expect(page.get_by_label("Barrier 2")).to_be_focused()
    keyboard.to(page.get_by_role("button", name="Save and continue")).press("Enter")

    # Asked about what was left out: the message has the focus, its links lead to the questions.
    asked = page.get_by_role("alert")
    expect(asked).to_contain_text("You have not answered 2 questions")
    keyboard.to(asked.get_by_role("link").first).press("Enter")
    expect(
        page.get_by_role("group", name="Are you empowering").get_by_role("radio").first
    ).to_be_focused()
    keyboard.press("Space")
    keyboard.to(page.get_by_role("button", name="Save and come back later")).press("Enter")
    keyboard.to(page.get_by_role("link", name="Check your answers")).press("Enter")
    expect(page.get_by_text("With the keys.")).to_be_visible()
    keyboard.to(page.get_by_role("button", name="Finish this reflection")).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("You took a step back")
    keyboard.to(page.get_by_role("link", name="See your action plan")).press("Enter")
    keyboard.to(link(page, "Add an action (The form is long.)")).press("Enter")
    keyboard.to(page.get_by_role("button", name="Add this action")).press("Enter")

    # The error summary has the focus, and its links lead to the fields.
    expect(page).to_have_title(re.compile("^Error: "))
    summary = page.locator(".nhsuk-error-summary")
    expect(summary).to_be_focused()
    keyboard.to(summary.get_by_role("link", name="Enter what will happen")).press("Enter")
    expect(page.get_by_label("What will happen?")).to_be_focused()
    keyboard.type("Make the form shorter")
    keyboard.to(page.get_by_label("Day")).type("1")
    keyboard.to(page.get_by_label("Month")).type("march")
    keyboard.to(page.get_by_label("Year")).type("2031")
    keyboard.to(page.get_by_role("button", name="Add this action")).press("Enter")
    expect(page.get_by_text("The action is in your plan")).to_be_visible()
    with page.expect_download() as started:
        keyboard.to(page.get_by_role("link", name="Download as PDF")).press("Enter")
    assert "Make the form shorter" in text_of(started.value)
    accessible(page)


def test_signing_in_by_password_resetting_it_and_signing_out(page, account, accessible):
    page.goto(f"{page.site}/account/login/")
    page.get_by_label("E-mail address").fill(account.email)
    page.get_by_role("textbox", name="Password").fill("not this one")
    page.locator("main").get_by_role("button", name="Sign in").click()
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    accessible(page)

    follow(page, "Choose a new password")
    page.get_by_label("E-mail").fill(account.email)
    page.locator("main").get_by_role("button").first.click()
    accessible(page)
    link = re.search(r"http://\S+?(/account/password/reset/key/\S+)", mail.outbox[-1].body)
    page.goto(page.site + link.group(1))
    for field in page.locator("main input[type=password]").all():
        field.fill("a passphrase that is new")
    accessible(page)
    press(page, "Save new password")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your new password is saved")

    page.goto(f"{page.site}/account/login/")
    page.get_by_label("E-mail address").fill(account.email)
    page.get_by_role("textbox", name="Password").fill("a passphrase that is new")
    page.locator("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Maya Okafor")

    follow(page, "Sign out")
    accessible(page)
    page.locator("main").get_by_role("button").first.click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()


@pytest.mark.parametrize("level", Level.values)
@pytest.mark.parametrize("how", [{"viewport": PHONE}, {"viewport": WIDE}], ids=["phone", "wide"])
def test_every_level_fits_the_screen(signed_in_page, account, accessible, level, how):
    page = signed_in_page
    page.goto(f"{page.site}/reflections/start/")
    page.get_by_text("I work or volunteer in a service").click()
    press(page, "Save and continue")
    for step in ("now", "wanted", "how"):
        address = page.url if page.url.count("/") == 5 else address_of(page.url)
        page.goto(f"{address}{level}/{step}/")
        accessible(page)


def address_of(url):
    return "/".join(url.split("/")[:5]) + "/"
