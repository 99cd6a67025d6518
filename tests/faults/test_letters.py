"""The process that sends letters: killed, stopped, and started again."""

import signal
import subprocess
import sys
from collections import Counter

import pytest

from tests.faults.cast import LETTERS
from tests.faults.letter_box import taking_letters
from tests.faults.servers import ROOT, production, run
from tests.threads import wait_until

# A letter that a killed process had in hand comes due again after minutes: the test does not wait.
DUE_NOW = """
import django; django.setup()
from django.utils import timezone
from organisations.models import Letter
Letter.objects.filter(sent_at=None).update(not_before=timezone.now())
print(Letter.objects.filter(sent_at=None).count())
"""


@pytest.fixture
def slow_box():
    with taking_letters(slow=0.15) as box:
        yield box


@pytest.fixture
def env(database, slow_box):
    return production(
        database, MAIL_URL=slow_box.url, DJANGO_SETTINGS_MODULE="onestepback.settings"
    )


def tick(env, *options):
    return subprocess.Popen(
        [sys.executable, "manage.py", "tick", *options],
        cwd=ROOT,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_for(box, count):
    wait_until(lambda: len(box.letters) >= count)


def left(env):
    """Make the unsent letters due now, and return their number."""
    done = run("-c", DUE_NOW, env={**env, "DEBUG": "false"})
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_a_process_that_is_killed_while_it_sends_loses_no_letter_and_repeats_one_at_most(  # F1
    env, slow_box, ready
):
    kills = 3
    for kill in range(kills):
        process = tick(env)
        wait_for(slow_box, 3 * (kill + 1))
        process.kill()
        process.wait()
        left(env)

    assert run("manage.py", "tick", env=env).returncode == 0

    addresses = {person["email"] for person in ready.people[:LETTERS]}
    assert set(slow_box.letters) == addresses
    assert len(slow_box.letters) <= LETTERS + kills
    assert left(env) == 0


def test_a_process_that_is_stopped_finishes_its_letter_and_repeats_none(  # F1
    env, slow_box, ready
):
    for options in (("--every", "60"), ()):
        process = tick(env, *options)
        wait_for(slow_box, len(slow_box.letters) + 3)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    assert 6 <= len(slow_box.letters) < LETTERS
    sent = len(slow_box.letters)

    assert left(env) == LETTERS - sent
    assert run("manage.py", "tick", env=env).returncode == 0

    addresses = [person["email"] for person in ready.people[:LETTERS]]
    assert Counter(slow_box.letters) == Counter(addresses)
