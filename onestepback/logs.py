"""Logs that hold no words of anybody's."""

import logging
import re

# PostgreSQL quotes the row that it refuses, with all that somebody typed in it.
QUOTED_ROW = re.compile(r"DETAIL:.*?(?=\n\nThe above exception|\n\nDuring handling|\Z)", re.DOTALL)


class WordlessFormatter(logging.Formatter):
    """Leaves out what a database error quotes."""

    def formatException(self, exc_info):  # noqa: N802 - the name is the library's
        return QUOTED_ROW.sub("DETAIL: left out", super().formatException(exc_info))
