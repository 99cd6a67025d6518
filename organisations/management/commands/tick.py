"""Do what is due. Safe in any number of processes, and to be killed at any moment."""

import signal
import time

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections

from organisations.services import deliver_due_letters


class Command(BaseCommand):
    help = "Does what is due now: sends letters. With --every it goes on until it is stopped."

    def add_arguments(self, parser):
        parser.add_argument(
            "--every", type=int, metavar="SECONDS", help="do it again after so many seconds"
        )

    def handle(self, every=None, **options):
        stopping = []
        signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))
        while True:
            close_old_connections()
            try:
                sent = deliver_due_letters()
            except OperationalError as error:
                if not every:
                    raise
                self.stderr.write(f"The database is away, trying again: {error}")
            else:
                if sent:
                    self.stdout.write(f"Letters sent: {sent}")
            for _ in range(every or 0):
                if stopping:
                    return
                time.sleep(1)
            if stopping or not every:
                return
