"""A check that SQLite is set up to keep every word that was saved, also through a power cut."""

from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections

DURABLE_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
}  # 2 is FULL: a saved word survives a power cut
LEAST_BUSY_TIMEOUT = 5000  # milliseconds


def assert_durable() -> None:
    """Raise ImproperlyConfigured if a word that was acknowledged could be lost."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for name, wanted in DURABLE_PRAGMAS.items():
            value = cursor.execute(f"PRAGMA {name}").fetchone()[0]
            if value != wanted:
                raise ImproperlyConfigured(f"SQLite's {name} is {value}, and must be {wanted}.")
        waits = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
    mode = getattr(connection, "transaction_mode", None)  # only SQLite's connections have one
    if waits < LEAST_BUSY_TIMEOUT or mode != "IMMEDIATE":
        raise ImproperlyConfigured("SQLite must begin transactions IMMEDIATE and wait 5 seconds.")
    connections.close_all()  # what a server opens before it forks is not for its children
