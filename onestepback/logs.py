"""Logs that hold no words of anybody's, and no address that lets whoever reads it in."""

import logging
import re

# PostgreSQL quotes the row that it refuses, with all that somebody typed in it.
QUOTED_ROW = re.compile(r"DETAIL:.*?(?=\n\nThe above exception|\n\nDuring handling|\Z)", re.DOTALL)
# What only those know whom it was given to: an invitation, a link that stops letters, a person's
# calendar, a page that is published. Django logs the addresses of requests that failed.
SECRET = re.compile(r"(/(?:join|letters/stop|calendar|you-said)/)[^/\s?'\">]{20,}")


class WordlessFormatter(logging.Formatter):
    """Leaves out what a database error quotes, and what is secret in an address."""

    def format(self, record):
        return SECRET.sub(r"\1…", super().format(record))

    def formatException(self, exc_info):
        return QUOTED_ROW.sub("DETAIL: left out", super().formatException(exc_info))
