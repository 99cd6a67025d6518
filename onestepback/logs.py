"""Logs that hold no words that people wrote, and no address that would let a reader in."""

import logging
import re

# PostgreSQL quotes the row that it refuses, with all that somebody typed in it.
QUOTED_ROW = re.compile(r"DETAIL:.*?(?=\n\nThe above exception|\n\nDuring handling|\Z)", re.DOTALL)
# Secrets in addresses: of an invitation, a link that stops letters, a person's calendar, a
# published page. Django logs the addresses of requests that failed.
SECRET = re.compile(r"(/(?:join|letters/stop|calendar|you-said)/)[^/\s?'\">]{20,}")


class WordlessFormatter(logging.Formatter):
    """Leaves out rows that a database error quotes, and secrets in addresses."""

    def format(self, record):
        return SECRET.sub(r"\1…", super().format(record))

    def formatException(self, exc_info):
        return QUOTED_ROW.sub("DETAIL: left out", super().formatException(exc_info))
