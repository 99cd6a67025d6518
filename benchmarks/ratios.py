"""Costs of pages beside the frozen level page, in one process and run (P5), printed as JSON.

Each page takes turns with the yardstick, and only this process's CPU is counted, so a busy computer
slows both. A clock of CPU time looks every few milliseconds at what the process is doing (a
sampling profiler), and so tells how much of a page is composing and compiling statements.
"""

import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from types import FrameType

from django.test import Client

from organisations.statements import CompiledOnce

TURN = 6  # requests of a page, before the yardstick is asked again
SAMPLED = 100  # requests that are looked at
TICK = 0.001  # seconds of CPU
# What composes and compiles, and what reads rows, by their names in Django and in our statements.
COMPOSING = {
    *("filter", "exclude", "annotate", "alias", "order_by", "select_related", "prefetch_related"),
    *("values", "values_list", "distinct", "all", "using", "_chain", "_clone", "_combinator_query"),
    *("_filter_or_exclude", "_annotate", "_values", "get_queryset", "_apply_rel_filters"),
    *("as_sql", "get_compiler", "clone", "chain", "add_q", "resolve_expression", "set_limits"),
    *("_write_down", "_with", "_compose", "statement_of", "answer", "lookups", "_is_untouched"),
}
READING = {
    *("__iter__", "_fetch_all", "results_iter", "apply_converters", "get_converters", "populate"),
    *("cursor_iter", "get_related_populators", "from_db", "execute_sql", "rows", "one"),
    *("has_composite_fields", "prefetch_related_objects", "prefetch_one_level"),
}


def print_ratios(people: dict, rounds: int) -> None:
    pages = pages_of(people)
    clients = {name: browser_of(person) for name, (_path, person) in pages.items()}
    for name in pages:
        cost(name, pages, clients)  # not counted: templates and statements are compiled
    ratios: dict[str, list[float]] = {name: [] for name in pages}
    for _round in range(rounds):
        for name, found in ratios.items():
            yardstick = cost("yardstick", pages, clients)
            found.append(cost(name, pages, clients) / yardstick)
    measured = {
        name: {
            "ratio": median(ratios[name]),
            "share": share_of_composing(name, pages, clients),
            "bytes": len(ask(name, pages, clients).content),
        }
        for name in pages
    }
    json.dump(measured, sys.stdout)


def pages_of(people: dict) -> dict[str, tuple[str, dict]]:
    """The address of each page and its reader, who looks after a team where there is one.

    The yardstick is first, and has no goal.
    """
    reader, lead, large = people["reader"], people["plan_40"], people["large_admin"]
    return {
        "yardstick": (f"/frozen/level/{reader['participation']}/", reader),
        "level": (f"/reflections/{reader['participation']}/individual/now/", reader),
        "home": ("/", lead),
        "actions": ("/actions/", lead),
        "people": (large["people"], large),
        "own plan": ("/plan/", people["planner"]),
        "team's plan of 40": (lead["page"], lead),
        "results of 24": (people["round_24"]["results"], people["round_24"]),
    }


def browser_of(person: dict) -> Client:
    browser = Client()
    browser.cookies["sessionid"] = person["session"]
    return browser


@contextmanager
def as_it_was(name: str) -> Iterator[None]:
    """Compose the yardstick's queries anew for each request, as its version did."""
    CompiledOnce._writes_down = name != "yardstick"
    try:
        yield
    finally:
        CompiledOnce._writes_down = True


def ask(name: str, pages: dict, clients: dict):
    response = clients[name].get(pages[name][0])
    if response.status_code != 200:
        raise SystemExit(f"{name}: {response.status_code}")
    return response


def cost(name: str, pages: dict, clients: dict) -> float:
    """The CPU seconds of one request for a page."""
    with as_it_was(name):
        before = time.process_time()
        for _request in range(TURN):
            ask(name, pages, clients)
        return (time.process_time() - before) / TURN


def share_of_composing(name: str, pages: dict, clients: dict) -> float:
    seen: Counter[bool] = Counter()

    def look(_signal: int, frame: FrameType | None) -> None:
        seen[is_composing(frame)] += 1

    before = signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, TICK, TICK)
    try:
        with as_it_was(name):
            for _request in range(SAMPLED):
                ask(name, pages, clients)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return seen[True] / max(1, seen.total())


def is_composing(frame: FrameType | None) -> bool:
    """True if the process is composing or compiling a statement, and not reading its rows."""
    while frame:
        file, name = frame.f_code.co_filename, frame.f_code.co_name
        if "/django/db/backends/" in file and name.startswith(("execute", "_execute")):
            return False
        if "/django/db/models/" in file or file.endswith("/statements.py"):
            if name in COMPOSING:
                return True
            if name in READING:
                return False
        if "/django/template/" in file:
            return False
        frame = frame.f_back
    return False
