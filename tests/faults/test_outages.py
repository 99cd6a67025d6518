"""The server is killed; the database goes away and comes back."""

import math
import socket
import threading
import time
import uuid
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.faults.servers import ON_SQLITE, Browser, Unanswered, running
from tests.markup import fields_of
from tests.threads import at_once, wait_until

COMMENT = "comment-individual-mutual"
WRITERS = 6
# A server that does not answer is waited for. A file that is not there is told of at once.
HEALTH_TOLD_WITHIN = 2 if ON_SQLITE else 7  # seconds
FAILED_READINGS = math.inf if ON_SQLITE else 5


def words(number):
    return f"sentence {number}" if number else ""


def both(number):
    """The texts of the comment and of the one barrier after so many saves."""
    return [words(number)] * 2 if number else [""]


class Writer:
    """A person who types on and on, and remembers what the site called saved."""

    def __init__(self, server, person):
        self.browser = Browser(server, person)
        self.barrier = f"barrier-{uuid.uuid4()}"
        self.saved = 0

    def save_next(self):
        pair = (words(self.saved), words(self.saved + 1))
        reply = self.browser.save(**{COMMENT: pair, self.barrier: pair})
        if reply.status == 200:
            self.saved += 1
        return reply

    def save_until_unanswered(self):
        with suppress(Unanswered):
            while True:
                assert self.save_next().status == 200

    def stored(self):
        fields = fields_of(self.browser.get(f"{self.browser.participation}individual/now/"))
        barriers = [text for name, text in fields.items() if name.startswith("barrier-") and text]
        return [fields[COMMENT], *barriers]


def test_a_killed_server_has_kept_all_it_acknowledged(database, ready, tmp_path):  # W2 C4
    with running(database, tmp_path) as server:
        writers = [Writer(server, person) for person in ready.people[:WRITERS]]
        for _kill in range(2):
            begun = sum(writer.saved for writer in writers)

            def kill_at_work(begun=begun):
                wait_until(lambda: sum(writer.saved for writer in writers) >= begun + 40)
                server.kill()

            at_once(kill_at_work, *[writer.save_until_unanswered for writer in writers])
            server.start()

            for writer in writers:
                last, in_flight = both(writer.saved), both(writer.saved + 1)
                assert writer.stored() in (last, in_flight), "lost, or torn"
                assert writer.save_next().status == 200, "sending it again is harmless"
                assert writer.stored() == in_flight


class Wire:
    """A connection to a database server that can be cut and mended (a TCP proxy)."""

    def __init__(self, database):
        there = urlsplit(database)
        self.to = (there.hostname, there.port)
        self.port = 0
        self.mend()
        self.database = database.replace(f"{there.hostname}:{there.port}", f"127.0.0.1:{self.port}")

    def mend(self):
        self.open, self.passing = [], []
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self.listener.getsockname()[1]
        self.accepting = start(self._accept)

    def cut(self):
        """Refuse new connections first and end the open ones then, so that none is left."""
        end_both_ways(self.listener)
        self.accepting.join()
        end_both_ways(*self.open)
        for thread in self.passing:
            thread.join()
        for end in [self.listener, *self.open]:
            end.close()

    def _accept(self):
        with suppress(OSError):
            while True:
                here, _address = self.listener.accept()
                self.open.append(here)
                there = socket.create_connection(self.to)
                self.open.append(there)
                for source, sink in [(here, there), (there, here)]:
                    self.passing.append(start(self._pass_on, source, sink))

    def _pass_on(self, source, sink):
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        end_both_ways(source, sink)


def start(work, *arguments):
    thread = threading.Thread(target=work, args=arguments, daemon=True)
    thread.start()
    return thread


def end_both_ways(*sockets):
    """Shut sockets down, so that whoever reads or writes at either end is told."""
    for each in sockets:
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


class Disk:
    """A place for a database's file, which can be taken away and put back."""

    def __init__(self, database):
        file = Path(urlsplit(database).path.removeprefix("/"))
        self.here, self.elsewhere = file.parent / "disk", file.parent / "elsewhere"
        self.here.mkdir()
        file.rename(self.here / file.name)
        self.database = f"sqlite:///{self.here / file.name}"

    def cut(self):
        if self.here.exists():
            self.here.rename(self.elsewhere)

    def mend(self):
        self.elsewhere.rename(self.here)


@pytest.fixture
def way(database):
    """The connection between a server and its database, which a test can cut."""
    way = Disk(database) if ON_SQLITE else Wire(database)
    yield way
    way.cut()


def seconds_of(call):
    begun = time.monotonic()
    reply = call()
    return reply, time.monotonic() - begun


def test_a_database_that_was_away_is_used_again_and_has_lost_nothing(ready, tmp_path, way):  # W4
    with running(way.database, tmp_path) as server:
        writer = Writer(server, ready.people[0])
        for _ in range(5):
            assert writer.save_next().status == 200

        way.cut()

        (health, took), page, save = at_once(
            lambda: seconds_of(lambda: Browser(server).get("/healthz")),
            lambda: writer.browser.get("/plan/"),
            writer.save_next,
        )
        assert (health.status, health.text) == (503, "The database does not answer.")
        assert took < HEALTH_TOLD_WITHIN
        assert (page.status, save.status) == (500, 500)
        assert "What you saved is safe" in page.text

        way.mend()

        wait_until(lambda: Browser(server).get("/healthz").status == 200, seconds=10)
        assert writer.stored() == both(5)
        assert writer.save_next().status == 200


def test_readers_hardly_notice_that_the_database_restarts(ready, tmp_path, way):  # W4
    with running(way.database, tmp_path) as server:
        back, statuses, deadline = threading.Event(), [], time.monotonic() + 30

        def read_on(person):
            browser = Browser(server, person)
            answers_since = 0
            while answers_since < 10:
                is_back = back.is_set()
                status = browser.get("/plan/").status
                statuses.append(status)
                answers_since += is_back and status == 200
                assert time.monotonic() < deadline, "it is still away for the server"
                time.sleep(0.05)

        def restart():
            time.sleep(0.5)
            way.cut()
            time.sleep(3)
            way.mend()
            back.set()

        at_once(restart, *[lambda person=person: read_on(person) for person in ready.people[:6]])

    assert set(statuses) <= {200, 500}
    assert statuses.count(500) <= FAILED_READINGS


def test_one_slow_sender_does_not_stop_the_others(server, somebody):  # R1
    with closing(socket.create_connection(("127.0.0.1", server.port))) as slow:
        slow.sendall(b"POST /account/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Le")

        reply, took = seconds_of(lambda: Browser(server, somebody).get("/plan/"))

    assert reply.status == 200
    assert took < 2
