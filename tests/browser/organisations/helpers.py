"""Steps that these tests take on the pages of an organisation."""

import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import expect

from tests.browser.conftest import WIDE
from tests.browser.pages import ON_A_PHONE

WIDE_AND_PHONE = {"wide": {"viewport": WIDE}, "phone": ON_A_PHONE}


NAME = "Tamsel Valley Trust"


def for_each(how):
    return pytest.mark.parametrize("how", how.values(), ids=how)


def width_of(page):
    return page.evaluate("document.documentElement.scrollWidth")


def sign_in(page, user):
    client = Client()
    client.force_login(user)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": page.site}])


def deliver():
    """Send the letters that are due, as `tick` does, and return the addresses that got one."""
    before = len(mail.outbox)
    call_command("tick")
    return sorted(message.to[0] for message in mail.outbox[before:])


def latest_to(address):
    return next(message for message in reversed(mail.outbox) if message.to == [address])


def link_in(message):
    return re.search(r"http://\S+/join/\S+", message.body).group()


def heading(page):
    return page.get_by_role("heading", level=1)


def part_of(page, name):
    """The list of an organisation's parts, which its administrators see on each page."""
    return page.get_by_role("navigation", name=name)


def go_to(page, part, name=NAME):
    """Go to a part of the organisation by the list of parts, which is folded on a phone."""
    folded = part_of(page, name).locator("summary")
    if folded.count() and part_of(page, name).locator("details[open]").count() == 0:
        folded.click()
    with page.expect_navigation():
        part_of(page, name).get_by_role("link", name=part, exact=True).click()


def problem(page, words):
    """Check that the page, its title and a link to the field say what to do."""
    expect(page).to_have_title(re.compile("^Error: "))
    field = page.locator(".nhsuk-error-summary").get_by_role("link", name=words)
    expect(page.locator(field.get_attribute("href"))).to_be_visible()
    expect(page.locator(".nhsuk-error-message")).to_contain_text(words)


def rows(page, caption):
    """The cells of a table's body, row by row."""
    table = page.get_by_role("table", name=caption)
    expect(table).to_be_visible()
    return [row.get_by_role("cell").all_inner_texts() for row in table.locator("tbody tr").all()]
