"""Nobody loses a word: what happens when the network, the session or another tab interferes."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from actionplans.models import Action
from actionplans.services.actions import change_action
from organisations.models import User
from reflections.models import Answer, Barrier, Participation
from reflections.services import start_participation
from tests.browser.conftest import PHONE, WIDE
from tests.factories import make_action, make_barrier, save

COMMENT = "comment-individual-mutual"
QUESTION = "Do you have mutual interactions"


@pytest.fixture
def participation(account):
    return start_participation(by=account, perspective="staff")


@pytest.fixture
def level_page(signed_in_page, participation):
    page = signed_in_page
    page.goto(address(page, participation))
    return page


def address(page, participation, level="individual", step="now"):
    return f"{page.site}/reflections/{participation.pk}/{level}/{step}/"


def status(page):
    return page.locator("[data-save-status]")


def comment_box(page):
    box = page.locator(f"#{COMMENT}")
    if not box.is_visible():
        page.locator("#question-individual-mutual summary").click()
    return box


def sign_in(page, client, user):
    """Sign the browser in as `user`, as another tab would."""
    client.force_login(user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": page.site}]
    )


def drafts_kept(page):
    """The number of drafts in this tab, once the page's script has run."""
    page.wait_for_load_state("load")
    return page.evaluate(
        "Object.keys(sessionStorage).filter(key => key.startsWith('osb-draft:')).length"
    )


def send_again(page):
    """Send again, and once more if asked: the first token may belong to a session that is over."""
    again = page.get_by_role("button", name="Send again")
    again.click()
    page.wait_for_load_state()
    if again.count():
        again.click()


def answer_posts(page, answer):
    """Let `answer` decide the response to each POST."""
    page.route(
        "**",
        lambda route: answer(route) if route.request.method == "POST" else route.continue_(),
    )


def stored(participation, key="individual-mutual"):
    return Answer.objects.get(reflection__participation=participation, question__key=key)


def test_an_answer_is_saved_at_once_and_words_while_typing(level_page, participation):  # C4
    page = level_page
    page.get_by_role("group", name=QUESTION).get_by_text("Partly", exact=True).click()
    expect(status(page)).to_have_text(re.compile(r"^Saved at \d{1,2}:\d\d[ap]m$"))
    assert stored(participation).rating == 3

    comment_box(page).press_sequentially("Both sides give")
    expect(page.locator(f"[name=was-{COMMENT}]")).to_have_value("Both sides give")
    assert stored(participation).comment == "Both sides give"


def test_closing_the_browser_loses_nothing_that_was_saved(level_page, participation):  # C4
    page = level_page
    comment_box(page).fill("Here is what I think")
    expect(status(page)).to_have_text(re.compile("^Saved at"))

    other_device = page.context.browser.new_context(viewport=PHONE)
    other_device.add_cookies(page.context.cookies())
    phone = other_device.new_page()
    phone.goto(page.url)

    expect(phone.locator(f"#{COMMENT}")).to_have_value("Here is what I think")
    other_device.close()


