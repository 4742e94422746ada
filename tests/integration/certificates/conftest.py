"""The worlds of the API, for certificates."""

from tests.integration.api.conftest import sqlite_world, world

__all__ = ["sqlite_world", "world"]
