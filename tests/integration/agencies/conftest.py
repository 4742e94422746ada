"""The worlds of the API, for agencies."""

from tests.integration.api.conftest import scorer, sqlite_world, world

__all__ = ["scorer", "sqlite_world", "world"]
