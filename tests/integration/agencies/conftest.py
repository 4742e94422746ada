"""The worlds of the API, for agencies."""

from tests.integration.api.conftest import shared_world, sqlite_world, world
from tests.integration.web.conftest import either_office, office

__all__ = ["either_office", "office", "shared_world", "sqlite_world", "world"]
