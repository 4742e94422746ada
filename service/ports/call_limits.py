"""Limits on the calls of one caller, counted by the serving processes."""

from __future__ import annotations

from typing import Protocol

from domain.ids import UserId


class CallLimiter(Protocol):
    """One bucket of tokens for each caller, which fills evenly; thread-safe."""

    def take(self, user_id: UserId) -> None:
        """Count one call; raises RateLimitedError when the caller has none left."""
