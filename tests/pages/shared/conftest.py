"""One of every kind of person, as the tests of who reaches which page have them."""

from tests.access.conftest import cast, everybody

__all__ = ["cast", "everybody"]
