"""Circuits: an endpoint that keeps failing gets no messages for a while, and then one as a trial.

Without a circuit, an endpoint that answers slowly or not at all would occupy the senders with
every message, and other endpoints would have to wait.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

FAILURES_THAT_OPEN = 5
"""Consecutive failed attempts after which a circuit opens."""

_FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
"""The longest time for which an endpoint gets no messages."""


class CircuitState(StrEnum):
    """Whether messages are sent to an endpoint."""

    CLOSED = "closed"
    """Messages are sent as they arrive, one at a time."""
    OPEN = "open"
    """Messages wait. When the pause is over one message is sent, and its result decides what
    happens next.
    """


@dataclass(frozen=True, slots=True)
class Circuit:
    """The recent history of sending messages to an endpoint."""

    failures: int = 0
    """The number of consecutive failed attempts up to now."""
    failing_since: datetime | None = None
    """The time of the first of these failed attempts."""
    since: datetime | None = None
    """The instant at which the present state began; None for a circuit that never opened."""
    next_attempt_at: datetime | None = None
    """While the circuit is open, no message is sent before this time; None if no message waits."""
    last_attempt_at: datetime | None = None
    """When a message was last tried; None before the first attempt."""
    last_fault: str = ""
    """The problem code of the last failed attempt, which may have been long ago; empty if none has
    failed."""

    @property
    def state(self) -> CircuitState:
        """The state that follows from the number of failures."""
        is_open = self.failures >= FAILURES_THAT_OPEN
        return CircuitState.OPEN if is_open else CircuitState.CLOSED

    def after_success(self, at: datetime) -> Circuit:
        """Return the circuit after a message was accepted: closed."""
        was_open = self.state is CircuitState.OPEN
        return Circuit(
            since=at if was_open else self.since, last_attempt_at=at, last_fault=self.last_fault
        )

    def after_failure(self, at: datetime, fault: str) -> Circuit:
        """Return the circuit after a failure: open from the fifth on, with growing pauses."""
        failures = self.failures + 1
        failed = replace(
            self,
            failures=failures,
            failing_since=self.failing_since or at,
            last_attempt_at=at,
            last_fault=fault,
        )
        if failures < FAILURES_THAT_OPEN:
            return failed
        return replace(
            failed,
            since=at if failures == FAILURES_THAT_OPEN else self.since,
            next_attempt_at=at + _pause_after(failures),
        )

    def closed_by_hand(self, at: datetime) -> Circuit:
        """Return the circuit after the force stated that its endpoint accepts messages again."""
        return replace(
            self,
            failures=0,
            failing_since=None,
            next_attempt_at=None,
            since=at if self.state is CircuitState.OPEN else self.since,
        )


UNTRIED = Circuit()
"""The circuit of an endpoint to which no message has been sent yet."""


def _pause_after(failures: int) -> timedelta:
    doublings = min(failures - FAILURES_THAT_OPEN, 10)
    return min(_FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)
