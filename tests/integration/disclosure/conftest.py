"""The worlds of the API, and the application with its pages."""

from tests.integration.api.conftest import sqlite_world, world
from tests.integration.looks.conftest import sqlite_office

__all__ = ["sqlite_office", "sqlite_world", "world"]
