"""Many people at the same moment, and letters going out meanwhile."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.cast import LETTERS
from tests.faults.letter_box import taking_letters
from tests.faults.servers import Browser, run, run_cast, running
from tests.markup import fields_of
from tests.threads import at_once

BARRIER = "barrier-00000000-0000-4000-8000-{:012}"
WORDS = [
    "comment-individual-equal-partners",
    "comment-individual-empowering",
    "comment-individual-mutual",
]


def whole_page(number, turn):
    """Every free text of a level with the same words in each, so that a half save would show."""
    fields = [*WORDS, BARRIER.format(number)]
    was = f"turn {turn - 1} of person {number}" if turn else ""
    return dict.fromkeys(fields, (was, f"turn {turn} of person {number}"))


@pytest.mark.parametrize("people", [10, pytest.param(50, marks=pytest.mark.prove)])
def test_many_people_save_at_once_and_each_finds_their_own_words(  # W1
    database, ready, tmp_path, people
):
    with running(database, tmp_path) as server:
        browsers = [Browser(server, person) for person in ready.people[:people]]

        def save(number):
            return [browsers[number].save(**whole_page(number, turn)).status for turn in range(3)]

        statuses = at_once(*[lambda number=number: save(number) for number in range(people)])

        assert statuses == [[200] * 3] * people
        with ThreadPoolExecutor(8) as pool:
            pages = list(pool.map(lambda b: b.get(f"{b.participation}individual/now/"), browsers))
    for number, page in enumerate(pages):
        fields = fields_of(page)
        found = {name: fields[name] for name in [*WORDS, BARRIER.format(number)]}
        assert set(found.values()) == {f"turn 2 of person {number}"}


@pytest.fixture
def letter_box():
    with taking_letters() as box:
        yield box


def test_people_save_while_two_processes_send_each_letter_once(  # D6 F1
    database, ready, tmp_path, letter_box
):
    done, statuses = threading.Event(), set()
    addresses = [person["email"] for person in ready.people]
    run_cast(database, f"promise_today({addresses[:8]})")

    with running(database, tmp_path, MAIL_URL=letter_box.url) as server:

        def save_on(number):
            turn, browser = 0, Browser(server, ready.people[number])
            while turn < 3 or not done.is_set():
                statuses.add(browser.save(**whole_page(number, turn)).status)
                turn += 1

        def tick():
            try:
                return at_once(*[lambda: run("manage.py", "tick", env=server.env)] * 2)
            finally:
                done.set()

        ticks = at_once(tick, *[lambda n=n: save_on(n) for n in range(4)])[0]
        log = server.log.read_text()

    assert statuses == {200}
    assert [tick.returncode for tick in ticks] == [0, 0]
    assert "locked" not in log + ticks[0].stderr + ticks[1].stderr
    assert sorted(letter_box.letters) == sorted(addresses[:LETTERS] + addresses[:8])
