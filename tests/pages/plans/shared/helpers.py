"""Helpers that fill in and send the forms of a team's plan, as people do."""

import re
from datetime import timedelta
from html import unescape

from tests.markup import fields_of


def dates_of(due):
    return {"due_on_0": str(due.day), "due_on_1": str(due.month), "due_on_2": str(due.year)}


def form_at(browser, address):
    """The fields of the form at an address, as a browser holds them."""
    page = browser.get(address)
    assert page.status_code == 200
    fields = fields_of(page)
    owner = re.search(r'<select name="owner".*?</select>', page.text, re.DOTALL)
    if owner:
        chosen = re.search(r'value="([0-9]*)" selected', owner[0])
        fields["owner"] = chosen[1] if chosen else ""
    return fields


def send(browser, address, fields=None, **changed):
    """Fill in the form at an address and send it; `fields` is the form as it was read before."""
    fields = form_at(browser, address) if fields is None else fields
    return browser.post(address, {**fields, **changed})


def promise(place, **changed):
    due = place.plan.today + timedelta(days=20)
    return {"title": "Ask the bus company", "who": "me", **dates_of(due), **changed}


def words_on(response):
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", response.text)).split())
