"""A server that several tests share, and a database ready to be copied for those that harm one."""

import fcntl
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from tests.faults.servers import ROOT, make_ready, own_database, production, run, running

PEOPLE = 80


@contextmanager
def alone(path):
    """Nobody else is in here at the same time: the static files have one place in a checkout."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def ready(tmp_path_factory):
    """A database with people, and the static files: made once, never served from."""
    folder = tmp_path_factory.mktemp("faults")
    with own_database(folder) as url:
        people = make_ready(url, PEOPLE)
        with alone(ROOT / "var" / "collecting-static"):
            done = run("manage.py", "collectstatic", "--noinput", "-v", "0", env=production(url))
        assert done.returncode == 0, done.stderr
        yield SimpleNamespace(url=url, people=people)


@pytest.fixture(scope="session")
def server(ready, tmp_path_factory):
    """One server for all tests that leave it in peace."""
    folder = tmp_path_factory.mktemp("server")
    with own_database(folder, copy_of=ready.url) as url, running(url, folder) as server:
        yield server


@pytest.fixture(scope="session")
def nobody_yet(ready):
    return iter(ready.people)


@pytest.fixture
def somebody(nobody_yet):
    """A person of the shared server whom no other test has met."""
    return next(nobody_yet)


@pytest.fixture
def database(ready, tmp_path):
    """The address of a database with the same people, for one test to harm."""
    with own_database(tmp_path, copy_of=ready.url) as url:
        yield url
