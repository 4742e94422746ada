"""How failed sign-ins delay the next attempt: each failure beyond a few doubles the delay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

_MOST_DOUBLINGS = 32
"""Beyond the longest delay of any policy; keeps the power small whatever was counted."""


@dataclass(frozen=True, slots=True)
class Slowing:
    """A delay that begins with the `limit`-th failure and doubles with each further one."""

    limit: int
    first: timedelta
    longest: timedelta

    def delay(self, failures: int) -> timedelta:
        """Return how long the next attempt is held up after this many failures in a row."""
        if failures < self.limit:
            return timedelta(0)
        doublings = min(failures - self.limit, _MOST_DOUBLINGS)
        return min(self.first * (1 << doublings), self.longest)
