"""Logs that hold no words of anybody's."""

import logging
import re

# PostgreSQL quotes the row that it refuses, with all that somebody typed in it.
QUOTED_ROW = re.compile(r"DETAIL:.*?(?=\n\nThe above exception|\n\nDuring handling|\Z)", re.DOTALL)
# An address that only those know whom it was given to: as long as `secrets.token_urlsafe(32)`.
SECRET_IN_ADDRESS = re.compile(r"(?<=/)[\w-]{43}(?![\w-])")


class WordlessFormatter(logging.Formatter):
    """Leaves out what a database error quotes, and what an address keeps secret."""

    def format(self, record):
        return SECRET_IN_ADDRESS.sub("…", super().format(record))

    def formatException(self, exc_info):  # noqa: N802 - the name is the library's
        return QUOTED_ROW.sub("DETAIL: left out", super().formatException(exc_info))
