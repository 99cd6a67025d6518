"""Fixtures of a real browser, which fails on other hosts, on the policy and on script errors."""

import os
import shutil
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from playwright.sync_api import Error, expect

from organisations.models import User

# Playwright runs an event loop in the thread of the test; Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = ["chromium-headless-shell", "chromium", "chromium-browser"]  # the first does least
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 740}

expect.set_options(timeout=10_000)


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def playwright(playwright):
    """Close at the end the connection that Django opens for the thread of the tests."""
    yield playwright
    connections.close_all()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    chromium = next(filter(None, map(shutil.which, CHROMIUM)), None)
    return {**browser_type_launch_args, "executable_path": chromium, "args": QUIET}


@pytest.fixture
def browser_context_args(browser_context_args, request):
    """`@pytest.mark.parametrize("how", [...])` gives a size, and whether scripts run."""
    how = request.node.callspec.params.get("how", {}) if hasattr(request.node, "callspec") else {}
    return {**browser_context_args, "viewport": WIDE, "accept_downloads": True, **how}


@pytest.fixture
def page(context, live_server):
    """A page on the running site. It fails its test for anything that it should not do."""
    context.set_default_timeout(15_000)
    wrong = []
    expected = set()

    def watch(page):
        page.on("console", lambda message: message.type == "error" and wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))

    def look(request):
        address = urlsplit(request.url)
        if address.scheme in ("http", "https") and address.netloc != live_server.url[7:]:
            wrong.append(f"asked another host: {request.url}")

    context.on("page", watch)
    context.on("request", look)
    page = context.new_page()
    page.site = live_server.url
    page.expected_errors = expected
    yield page
    left = [line for line in wrong if not any(words in line for words in expected)]
    assert left == []


@pytest.fixture
def account(transactional_db):
    user = User.objects.create_user("maya@example.org", "correct horse", name="Maya Okafor")
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def signed_in_page(page, account, live_server, client):
    """A page whose browser is already signed in as `account`."""
    client.force_login(account)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies(
        [{"name": "sessionid", "value": cookie.value, "url": live_server.url, "httpOnly": True}]
    )
    return page


@pytest.fixture
def accessible(browser, live_server, browser_context_args):
    """Check the page that is open: no violation, nothing wider than the screen.

    The checker is a script, so where scripts are off it reads a copy of the page.
    """

    with ExitStack() as afterwards:
        copies = []

        def check(page):
            page.wait_for_load_state()  # after a click, the next page may have begun, and be empty
            if browser_context_args.get("java_script_enabled", True):
                examine(page)
                return
            if not copies:
                scripted = browser.new_context(viewport=browser_context_args["viewport"])
                copies.append(afterwards.enter_context(scripted).new_page())
                copies[0].goto(f"{live_server.url}/healthz")
            copies[0].set_content(page.content(), wait_until="load")
            examine(copies[0])

        yield check


def examine(page, tries=3):
    try:
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    except Error:  # the page was left while it was looked at: the next one is meant
        if tries == 1:
            raise
        page.wait_for_load_state()
        examine(page, tries - 1)
        return
    assert found.violations_count == 0, found.generate_report()
    # Not the window's own width: on a phone it grows with what is in it.
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], f"{page.url} is wider than the screen: {width}"
