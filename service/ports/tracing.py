"""Spans of calls and of rounds of work, for a collector of traces.

A span names routes, codes, counts and durations. No address, query, body, account or client's
address enters one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Protocol

Facts = Mapping[str, str | int | float]
"""Names and values of a span: only codes and figures."""


class CallSpan(Protocol):
    """The span of a call that is being served."""

    def end(self, name: str, facts: Facts, *, failure: str = "") -> None:
        """End it under its name; `failure`: the code or class of what went wrong."""


class Tracing(Protocol):
    """Makes spans and hands them on; thread-safe."""

    def begin_call(self, traceparent: str) -> CallSpan:
        """Begin the span of a call, within the trace of its caller if the header names one."""

    def note_round(self, name: str, begun_ns: int, *, done: int, failure: str = "") -> None:
        """Make the span of a round that is over: how much it did, or which error ended it."""

    def close(self) -> None:
        """Hand the last spans on."""


def traced(tracing: Tracing | None, work: Callable[[], int], name: str) -> Callable[[], int]:
    """Return a round of work with a span of each time that it did something, or failed."""
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
