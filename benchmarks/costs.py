"""Costs of closing, reading and opening rounds in a large database, printed as JSON."""

import json
import sys
import time
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from statistics import median
from urllib.parse import urlsplit

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from django.test import Client

from onestepback.pages.results.reading import result_rows
from onestepback.publishing import charts
from organisations.models import Organisation, User
from reflections.models import Answer, Level, Round
from reflections.rounds import announce_results, close_round
from reflections.summaries import QuestionFigures, figures_of

TIMES, READINGS = 7, 40


def print_costs(made, alone, empty):
    json.dump(
        {
            "team": cost_of_the_team(Round.objects.get(pk=made["team"])),
            "system": cost_of_the_system(Round.objects.get(pk=made["system"])),
            "pages": compare_pages(made["small"], alone, empty),
            "home": cost_of_home(User.objects.get(pk=made["member"])),
            "opening": cost_of_opening(made["organisation"], made["administrator"]),
            "charts": cost_of_charts(),
        },
        sys.stdout,
    )


# --- Measurements ---------------------------------------------------------------------------------


def cost_of_the_team(round_):
    found = at_times(TIMES, lambda: must(close_round(round_)))
    milliseconds = {name: middle(found, name) * 1000 for name in ("sql", "wall")}
    return {**milliseconds, "first_sql": found[0].sql * 1000}


def cost_of_the_system(round_):
    """Seconds of closing and announcing, the numbers of rows fetched, and the number of answers."""
    closing = at_times(3, lambda: must(close_round(round_)))
    figures = at_times(3, lambda: figures_of(round_))
    announced = at_times(3, lambda: (must(close_round(round_)), announce_results(round_)))
    return {
        "sql": middle(closing, "sql"),
        "wall": middle(closing, "wall"),
        "cpu": middle(closing, "cpu"),
        "letters": middle(announced, "wall") - middle(closing, "wall"),
        "rows": closing[0].rows,
        "figures": middle(figures, "wall"),
        "figures_rows": figures[0].rows,
        "answers": Answer.objects.filter(reflection__participation__round=round_).count(),
    }


def compare_pages(here, alone, empty):
    """The milliseconds of pages of the same round in both databases, asked in turn."""
    places = {"here": (here, nullcontext), "empty": (alone, lambda: another_database(empty))}
    browsers = {}
    for name, (made, place) in places.items():
        with place():
            must(close_round(Round.objects.get(pk=made["round"])))
            browsers[name] = browser_of(User.objects.get(pk=made["reader"]))
    pages = {
        "results": "/rounds/{round}/results/",
        "round": "/rounds/{round}/",
        "list of rounds": "/teams/{team}/rounds/",
        "home": "/",
    }
    return {page: take_turns(places, browsers, address) for page, address in pages.items()}


def take_turns(places, browsers, address):
    found = {name: [] for name in places}
    for _reading in range(READINGS + 1):
        for name, (made, place) in places.items():
            with place(), watched() as costs:
                read(browsers[name], address.format(**made))
            found[name].append(costs)
    milliseconds = {name: [each.wall * 1000 for each in found[name][1:]] for name in found}
    return {**milliseconds, "queries": [found[name][-1].queries for name in found]}


def read(browser, page):
    must(browser.get(page).status_code == 200)


def cost_of_home(user):
    browser = browser_of(user)
    found = at_times(TIMES, lambda: read(browser, "/"))
    return middle(found, "wall") * 1000


def cost_of_opening(slug, administrator):
    """Seconds of the request in which an organisation's administrator opens a round."""
    browser = browser_of(User.objects.get(pk=administrator))
    today = Organisation.objects.get(slug=slug).today
    fields = {"title": "Autumn", "levels": Level.values, "compares_perspectives": "yes"}
    for name, day in (("opens_on", today), ("closes_on", today + timedelta(days=14))):
        fields |= {f"{name}_0": day.day, f"{name}_1": day.month, f"{name}_2": day.year}

    def open_round():
        must(browser.post(f"/organisations/{slug}/rounds/plan/", fields).status_code == 302)

    return middle(at_times(3, open_round), "wall")


def cost_of_charts():
    """Milliseconds of drawing the charts of a page of nine questions, without the cache."""
    spent = []
    for _time in range(READINGS):
        charts._stacked.cache_clear()
        begun = time.perf_counter()
        for number in range(9):
            counts = [number + 1, 7, 5, 3, 2]
            for row in result_rows(QuestionFigures(counts, 2, 1, counts[::-1], number)):
                assert row.chart
        spent.append((time.perf_counter() - begun) * 1000)
    return median(spent)


def must(done):
    if not done:
        raise SystemExit("What is measured did not happen.")


# --- Measuring ------------------------------------------------------------------------------------


class Costs:
    """Costs of a block: seconds in the database, in all and of CPU; rows fetched, and queries."""

    def __init__(self):
        self.sql = self.wall = self.cpu = 0.0
        self.rows = self.queries = 0


@contextmanager
def watched():
    """The costs of the block, which is rolled back afterwards, so that it can be done again."""
    costs = Costs()

    class Watching(CursorWrapper):
        def timed(self, ask, *args):
            begun = time.perf_counter()
            try:
                return ask(*args)
            finally:
                costs.sql += time.perf_counter() - begun

        def execute(self, sql, params=None):
            costs.queries += 1
            return self.timed(super().execute, sql, params)

        def executemany(self, sql, params):
            costs.queries += 1
            return self.timed(super().executemany, sql, params)

        def fetchone(self):
            row = self.timed(self.cursor.fetchone)
            costs.rows += row is not None
            return row

        def fetchmany(self, *size):
            rows = self.timed(self.cursor.fetchmany, *size)
            costs.rows += len(rows)
            return rows

        def fetchall(self):
            rows = self.timed(self.cursor.fetchall)
            costs.rows += len(rows)
            return rows

    here = connections["default"]
    with transaction.atomic():
        here.make_cursor = lambda cursor: Watching(cursor, here)
        begun, cpu = time.perf_counter(), time.process_time()
        try:
            yield costs
        finally:
            costs.wall = time.perf_counter() - begun
            costs.cpu = time.process_time() - cpu
            del here.make_cursor
            transaction.set_rollback(True)


def at_times(times, change):
    """The costs of a change that is made and rolled back so many times."""
    found = []
    for _time in range(times):
        with watched() as costs:
            change()
        found.append(costs)
    return found


def middle(found, name):
    return median(getattr(costs, name) for costs in found)


@contextmanager
def another_database(url):
    """Use another database in this block in place of the usual one."""
    usual = connections["default"]
    name = urlsplit(url).path.removeprefix("/")
    connections.databases.setdefault(url, {**connections.databases["default"], "NAME": name})
    connections["default"] = connections[url]
    try:
        yield
    finally:
        connections["default"] = usual


def browser_of(user):
    """A signed-in browser of the user, in this process (Django's test client)."""
    browser = Client()
    browser.force_login(user)
    return browser
