"""The command that does all that is due. Any number may run, and each may be killed at any moment.

It needs no queue: rows say what is due, and one conditional UPDATE or a unique constraint lets only
one process do each thing.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, connections

from actionplans.reminders import write_due_letters
from actionplans.services.leaving import disown_those_who_are_gone
from onestepback.forgetting import forget_once_a_day
from organisations.outbox import deliver_due_letters
from reflections.rounds import move_due_rounds


class Command(BaseCommand):
    help = (
        "Opens and closes rounds, announces results, reminds of actions, sends letters and, once a "
        "day, forgets what is over. With --every it goes on until it is stopped."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--every", type=int, metavar="SECONDS", help="do it again after so many seconds"
        )

    def handle(self, every: int | None = None, **options: Any) -> None:
        with stopped_by_signal() as stopped:
            if not every:
                self.tick(stopped)
                return
            while not stopped.is_set():
                try:
                    self.tick(stopped)
                except OperationalError as error:
                    self.stderr.write(f"The database is away, trying again: {error}")
                connections.close_all()
                stopped.wait(every)

    def tick(self, stopped: threading.Event) -> None:
        move_due_rounds()
        disown_those_who_are_gone()
        write_due_letters()
        sent = deliver_due_letters(stopped.is_set)
        if sent:
            self.stdout.write(f"Letters sent: {sent}")
        if not stopped.is_set():
            forget_once_a_day()


@contextmanager
def stopped_by_signal() -> Iterator[threading.Event]:
    """An event that is set when this process is asked to end (SIGTERM). It finishes its work."""
    stopped = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGTERM, before)
