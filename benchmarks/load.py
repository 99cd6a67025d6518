"""Asks a server for pages and measures the costs: CPU from /proc, response times from wrk."""

import http.client
import json
import os
import subprocess
import threading
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from tests.faults.servers import CSRF, production, run

TICKS = os.sysconf("SC_CLK_TCK")

# wrk's own output has no 95th percentile, so this prints what it measured as JSON.
SCRIPT = """
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'JSON{"requests": %d, "failed": %d, "p50": %f, "p95": %f, "seconds": %f}',
    summary.requests, errors.status + errors.connect + errors.read + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, summary.duration / 1e6))
end
"""


@dataclass(frozen=True)
class Cost:
    """The costs of one kind of request, over some seconds: times in milliseconds."""

    cpu: float
    p50: float = 0
    p95: float = 0
    per_second: float = 0


class Unmeasured(Exception):
    """Requests failed, so that there is nothing to compare. Its text says how."""


def inside(module, call, database, settings="onestepback.settings", timeout=170, **variables):
    """The JSON that a call of a module's function prints, in a process with a server's settings."""
    program = (
        f"import django; django.setup(); from {module} import *; import {module} as m; m.{call}"
    )
    variables |= {"DJANGO_SETTINGS_MODULE": settings, "DEBUG": "false"}
    env = production(database, **variables, ALLOWED_HOSTS="127.0.0.1,testserver")
    done = run("-c", program, env=env, timeout=timeout)
    if done.returncode:
        raise Unmeasured(done.stderr)
    return json.loads(done.stdout)


def collect_static(database):
    done = run("manage.py", "collectstatic", "--noinput", "-v", "0", env=production(database))
    if done.returncode:
        raise Unmeasured(done.stderr)


def workers_of(server):
    master = server.process.pid
    children = Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii")
    return [int(pid) for pid in children.split()]


def cpu_of(server):
    """The CPU seconds that the server's workers have used so far, user and system."""
    total = 0
    for pid in workers_of(server):
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def memory_of(server):
    """The megabytes of the server's workers, shared pages counted in proportion."""
    kilobytes = 0
    for pid in workers_of(server):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                kilobytes += int(line.split()[1])
    return kilobytes / 1024


def read_page(server, folder, path, person, *, seconds=1, connections=8):
    """Ask for one page over and over."""
    script = folder / "report.lua"
    script.write_text(SCRIPT, encoding="utf-8")
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(script)]
    command += ["-H", f"Cookie: sessionid={person['session']}; csrftoken={CSRF}"]
    command += ["-H", "Accept-Encoding: gzip", f"http://127.0.0.1:{server.port}{path}"]
    before = cpu_of(server)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    used = cpu_of(server) - before
    found = json.loads(done.stdout.rpartition("JSON")[2])
    if found["failed"] or not found["requests"]:
        raise Unmeasured(f"{path}: {found}")
    return Cost(
        cpu=used * 1000 / found["requests"],
        p50=found["p50"],
        p95=found["p95"],
        per_second=found["requests"] / found["seconds"],
    )


class Writer:
    """Somebody whose page saves one comment after another, over one connection."""

    FIELD = "comment-individual-mutual"

    def __init__(self, server, person):
        self.server = server
        self.page = f"/reflections/{person['participation']}/individual/now/"
        self.headers = {
            "Cookie": f"sessionid={person['session']}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.saved = ""

    def save(self, times):
        with closing(http.client.HTTPConnection("127.0.0.1", self.server.port, 30)) as connection:
            for number in range(times):
                value = f"We meet on the first Tuesday {number}"
                fields = {self.FIELD: value, f"was-{self.FIELD}": self.saved}
                connection.request("POST", self.page, urlencode(fields), self.headers)
                response = connection.getresponse()
                response.read()
                if response.status != 200:
                    raise Unmeasured(f"{self.page}: {response.status}")
                self.saved = value


def save_answers(writers, times):
    """The CPU of one save, while several people save at once."""
    failures = []

    def save(writer):
        try:
            writer.save(times)
        except (Unmeasured, OSError) as error:
            failures.append(error)

    before = cpu_of(writers[0].server)
    threads = [threading.Thread(target=save, args=(writer,)) for writer in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise Unmeasured(str(failures[0]))
    used = cpu_of(writers[0].server) - before
    return Cost(cpu=used * 1000 / (times * len(writers)))


class Printers:
    """People who ask for a PDF over and over, until the block is left."""

    def __init__(self, browsers):
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self.print_on, args=(b,)) for b in browsers]
        self.made = 0

    def print_on(self, browser):
        while not self.stopping.is_set():
            self.made += browser.get("/plan/pdf/").status == 200

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self.stopping.set()
        for thread in self.threads:
            thread.join()
