"""The worlds of the API, for agencies."""

from tests.integration.api.conftest import shared_world, sqlite_world, world
from tests.integration.web.conftest import office

__all__ = ["office", "shared_world", "sqlite_world", "world"]
