"""Logs hold no words that people wrote."""

import logging

import pytest
from django.db import IntegrityError

from onestepback.logs import WordlessFormatter


def test_what_a_database_error_quotes_is_not_logged():  # J2 P16
    message = 'violates constraint "x"\nDETAIL:  Failing row contains (1, MY SECRET\n\nWORDS).'
    try:
        raise IntegrityError(message)
    except IntegrityError as error:
        with pytest.raises(RuntimeError) as caught:
            raise RuntimeError("it went wrong") from error
    record = logging.LogRecord("x", logging.ERROR, "x", 1, "Failed", (), caught._excinfo)

    logged = WordlessFormatter().format(record)

    assert "SECRET" not in logged
    assert "WORDS" not in logged
    assert 'violates constraint "x"' in logged
    assert "it went wrong" in logged
