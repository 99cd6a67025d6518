"""Do what is due. Safe in any number of processes, and to be killed at any moment."""

import signal
import threading

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError, connections

from organisations.services import deliver_due_letters, forget_unconfirmed_accounts


class Command(BaseCommand):
    help = "Sends letters, forgets what is over. With --every it goes on until it is stopped."

    def add_arguments(self, parser):
        parser.add_argument(
            "--every", type=int, metavar="SECONDS", help="do it again after so many seconds"
        )

    def handle(self, every=None, **options):
        if not every:
            self.tick()
            return
        stopped = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stopped.set())
        while not stopped.is_set():
            try:
                self.tick()
            except OperationalError as error:
                self.stderr.write(f"The database is away, trying again: {error}")
            connections.close_all()
            stopped.wait(every)

    def tick(self):
        call_command("clearsessions")
        forget_unconfirmed_accounts()
        sent = deliver_due_letters()
        if sent:
            self.stdout.write(f"Letters sent: {sent}")
