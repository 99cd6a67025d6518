"""The cast of the tests of access, for pages that everybody reaches in the same way."""

from tests.access.conftest import cast, everybody

__all__ = ["cast", "everybody"]
