"""`python -m benchmarks.scale [--reflections N]` measures a large system; see benchmarks/crowd.

It makes a database of its own, and deletes it afterwards: a million reflections on the PostgreSQL
of DATABASE_URL, a tenth of that on SQLite. No server takes part: times are of one process and its
database. Every change is rolled back, and measured again.
"""

import argparse
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onestepback.settings")

from benchmarks.load import Unmeasured, collect_static, inside
from benchmarks.report import Report
from tests.faults.servers import ON_SQLITE, own_database

REFLECTIONS = 100_000 if ON_SQLITE else 1_000_000
HOUR = 3600
COMBINATIONS = 3000  # rows that the counts of a round can have, however many people took part


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale")
    parser.add_argument(
        "--reflections", type=int, default=REFLECTIONS, help="of people, of all four levels"
    )
    reflections = parser.parse_args().reflections
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        empty, large = (stack.enter_context(own_database(folder)) for _ in range(2))
        collect_static(empty)
        alone = inside("benchmarks.crowd", "print_small()", empty)
        made = inside("benchmarks.crowd", f"print_crowd({reflections})", large, timeout=HOUR)
        call = f"print_costs({made!r}, {alone!r}, {empty!r})"
        found = inside("benchmarks.costs", call, large, timeout=HOUR)
    show(made, found)


def show(made, found):
    report = Report("here", "empty")
    team, system = found["team"], found["system"]
    report.line("A1", "closing a team's round of 30 (ms in SQL)", team["sql"], most=50)
    report.line("A1", "… the first time, from disk (ms in SQL)", team["first_sql"], most=50)
    report.line("A1", "… and in all (ms)", team["wall"])
    people = f"{made['people']:,}"
    report.line("A1", f"closing the system's of {people} (s in all)", system["wall"], most=5)
    report.line("A1", "… in SQL (s)", system["sql"])
    report.line("A1", "… of that its figures (s)", system["figures"])
    report.line(
        "A1", "… CPU of this process, which a busy computer does not stretch (s)", system["cpu"]
    )
    what = f"rows fetched for its figures, of {system['answers']:,} answers"
    report.line("A1", what, system["figures_rows"], most=COMBINATIONS)
    report.line("A1", f"… and in all: a key of {people} people, to lock it", system["rows"])
    report.line("A1", f"… and afterwards, by tick: {people} letters (s)", system["letters"])
    for name, page in found["pages"].items():
        what = f"{name} page of a closed round of 30, beside an empty database"
        report.times("A1", what, page["here"], page["empty"], most=1.2, digits=1)
        here, alone = page["queries"]
        report.count("Q1", "… its queries", [here], [alone], most=8)
    report.line("A1", "home page of somebody in the crowd (ms)", found["home"])
    what = f"opening a round of {made['of_organisation']:,} people (s of the request)"
    report.line("A1", what, found["opening"], most=1)
    report.line("P2", "charts of 9 questions, two bars each (ms)", found["charts"], most=10)
    rows = ", ".join(f"{made['rows'][name]:,} {name}" for name in made["rows"])
    engine = "SQLite" if ON_SQLITE else "PostgreSQL"
    report.show(
        f"{engine}: {rows}; made in {made['seconds']:.0f} s. Medians; what changes is undone."
    )


if __name__ == "__main__":
    try:
        main()
    except Unmeasured as failed:
        print(f"Not measured: {failed}")
