"""`python -m benchmarks [--rounds 7]` prints each measurement with its goal, and the failures.

It compares the CPU that a server's workers use for a request with that of the floor: bare Django
with the same queries and bytes (see benchmarks/floor). Both take turns on the same database, since
a busy computer slows both. It uses SQLite, or the server in DATABASE_URL.
"""

import argparse
import json
import os
import shutil
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onestepback.settings")

from benchmarks.load import (
    Printers,
    Unmeasured,
    Writer,
    collect_static,
    inside,
    memory_of,
    read_page,
    save_answers,
)
from benchmarks.report import Report
from benchmarks.shells import Changed, shells_of
from benchmarks.weights import weigh
from tests.faults.servers import (
    ON_SQLITE,
    Browser,
    own_database,
    running,
)

SAVES = 60  # of each of the people who save at once
PEOPLE_SAVING = 4
SAME_BYTES = 0.02  # how much of a page the floor's may be shorter or longer


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--rounds", type=int, default=7, help="how often each thing is measured")
    rounds = parser.parse_args().rounds
    if not shutil.which("wrk"):
        raise Unmeasured("this needs wrk. On Debian: apt-get install wrk")
    begun = time.monotonic()
    report = Report()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(own_database(folder))
        people = inside("benchmarks.people", "print_people()", database)
        collect_static(database)
        product = stack.enter_context(running(database, folder))
        pages = pages_of(people)
        shells = folder / "shells.json"
        shells.write_text(json.dumps(shells_from(product, pages)), encoding="utf-8")
        floor = stack.enter_context(
            running(database, folder, app="benchmarks.floor.wsgi", FLOOR_SHELLS=str(shells))
        )
        compare_pages(report, product, floor, pages, folder, rounds)
        compare_sizes(report, product, people, folder, rounds)
        measure_results(report, product, people, folder, rounds)
        measure_plans(report, product, people, folder, rounds)
        compare_saves(report, product, floor, people, rounds)
        report.line("M1", "two web processes (MB)", memory_of(product), most=160)
        count_queries(report, database, people, shells)
        compare_with_the_yardstick(report, database, people, rounds)
        measure_documents(report, database, people, rounds)
        pages_beside_pdfs(report, product, people, pages, folder, rounds)
        heavy = {"results": (people["round_24"]["results"], people["round_24"])}
        for size in (40, 300):
            team = people[f"plan_{size}"]
            heavy[f"team's plan of {size} actions"] = (team["page"], team)
        weigh(report, product, {**pages, **heavy})
        report.line("M1", "… after making PDFs in both", memory_of(product))
    engine = "SQLite" if ON_SQLITE else "PostgreSQL"
    spent = f"{rounds} rounds, {time.monotonic() - begun:.0f} s"
    report.show(f"{engine}, {spent}. A ratio compares CPU a request, round by round; medians.")


def pages_of(people):
    """The pages that are compared: {name: (address, the person who reads it)}."""
    reader = people["reader"]
    return {
        "level": (f"/reflections/{reader['participation']}/individual/now/", reader),
        "home": ("/", reader),
        "plan": ("/plan/", people["planner"]),
        "people": (people["large_admin"]["people"], people["large_admin"]),
    }


def shells_from(product, pages):
    html = {}
    for name, (path, person) in pages.items():
        reply = Browser(product, person).get(path)
        if reply.status != 200:
            raise Unmeasured(f"{path}: {reply.status}")
        html[name] = reply.text
    try:
        return shells_of(**html)
    except Changed as changed:
        raise Unmeasured(str(changed)) from changed


# --- P1, P2, P4: pages ------------------------------------------------------------------------


