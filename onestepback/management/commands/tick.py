"""Do what is due. Safe in any number of processes, and to be killed at any moment."""

import signal
import threading
from contextlib import contextmanager

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError, connections

from actionplans.reminders import write_due_letters
from actionplans.services import disown_those_who_are_gone
from organisations.outbox import deliver_due_letters, forget_old_letters
from organisations.services import (
    forget_old_invitations,
    forget_old_names,
    forget_unconfirmed_accounts,
)
from reflections.forgetting import forget_old_authors
from reflections.rounds import move_due_rounds


class Command(BaseCommand):
    help = (
        "Opens and closes rounds, announces results, reminds of actions, sends letters and forgets "
        "what is over. With --every it goes on until it is stopped."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--every", type=int, metavar="SECONDS", help="do it again after so many seconds"
        )

    def handle(self, every=None, **options):
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

    def tick(self, stopped):
        call_command("clearsessions")
        forget_unconfirmed_accounts()
        forget_old_invitations()
        forget_old_names()
        forget_old_letters()
        forget_old_authors()
        move_due_rounds()
        disown_those_who_are_gone()
        write_due_letters()
        sent = deliver_due_letters(stopped.is_set)
        if sent:
            self.stdout.write(f"Letters sent: {sent}")


@contextmanager
def stopped_by_signal():
    """An event that is set once this process is asked to end: what it has begun, it finishes."""
    stopped = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGTERM, before)
