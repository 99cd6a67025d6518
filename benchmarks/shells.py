"""Cuts the product's pages in those places where the floor puts its own loops."""

import re

CSRF_FIELD = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+')


class Changed(Exception):
    """A page has lost the marks at which it is cut, so the floor must be brought up to date."""


def cut(html, start, end):
    """The page before `start`, and the page from the last `end` on."""
    first, last = html.find(start), html.rfind(end)
    if first < 0 or last < first:
        raise Changed(f"benchmarks/floor does not fit the pages any more: no {start!r} … {end!r}")
    return html[:first], html[last:]


def shells_of(level, home, plan, people):
    """The parts of each page that never change, as the floor's templates put them together."""
    before, after = cut(level, '<div class="osb-question"', '<div class="nhsuk-button-group">')
    token = CSRF_FIELD.search(before)
    if not token:
        raise Changed("benchmarks/floor does not fit the level page: no CSRF field")
    opening, closing = cut(plan, '<section class="osb-record', "</section>")
    start, people = cut(people, "<option", '</select></div><div class="nhsuk-form-group">')
    until_rows, end = cut(people, '<tr role="row">\n', "</tbody>")
    return {
        "level": [before[: token.start()], before[token.end() :], after],
        "home": cut(home, '<h1 class="nhsuk-heading-l">', "</main>"),
        "plan": [opening, closing.removeprefix("</section>")],
        "people": [start, until_rows, end],
    }