def compare_pages(report, product, floor, pages, folder, rounds):
    """Compare each page of both servers, in turn, round after round."""
    level, reader = pages["level"]
    as_div = f"/as-div/{level.split('/')[2]}/"
    plan = {
        (name, server is product): (server, path, person)
        for name, (path, person) in pages.items()
        for server in (product, floor)
    }
    plan["as_div", False] = (floor, as_div, reader)
    for server, path, person in plan.values():
        read_page(server, folder, path, person)  # not counted: templates are compiled
    costs = {key: [] for key in plan}
    for _round in range(rounds):
        for key, (server, path, person) in plan.items():
            costs[key].append(read_page(server, folder, path, person))
    for number, name in (("P1", "level"), ("P2", "home"), ("P2", "plan"), ("P2", "people")):
        ours, theirs = costs[name, True], costs[name, False]
        size, floor_size = (
            len(Browser(server, pages[name][1]).get(pages[name][0]).text.encode())
            for server in (product, floor)
        )
        what = f"{name} page ({size:,} bytes; floor {floor_size:,})"
        if abs(size - floor_size) > size * SAME_BYTES:
            report.note(f"benchmarks/floor/templates/{name}.html no longer is as long as the page")
        report.ratio(number, what, cpus(ours), cpus(theirs), least=0.7)
        if name == "level":
            report.ratio(number, "… stretch", cpus(ours), cpus(theirs), least=1.3, optional=True)
            theirs = cpus(costs["as_div", False])
            report.ratio(number, "level page against as_div", cpus(ours), theirs, least=2)
        tails = median(cost.p95 / cost.p50 for cost in ours)
        times = f"{median(c.p50 for c in ours):.0f} ms, {median(c.p95 for c in ours):.0f} ms"
        report.line("P4", f"{name} page, p95 / p50 at 8 connections ({times})", tails, most=2.5)


def cpus(costs):
    return [cost.cpu for cost in costs]


def compare_sizes(report, product, people, folder, rounds):
    """Compare the list of people of a small organisation with the first page of a large one's."""
    small, large = people["small_admin"], people["large_admin"]
    costs = {"small": [], "large": []}
    for _round in range(rounds):
        for name, person in (("small", small), ("large", large)):
            cost = read_page(product, folder, person["people"], person)
            costs[name].append(cost.cpu)
    what = "25 of 5,000 people, against a page of all 10"
    report.times("P2", what, costs["large"], costs["small"], most=2, digits=2)


def measure_results(report, product, people, folder, rounds):
    """Measure the results of a round of 24. The floor has no such page to compare with."""
    reader = people["round_24"]
    costs = [read_page(product, folder, reader["results"], reader) for _ in range(rounds + 1)]
    report.line("P2", "results page of a round of 24: CPU (ms)", median(cpus(costs[1:])))
    other = people["round_6"]
    few = [read_page(product, folder, other["results"], other) for _ in range(rounds + 1)]
    report.times("P2", "… against that of a round of 6", cpus(costs[1:]), cpus(few[1:]), most=2)


def measure_plans(report, product, people, folder, rounds):
    """Compare team's plans of 40 and of 300 actions: both show a page of 25."""
    teams = {size: people[f"plan_{size}"] for size in (40, 300)}
    costs = {size: [] for size in teams}
    for _round in range(rounds + 1):
        for size, team in teams.items():
            costs[size].append(read_page(product, folder, team["page"], team).cpu)
    few, many = (costs[size][1:] for size in teams)
    report.line("P2", "team's plan of 40 actions: CPU (ms)", median(few))
    report.times("P2", "… of 300 actions against it", many, few, most=2)


# --- P3: saving -------------------------------------------------------------------------------


def compare_saves(report, product, floor, people, rounds):
    writers = {
        server: [Writer(server, people[f"writer_{first + n}"]) for n in range(PEOPLE_SAVING)]
        for first, server in ((0, product), (PEOPLE_SAVING, floor))
    }
    costs = {server: [] for server in writers}
    for group in writers.values():
        save_answers(group, 5)
    for _round in range(rounds):
        for server, group in writers.items():
            costs[server].append(save_answers(group, SAVES).cpu)
    report.ratio("P3", "saving one answer", costs[product], costs[floor], least=0.8)


