"""Tracing spans of calls and of rounds of work, for a trace collector.

A span names routes, codes, counts and durations. It never contains a URL, query, body or account,
or the IP address of a client.
"""

import time
from collections.abc import Callable, Mapping
from typing import Protocol

Facts = Mapping[str, str | int | float]
"""Names and values in a span: only codes and numbers."""


class CallSpan(Protocol):
    """The span of the call in progress."""

    def end(self, name: str, facts: Facts, *, failure: str = "") -> None:
        """End the span under a name; `failure` is the code or class of the error, if any."""


class Tracing(Protocol):
    """Creates spans and exports them; thread-safe."""

    def begin_call(self, traceparent: str) -> CallSpan:
        """Begin the span of a call, within the caller's trace if the header names one."""

    def note_round(self, name: str, begun_ns: int, *, done: int, failure: str = "") -> None:
        """Create the span of a completed round: how much was done, or which error ended it."""

    def close(self) -> None:
        """Export the last spans."""


def traced(tracing: Tracing | None, work: Callable[[], int], name: str) -> Callable[[], int]:
    """Return a round of work that creates a span each time it did something or failed."""
    if tracing is None:
        return work

    def _round() -> int:
        begun_ns = time.time_ns()
        try:
            done = work()
        except Exception as error:
            tracing.note_round(name, begun_ns, done=0, failure=type(error).__name__)
            raise
        if done:
            tracing.note_round(name, begun_ns, done=done)
        return done

    return _round
