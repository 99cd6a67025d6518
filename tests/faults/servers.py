"""The product as it is deployed: gunicorn on a real database, and people with browsers."""

import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import psycopg
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
ON_SQLITE = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
NOTHING_LISTENS = "smtp://127.0.0.1:1"
CSRF = "c" * 32


# --- Databases --------------------------------------------------------------------------------


@contextmanager
def own_database(folder, *, copy_of=None):
    """The address of a new database on the suite's engine, which is deleted after the block."""
    name = f"faults_{uuid.uuid4().hex}"
    if ON_SQLITE:
        file = folder / f"{name}.sqlite3"
        if copy_of:
            shutil.copy(urlsplit(copy_of).path.removeprefix("/"), file)
        yield f"sqlite:///{file}"
        return
    template = f' TEMPLATE "{urlsplit(copy_of).path[1:]}"' if copy_of else ""
    administer(f'CREATE DATABASE "{name}"{template}')
    try:
        yield postgres_url(name)
    finally:
        administer(f'DROP DATABASE "{name}" WITH (FORCE)')


def administer(sql):
    with psycopg.connect(postgres_url("postgres"), autocommit=True) as connection:
        connection.execute(sql)


def postgres_url(name):
    there = settings.DATABASES["default"]
    who = f"{quote(there['USER'])}:{quote(there['PASSWORD'])}"
    host, port = there["HOST"] or "127.0.0.1", there["PORT"] or 5432
    return f"postgres://{who}@{host}:{port}/{name}"


# --- Processes --------------------------------------------------------------------------------


def production(database_url, **variables):
    """The environment of a server, without the suite's own settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        "DATABASE_URL": database_url,
        "SECRET_KEY": "a key that only these tests know, and long enough to be one: 0123456789",
        "ALLOWED_HOSTS": "127.0.0.1",
        "MAIL_URL": NOTHING_LISTENS,
        "HTTPS": "false",
        **variables,
    }


def run(*arguments, env, timeout=60):
    """Run a Python process to its end, and return its exit code, output and errors."""
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=timeout, check=False
    )


def make_ready(database_url, people):
    """Make tables, questions and people in an empty database; return the people as dictionaries."""
    return json.loads(run_cast(database_url, f"print_people({people})"))


def run_cast(database_url, call):
    """Call a function of `cast` in a process of its own on a database; return what it prints."""
    program = f"import django; django.setup(); from tests.faults import cast; cast.{call}"
    env = production(database_url, DJANGO_SETTINGS_MODULE="onestepback.settings", DEBUG="false")
    done = run("-c", program, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout


def free_port():
    """A port that the system gives to nobody who connects, or who asks for any port."""
    while True:
        port = random.randrange(20_000, 30_000)
        with suppress(OSError), closing(socket.create_server(("127.0.0.1", port))):
            return port


class Server:
    """gunicorn with the shipped configuration, which can be killed and started again."""

    def __init__(self, database_url, folder, app="onestepback.wsgi", **variables):
        self.app = app
        self.port = free_port()
        self.env = production(database_url, PORT=str(self.port), **variables)
        self.log = folder / f"server-{self.port}.log"
        self.process = None

    def start(self):
        command = [sys.executable, "-m", "gunicorn", self.app]
        if shutil.which("setpriv"):  # so that it ends even if the tests themselves are killed
            command = ["setpriv", "--pdeathsig", "TERM", *command]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + 30
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                Browser(self).get("/healthz")
            except Unanswered:
                time.sleep(0.05)
            else:
                return self
        self.kill()
        raise AssertionError(f"The server did not start:\n{self.log.read_text()}")

    def kill(self):
        """End all its processes at once, as a power cut does."""
        with suppress(ProcessLookupError):  # it ended by itself: its log says why
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def running(database_url, folder, **variables):
    server = Server(database_url, folder, **variables).start()
    try:
        yield server
    finally:
        server.kill()


# --- People -----------------------------------------------------------------------------------


class Unanswered(Exception):
    """The server went away before it answered, so nobody knows if it did what was asked."""


@dataclass(frozen=True)
class Reply:
    """A response to a browser; its `text` may be JSON."""

    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def url(self):
        return self.headers["Location"]


class Browser:
    """A person's browser, with a new connection for each request: none outlives its server."""

    def __init__(self, server, person=None):
        self.server = server
        self.cookies = {"csrftoken": CSRF}
        if person:
            self.cookies["sessionid"] = person["session"]
            self.participation = f"/reflections/{person.get('participation')}/"

    def get(self, path, **headers):
        return self._ask("GET", path, None, headers)

    def post(self, path, fields, **headers):
        body = urlencode({"csrfmiddlewaretoken": CSRF, **fields})
        form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self._origin()}
        return self._ask("POST", path, body, {**form, **headers})

    def save(self, level="individual", stage="now", **fields):
        """Save fields as the page's script does; each is (seen value, typed value)."""
        sent = {}
        for name, (was, value) in fields.items():
            sent |= {name: value, f"was-{name}": was}
        page = f"{self.participation}{level}/{stage}/"
        return self.post(page, sent, Accept="application/json")

    def _origin(self):
        return f"http://127.0.0.1:{self.server.port}"

    def _ask(self, method, path, body, headers):
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        with closing(http.client.HTTPConnection("127.0.0.1", self.server.port, 30)) as connection:
            try:
                connection.request(method, path, body, {"Cookie": cookie, **headers})
                response = connection.getresponse()
                text = response.read().decode(errors="replace")
            except (OSError, http.client.HTTPException) as error:
                raise Unanswered(str(error)) from error
        return Reply(response.status, response.headers, text)