# --- Q1: queries ------------------------------------------------------------------------------


def count_queries(report, database, people, shells):
    call = f"print_counts({people!r})"
    ours = inside("benchmarks.queries", call, database)
    variables = {"settings": "benchmarks.floor.settings", "FLOOR_SHELLS": str(shells)}
    floors = inside(
        "benchmarks.queries", call.replace("counts(", "floor_counts("), database, **variables
    )
    rows = dict.fromkeys(["home", "plan", "list"], " with 1, 30 and 300 rows")
    rows["people"] = " with 10 and 5,000 rows"
    rows["results"] = " of rounds of 6 and 24"
    rows["team's plan"] = " with 1, 40 and 300 rows"
    most = {"level": 7, "save": 8, **dict.fromkeys(("home", "plan", "list"), 8)}
    most |= {"people": 8, "results": 8, "team's plan": 8}
    for name in most:
        what = f"queries of {name}{rows.get(name, '')}"
        report.count("Q1", what, ours[name], floors.get(name), most=most[name])
    what = "… that check access or more, and fetch nothing of the page"
    report.count("Q1", what, ours["checks"], None, most=0)


# --- P5: beside the frozen level page ---------------------------------------------------------

MOST_OF_THE_YARDSTICK = {
    "level": None,
    "home": 1.2,
    "actions": 1.3,
    "people": 2,
    "own plan": 2,
    "team's plan of 40": 2.5,
    "results of 24": 3,
}
MOST_COMPOSING = 0.2
STRETCH = {"home": 0.9}


def compare_with_the_yardstick(report, database, people, rounds):
    settings = "benchmarks.floor.frozen.settings"
    call = f"print_ratios({people!r}, {rounds})"
    found = inside("benchmarks.ratios", call, database, settings=settings)
    for name, most in MOST_OF_THE_YARDSTICK.items():
        what = f"{name} page against the level page of 2174e6e ({found[name]['bytes']:,} bytes)"
        report.line("P5", what, found[name]["ratio"], most=most)
        if name in STRETCH:
            best = found[name]["ratio"]
            report.line("P5", "… stretch", best, most=STRETCH[name], optional=True)
        report.line("P5", "… composing and compiling", found[name]["share"], most=MOST_COMPOSING)


# --- D1, D2: documents ------------------------------------------------------------------------


def measure_documents(report, database, people, rounds):
    found = inside("benchmarks.documents", f"print_costs({people!r}, {rounds})", database)
    for whose, name in (("own", "own plan"), ("team of 40", "team's plan")):
        costs, size = found[whose]["costs"], found[whose]["bytes"]
        what = f"{name} of 40 actions as PDF ({size:,} bytes), against bare WeasyPrint"
        report.times("D1", what, costs["product"], costs["bare"], most=1.2)
        report.times("D1", "… PDF/UA against plain PDF", costs["ua"], costs["plain"], most=1.2)
    long, short = (median(found[f"team of {n}"]["costs"]["product"]) for n in (500, 40))
    report.line("D1", "team's plan of 500 actions as PDF: CPU (s)", long / 1000, most=3)
    report.line("D1", "… against that of 40, an action", (long / 500) / (short / 40))


def pages_beside_pdfs(report, product, people, pages, folder, rounds):
    path, reader = pages["level"]
    idle, busy, made = [], [], 0
    browsers = [Browser(product, people["planner"]) for _ in range(2)]
    for _round in range(min(rounds, 5)):
        idle.append(read_page(product, folder, path, reader, seconds=2, connections=4).p95)
        with Printers(browsers) as printers:
            time.sleep(0.3)
            busy.append(read_page(product, folder, path, reader, seconds=2, connections=4).p95)
        made += printers.made
    what = f"p95 of a page (ms) while two people make PDFs ({made} made), against idle"
    report.times("D2", what, busy, idle, most=2)


if __name__ == "__main__":
    try:
        main()
    except Unmeasured as failed:
        print(f"Not measured: {failed}")