def test_a_lost_connection_is_said_kept_and_made_up_for(level_page, participation):
    page = level_page
    page.expected_errors.add("ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    comment_box(page).fill("Typed in the lift")
    expect(status(page)).to_contain_text("Not saved yet: we cannot reach the site")

    page.context.set_offline(False)

    expect(status(page)).to_have_text(re.compile("^Saved at"))
    assert stored(participation).comment == "Typed in the lift"


def test_leaving_with_unsaved_words_asks_first_and_they_come_back(level_page, participation):
    page = level_page
    page.expected_errors.add("ERR_FAILED")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    away = {"POST"}
    page.route(
        "**/now/",
        lambda route: route.abort() if route.request.method in away else route.continue_(),
    )
    comment_box(page).press_sequentially("Nearly lost")
    expect(status(page)).to_contain_text("Not saved yet")

    page.reload()

    assert asked == ["beforeunload"]
    expect(page.locator(f"#{COMMENT}")).to_have_value("Nearly lost")
    expect(status(page)).to_contain_text("Not saved yet")
    away.clear()
    expect(status(page)).to_have_text(re.compile("^Saved at"))
    assert stored(participation).comment == "Nearly lost"


@pytest.mark.parametrize(
    "how", [{"viewport": WIDE}, {"java_script_enabled": False}], ids=["script", "no script"]
)
def test_a_session_that_ended_hands_the_words_back_after_signing_in(  # C2
    level_page, participation, accessible, how
):
    page = level_page
    page.expected_errors |= {"401", "403"}
    Session.objects.all().delete()
    comment_box(page).fill("Typed after the session ended")
    page.get_by_role("button", name="Save and come back later").click()

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    words = page.get_by_role("listitem").filter(has_text="Typed after the session ended")
    expect(words).to_be_visible()
    accessible(page)
    with page.context.expect_page() as opened:
        page.locator("main a[target=_blank]").click()
    tab = opened.value
    tab.get_by_label("E-mail address").fill("maya@example.org")
    tab.get_by_role("textbox", name="Password").fill("correct horse")
    tab.locator("main").get_by_role("button", name="Sign in").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Hello, Maya Okafor")
    tab.close()

    send_again(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Your reflection")
    assert stored(participation).comment == "Typed after the session ended"


def test_saving_while_signed_out_says_so_and_goes_on_after_signing_in(  # C2
    level_page, participation, client
):
    page = level_page
    page.expected_errors.add("401")
    Session.objects.all().delete()
    comment_box(page).fill("Still here")
    expect(status(page)).to_contain_text("you are signed out")

    sign_in(page, client, participation.user)

    expect(status(page)).to_have_text(re.compile("^Saved at"))
    assert stored(participation).comment == "Still here"


@pytest.mark.parametrize(
    ("choice", "kept"), [("Keep what is here", "Mine"), ("Use the saved one", "Theirs")]
)
def test_a_second_tab_shows_both_versions_to_choose_from(  # C5
    level_page, participation, choice, kept, accessible
):
    page = level_page
    page.expected_errors.add("409")
    save(participation, **{COMMENT: "Theirs"})

    comment_box(page).fill("Mine")
    expect(page.locator(".osb-conflict")).to_contain_text("Theirs")
    accessible(page)
    page.get_by_role("button", name=choice).click()

    expect(page.locator(f"#{COMMENT}")).to_have_value(kept)
    expect(page.locator(f"[name=was-{COMMENT}]")).to_have_value(kept)
    expect(page.locator(".osb-conflict")).to_have_count(0)
    assert stored(participation).comment == kept


def test_going_back_after_another_save_shows_the_newer_answer(level_page, participation):  # C5
    page = level_page
    page.get_by_role("button", name="Save and come back later").click()
    save(participation, **{COMMENT: "Newer, from another device"})

    page.go_back()

    expect(page.locator(f"#{COMMENT}")).to_have_value("Newer, from another device")


def test_a_double_click_on_finish_finishes_once(signed_in_page, participation):  # D1
    page = signed_in_page
    save(participation, **{COMMENT: "Said"})
    page.goto(f"{page.site}/reflections/{participation.pk}/check/")

    page.get_by_role("button", name="Finish this reflection").dblclick()

    expect(page.get_by_role("heading", level=1)).to_have_text("You took a step back")
    assert Participation.objects.get().is_finished


@pytest.mark.parametrize(
    "words",
    ["x" * 10_000, "Tea ☕, 👩🏽‍🦼 and Zoë", "مرحبا بكم في الخدمة"],
    ids=["10,000 characters", "emoji", "right to left"],
)
def test_any_words_are_kept_whole(level_page, participation, words):  # C8
    page = level_page
    page.get_by_role("group", name="prevents you").get_by_text("Yes", exact=True).click()
    page.get_by_label("Barrier 1").fill(words)
    expect(page.locator("[name^=was-barrier]").first).to_have_value(words)

    page.reload()

    expect(page.get_by_label("Barrier 1")).to_have_value(words)
    assert Barrier.objects.get().text == words


def test_too_many_characters_are_counted_and_refused_with_a_sentence(  # C8 L3
    level_page, participation, accessible
):
    page = level_page
    page.expected_errors.add("409")
    comment_box(page).fill("y" * 10_003)

    expect(page.get_by_text("You have 3 characters too many").first).to_be_visible()
    expect(page.locator(".nhsuk-error-message").first).to_contain_text("Shorten this to 10")
    page.get_by_role("button", name="Save and continue").click()
    expect(page).to_have_title(re.compile("^Error: "))
    summary = page.locator(".nhsuk-error-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    expect(page.locator(f"#{COMMENT}")).to_be_focused()
    expect(page.locator(f"#{COMMENT}")).to_have_value("y" * 10_003)
    accessible(page)


def test_more_boxes_for_barriers_come_in_place_and_each_is_saved(level_page, participation):
    page = level_page
    page.get_by_role("group", name="prevents you").get_by_text("Yes", exact=True).click()
    page.get_by_label("Barrier 1").fill("No time")
    page.get_by_role("button", name="Add another barrier").click()
    expect(page.get_by_label("Barrier 2")).to_be_focused()
    page.get_by_label("Barrier 2").fill("No room")
    page.get_by_role("button", name="Add another barrier").click()
    page.get_by_label("Barrier 3").fill("No bus")
    expect(page.locator("[name^=was-barrier]").nth(2)).to_have_value("No bus")

    assert [barrier.text for barrier in Barrier.objects.order_by("position")] == [
        "No time",
        "No room",
        "No bus",
    ]


def test_a_half_written_action_comes_back_after_a_lost_connection(  # C1
    signed_in_page, participation
):
    page = signed_in_page
    page.expected_errors.add("ERR_INTERNET_DISCONNECTED")
    page.goto(f"{page.site}/plan/add/?level=team")
    page.get_by_label("What will happen?").fill("Ask the café group")
    page.context.set_offline(True)
    page.get_by_role("button", name="Add this action").click()
    page.wait_for_timeout(300)
    page.context.set_offline(False)

    page.goto(f"{page.site}/plan/add/?level=team")
    expect(page.get_by_label("What will happen?")).to_have_value("Ask the café group")
    page.get_by_label("Day").fill("1")
    page.get_by_label("Month").fill("3")
    page.get_by_label("Year").fill("2031")
    page.get_by_role("button", name="Add this action").click()
    expect(page.get_by_text("The action is in your plan")).to_be_visible()

    page.goto(f"{page.site}/plan/add/?level=team")
    expect(page.get_by_label("What will happen?")).to_have_value("")


def test_signing_out_leaves_no_words_on_a_shared_computer(level_page, participation):
    page = level_page
    page.expected_errors.add("ERR_FAILED")
    page.on("dialog", lambda dialog: dialog.accept())
    answer_posts(page, lambda route: route.abort())
    comment_box(page).press_sequentially("Private")
    expect(status(page)).to_contain_text("Not saved yet")
    page.goto(f"{page.site}/account/logout/")
    assert drafts_kept(page) == 1
    page.unroute("**")

    page.locator("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()

    assert drafts_kept(page) == 0


def test_one_persons_words_never_come_back_for_another(signed_in_page, client):
    page = signed_in_page
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{page.site}/plan/add/?level=team")
    page.get_by_label("What will happen?").fill("Maya's own words")
    Session.objects.all().delete()
    page.goto(f"{page.site}/account/login/")
    assert drafts_kept(page) == 1  # it was not she who signed out

    sign_in(page, client, User.objects.create_user("noor@example.org", name="Noor"))
    page.goto(f"{page.site}/plan/add/?level=team")

    expect(page.get_by_label("What will happen?")).to_have_value("")
    assert drafts_kept(page) == 0


def fill_in_action(page):
    page.get_by_label("What will happen?").fill("Ask the café group")
    page.get_by_label("Day").fill("1")
    page.get_by_label("Month").fill("3")
    page.get_by_label("Year").fill("2031")


def test_a_draft_is_the_same_action_only_as_it_was_sent(signed_in_page, participation):  # D1
    page = signed_in_page
    page.expected_errors.add("ERR_FAILED")
    page.on("dialog", lambda dialog: dialog.accept())
    made_with = page.locator("[name=made_with]")
    page.goto(f"{page.site}/plan/add/?level=team")
    first = made_with.input_value()
    fill_in_action(page)

    page.goto(f"{page.site}/plan/add/?level=team")
    expect(page.get_by_label("Year")).to_have_value("2031")
    sent = made_with.input_value()
    assert sent != first  # never sent: nothing can be there twice

    answer_posts(page, lambda route: route.abort())
    page.get_by_role("button", name="Add this action").click()
    page.wait_for_timeout(300)
    page.unroute("**")
    page.goto(f"{page.site}/plan/add/?level=team")
    expect(page.get_by_label("What will happen?")).to_have_value("Ask the café group")
    expect(made_with).to_have_value(sent)

    page.get_by_label("What will happen?").fill("Ask the tea group")
    expect(made_with).not_to_have_value(sent)
    page.get_by_label("What will happen?").fill("Ask the café group")
    expect(made_with).to_have_value(sent)


def test_a_draft_does_not_overwrite_what_was_changed_meanwhile(signed_in_page, account):  # C5
    page = signed_in_page
    page.on("dialog", lambda dialog: dialog.accept())
    action = make_action(account, title="Ask people")
    page.goto(f"{page.site}{action.get_absolute_url()}")
    page.get_by_role("link", name="Change the action").click()
    edit = page.url
    page.get_by_label("What will happen?").fill("Ask everybody")
    page.goto(f"{page.site}/plan/")
    change_action(action, by=account, version=action.version, title="Ask nobody", detail="New")

    page.goto(edit)
    expect(page.get_by_label("What will happen?")).to_have_value("Ask everybody")
    expect(page.get_by_label("Anything more about it")).to_have_value("New")
    page.get_by_role("button", name="Save changes").click()

    expect(page.locator(".nhsuk-error-message").first).to_contain_text("Ask nobody")
    assert Action.objects.get().title == "Ask nobody"


def test_words_sent_again_after_signing_in_are_not_kept_any_more(  # C2
    signed_in_page, participation, client
):
    page = signed_in_page
    page.expected_errors |= {"401", "403"}
    page.goto(f"{page.site}/plan/add/?level=team")
    fill_in_action(page)
    Session.objects.all().delete()
    page.get_by_role("button", name="Add this action").click()
    expect(page.get_by_role("button", name="Send again")).to_be_visible()
    assert drafts_kept(page) == 1
    sign_in(page, client, participation.user)
    send_again(page)

    expect(page.get_by_text("The action is in your plan")).to_be_visible()
    assert drafts_kept(page) == 0
    assert Action.objects.count() == 1


def test_what_the_server_trims_is_not_saved_for_ever(level_page, participation):
    page = level_page
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request))
    comment_box(page).fill("a\u0085")
    page.wait_for_timeout(3000)

    assert 1 <= len(sent) <= 2
    assert stored(participation).comment == "a"
    expect(status(page)).to_have_text(re.compile("^Saved at"))


def test_nobody_conflicts_with_a_save_of_their_own(level_page, participation):
    page = level_page
    held = []

    def answer(route):
        if "json" in route.request.headers["accept"]:
            held.append((route, route.fetch()))  # the server has it, and its answer is slow
        else:
            route.continue_()

    answer_posts(page, answer)
    comment_box(page).press_sequentially("Both")
    page.wait_for_timeout(1500)
    assert len(held) == 1
    comment_box(page).press_sequentially(" sides give")
    page.get_by_role("button", name="Save and come back later").click()
    page.wait_for_timeout(500)
    [(route, response)] = held
    route.fulfill(response=response)

    expect(page.get_by_role("heading", level=1)).to_have_text("Your reflection")
    assert stored(participation).comment == "Both sides give"
    assert drafts_kept(page) == 0


def test_words_typed_after_the_page_was_sent_come_back(level_page, participation):
    page = level_page
    page.on("dialog", lambda dialog: dialog.accept())
    comment_box(page).fill("Both")
    expect(status(page)).to_have_text(re.compile("^Saved at"))
    page.evaluate(  # a hand that goes on typing, which Playwright cannot do while a page leaves
        """name => document.addEventListener("submit", () => setTimeout(() => {
            const box = document.getElementById(name);
            box.value += " sides";
            box.dispatchEvent(new Event("input", { bubbles: true }));
        }))""",
        COMMENT,
    )
    page.get_by_role("button", name="Save and come back later").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your reflection")

    page.goto(address(page, participation))

    expect(page.locator(f"[name=was-{COMMENT}]")).to_have_value("Both sides")
    assert stored(participation).comment == "Both sides"


def test_a_space_does_not_overwrite_something_newer(level_page, participation):  # C5
    page = level_page
    comment_box(page).focus()
    save(participation, **{COMMENT: "Newer"})
    comment_box(page).press_sequentially(" ")

    expect(page.locator(f"#{COMMENT}")).to_have_value("Newer")
    page.wait_for_timeout(1000)
    assert stored(participation).comment == "Newer"


def test_a_barrier_that_was_not_saved_comes_back_in_its_own_box(level_page, participation):
    page = level_page
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("group", name="prevents you").get_by_text("Yes", exact=True).click()
    expect(status(page)).to_have_text(re.compile("^Saved at"))
    # Not by a route, which does not see what a page sends while it closes.
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('offline')) }")
    page.get_by_label("Barrier 1").fill("No room")
    expect(status(page)).to_contain_text("Not saved yet")
    name = page.get_by_label("Barrier 1").get_attribute("name")

    page.goto(address(page, participation, level="team"))
    assert page.locator(f"[name={name}]").count() == 0
    assert Barrier.objects.count() == 0
    page.goto(address(page, participation))

    expect(page.locator(f"[name={name}]")).to_have_value("No room")
    expect(page.locator(f"[name=was-{name}]")).to_have_value("No room")
    assert Barrier.objects.get().text == "No room"
    assert drafts_kept(page) == 0


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 400},
        {"status": 404},
        {"status": 413},
        {"json": {"message": "Saved at 9am", "saved": {}, "problems": {}}},
    ],
    ids=["400", "404", "413", "not among what was saved"],
)
def test_what_can_never_be_saved_is_said_and_kept(level_page, answer):
    page = level_page
    page.expected_errors.add("Failed to load resource")
    sent = []
    answer_posts(page, lambda route: (sent.append(route), route.fulfill(**answer)))
    comment_box(page).fill("Mine")

    expect(status(page)).to_contain_text("This could not be saved. Copy what you typed")
    page.wait_for_timeout(2500)
    assert len(sent) == 1
    assert drafts_kept(page) == 1
    expect(page.locator(f"#{COMMENT}")).to_have_value("Mine")


