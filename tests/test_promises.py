"""Every id beside a test is that of a promise, and every promise names tests that carry its id."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

TESTS = Path(__file__).resolve().parent
TEST = r"def (test_\w+)"
PROMISE = re.compile(r"^\| ([A-Z]\d+(?:\.\d)?) \| .+ \| (.+) \|$", re.MULTILINE)
LIKE_AN_ID = re.compile(r"#.*\b[A-Z]\d{1,2}(?:\.\d)?\b.*$")
IDS = re.compile(r"# ([A-Z]\d{1,2}(?:\.\d)?(?: [A-Z]\d{1,2}(?:\.\d)?)*)$")


def promises():
    """The promises of docs/promises.md: (id, names of the tests that show it)."""
    page = (TESTS.parent / "docs/promises.md").read_text(encoding="utf-8")
    return [(name, re.findall(r"`(\w+)`", shown)) for name, shown in PROMISE.findall(page)]


@cache
def comments():
    """The comments that look like ids: (place, ids, the tests for which they count)."""
    found = []
    for path in sorted(TESTS.rglob("*.py")):
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, 1):
            if LIKE_AN_ID.search(line):
                ids = IDS.search(line)
                where = f"{path.relative_to(TESTS)}:{number}"
                found.append((where, ids[1].split() if ids else [], shown_by(lines, number)))
    return found


def shown_by(lines, number):
    """The test that a line is in; beside the docstring of a module, all its tests."""
    if '"""' in lines[number - 1]:
        return re.findall(TEST, "\n".join(lines))
    functions = (line for line in reversed(lines[:number]) if re.search(r"\bdef ", line))
    return re.findall(TEST, next(functions, ""))


def test_every_id_beside_a_test_is_that_of_a_promise():
    known = {name for name, _shown in promises()}
    unknown = [
        where
        for where, ids, tests in comments()
        if not ids or not tests or not known.issuperset(ids)
    ]

    assert unknown == []


def test_every_promise_is_shown_by_tests_that_carry_its_id():
    carried = {(name, test) for _where, ids, tests in comments() for name in ids for test in tests}
    not_shown = [
        (name, shown)
        for name, shown in promises()
        if not shown or not all((name, test) in carried for test in shown)
    ]

    assert not_shown == []


def test_every_promise_has_an_id_of_its_own():
    times = Counter(name for name, _shown in promises())

    assert times
    assert [name for name, often in times.items() if often > 1] == []
