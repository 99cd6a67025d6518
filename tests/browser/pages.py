"""Steps on any page, taken with a mouse, a thumb or the keyboard alone."""

import re

from tests.browser.conftest import PHONE, WIDE

ON_A_PHONE = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
HOW = {  # whole journeys: both sizes, with scripts and without
    "phone": ON_A_PHONE,
    "wide without JavaScript": {"viewport": WIDE, "java_script_enabled": False},
}


def code_in(message):
    return re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", message.body).group()


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def link(page, name):
    """A link by its words; hidden words in it may stand further apart from the others."""
    words = re.compile(r"^\s*" + r"\s+".join(map(re.escape, name.split())) + r"\s*$")
    return page.get_by_role("link", name=words).first


def follow(page, name):
    # Without waiting, what comes next could still look at the page that is being left.
    with page.expect_navigation():
        link(page, name).click()


def download(page, name):
    with page.expect_download() as started:
        link(page, name).click()
    return started.value


class Keyboard:
    """A person who has no mouse."""

    def __init__(self, page):
        self.page = page

    def to(self, locator):
        for _press in range(120):
            if locator.evaluate("element => element === document.activeElement"):
                return self
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{locator} is not reached by the keyboard")

    def press(self, key):
        self.page.keyboard.press(key)
        return self

    def type(self, words):
        self.page.keyboard.type(words)
        return self
