"""The worlds of the API, for requests."""

from tests.integration.api.conftest import sqlite_world, world
from tests.integration.web.conftest import office

__all__ = ["office", "sqlite_world", "world"]
