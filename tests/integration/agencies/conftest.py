"""The worlds of the API, for agencies."""

from tests.integration.api.conftest import shared_world, sqlite_world, world

__all__ = ["shared_world", "sqlite_world", "world"]