def test_a_problem_is_tied_to_its_field_while_there_is_one(level_page):  # L3
    page = level_page
    page.expected_errors.add("409")
    box = comment_box(page)
    before = box.get_attribute("aria-describedby")
    box.fill("y" * 10_003)
    problem = page.locator(f"#{COMMENT}-error")

    expect(problem).to_contain_text("Error: Shorten this")
    expect(box).to_have_attribute("aria-describedby", f"{COMMENT}-error {before}")
    expect(box).to_have_class(re.compile("nhsuk-textarea--error"))
    box.fill("Shorter")
    expect(problem).to_have_count(0)
    expect(box).to_have_attribute("aria-describedby", before)
    expect(box).not_to_have_class(re.compile("nhsuk-textarea--error"))


def test_the_typeface_is_ours_and_is_loaded_from_here(level_page):
    level_page.evaluate("document.fonts.ready")
    loaded = level_page.evaluate(
        "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family + ' ' + f.weight)"
    )

    assert {"Atkinson Hyperlegible Next 400", "Atkinson Hyperlegible Next 700"} <= {
        face.replace('"', "") for face in loaded
    }


def test_a_barrier_with_much_text_fits_a_phone(signed_in_page, participation, accessible):
    page = signed_in_page
    make_barrier(participation, "W" * 5000)
    page.set_viewport_size(PHONE)

    for path in ("individual/how/", "check/"):
        page.goto(f"{page.site}/reflections/{participation.pk}/{path}")
        accessible(page)
