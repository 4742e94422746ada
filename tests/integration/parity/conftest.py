"""The application over each kind of database, with people at pages and callers of the API."""

from __future__ import annotations

from tests.integration.api.conftest import scorer, sqlite_world, world
from tests.integration.web.conftest import either_office, office

__all__ = ["either_office", "office", "scorer", "sqlite_world", "world"]
