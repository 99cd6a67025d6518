"""The suite keeps to its limit, and leaves out what is proved apart."""

import ast
from pathlib import Path

import pytest
from hypothesis import settings

from tests import tiers

pytest_plugins = ["pytester"]

CASES = """
import time

import pytest

def work():
    until = time.process_time() + 0.1
    while time.process_time() < until:
        pass

@pytest.fixture(scope="module")
def world():
    work()

def test_quick(world):
    assert True

def test_long():
    work()

def test_waiting():
    time.sleep(0.1)

@pytest.mark.slow
def test_slow():
    work()

@pytest.mark.prove
def test_proved_apart():
    work()
"""


@pytest.fixture
def run(pytester, monkeypatch):
    """Run the tests above, with a limit of 50 ms for each, and return how each ended."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setattr(tiers, "YARDSTICK_TAKES", 1)  # a machine that is never too busy
    markers = [f"{name}: as in the suite" for name in ("slow", "prove")]
    pytester.makeini("[pytest]\nmarkers =\n  " + "\n  ".join(markers))
    pytester.makepyfile(CASES)

    def run(*options):
        result = pytester.inline_run("-p", "tests.tiers", "-o", "most_cpu_seconds=0.05", *options)
        passed, _skipped, failed = result.listoutcomes()
        return {
            "passed": {report.nodeid.rpartition("::")[2] for report in passed},
            "failed": {report.nodeid.rpartition("::")[2] for report in failed},
        }

    profile = settings.get_current_profile_name()
    yield run
    settings.load_profile(profile)


def test_a_test_that_takes_long_fails_unless_it_is_marked_slow(run):
    assert run() == {
        "passed": {"test_quick", "test_waiting", "test_slow"},
        "failed": {"test_long"},
    }


def test_what_is_proved_apart_is_run_when_it_is_asked_for(run):
    assert run("-m", "prove") == {"passed": {"test_proved_apart"}, "failed": set()}


def test_on_a_busy_machine_a_test_may_take_longer(run, monkeypatch):
    monkeypatch.setattr(tiers, "YARDSTICK_TAKES", 1e-6)

    assert run()["failed"] == set()


# --- Names --------------------------------------------------------------------------------------

TESTS = Path(__file__).resolve().parent
OF_A_BROWSER = {"browser", "browser_name", "context", "page", "playwright"}


def arguments_of_tests(path):
    """Each test and its arguments: (place, names of the arguments)."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield f"{path.relative_to(TESTS)}: {node.name}", {each.arg for each in node.args.args}


def test_only_tests_of_a_browser_take_what_is_called_like_a_part_of_one():
    found = [
        where
        for path in TESTS.rglob("test_*.py")
        if "browser" not in path.relative_to(TESTS).parts
        for where, names in arguments_of_tests(path)
        if names & OF_A_BROWSER
    ]

    assert found == []
