"""Fixtures: a server that several tests share, and a database to copy for tests that harm one."""

import fcntl
import os
from types import SimpleNamespace

import pytest

from tests.faults.servers import ROOT, make_ready, own_database, production, run, running

PEOPLE = 80


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/faults/" in str(item.path):
            item.add_marker(pytest.mark.faults)


def collect_once(url, run_of_tests):
    """Collect the static files in one worker: a checkout has one place for them, so others wait.

    Collecting takes files away for a moment, and a server that starts in it finds them missing.
    """
    with (ROOT / "var" / "collecting-static").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        if file.read() == run_of_tests:
            return
        done = run("manage.py", "collectstatic", "--noinput", "-v", "0", env=production(url))
        assert done.returncode == 0, done.stderr
        file.truncate(0)
        file.write(run_of_tests)


@pytest.fixture(scope="session")
def ready(tmp_path_factory, testrun_uid):
    """A database with people, made once with the static files; servers use copies of it."""
    folder = tmp_path_factory.mktemp("faults")
    with own_database(folder) as url:
        people = make_ready(url, PEOPLE)
        collect_once(url, os.environ.get("RUN_OF_TESTS", testrun_uid))
        yield SimpleNamespace(url=url, people=people)


@pytest.fixture(scope="session")
def server(ready, tmp_path_factory):
    """One server for all tests that do it no harm."""
    folder = tmp_path_factory.mktemp("server")
    with own_database(folder, copy_of=ready.url) as url, running(url, folder) as server:
        yield server


@pytest.fixture(scope="session")
def nobody_yet(ready):
    return iter(ready.people)


@pytest.fixture
def somebody(nobody_yet):
    """A person of the shared server whom no other test uses."""
    return next(nobody_yet)


@pytest.fixture
def database(ready, tmp_path):
    """The address of a copy of the database, for one test to harm."""
    with own_database(tmp_path, copy_of=ready.url) as url:
        yield url
