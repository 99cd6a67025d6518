"""Helpers for calls at the same moment and for waiting; none of them waits without end."""

import threading
import time

from django.db import connection

PATIENCE = 120  # seconds: many times what any of it takes, and less than a run of the suite


def outcomes_at_once(*calls):
    """Make calls at once, each in a thread of its own; return each result or exception."""
    ready = threading.Barrier(len(calls))
    outcomes = [AssertionError(f"It was still at work after {PATIENCE} seconds.")] * len(calls)

    def make(position, call):
        ready.wait(PATIENCE)
        try:
            outcomes[position] = call()
        except Exception as error:  # seen by the test, since a thread's own would vanish
            outcomes[position] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=make, args=each, daemon=True) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + PATIENCE
    for thread in threads:
        thread.join(max(0, until - time.monotonic()))
    return list(outcomes)


def at_once(*calls):
    """Make calls at once, and return their results in order; raise all exceptions together."""
    outcomes = outcomes_at_once(*calls)
    raised = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    if raised:
        raise ExceptionGroup("raised by calls made at once", raised)
    return outcomes


def wait_until(happened, seconds=30):
    """Look again and again until it has happened; fail after `seconds`."""
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, f"It has not happened in {seconds} seconds."
        time.sleep(0.01)
