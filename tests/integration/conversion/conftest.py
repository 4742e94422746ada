"""The worlds of the API, for conversion."""

from tests.integration.api.conftest import sqlite_world, world

__all__ = ["sqlite_world", "world"]
