"""The facts of one request, collected for its line in the log."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field

from domain.access import Actor


@dataclass(slots=True)
class RequestTrace:
    """Filled on the way; its line holds codes and counts, and the actor only as a pseudonym."""

    request_id: str
    actor: Actor | None = None
    """The account behind the call, known although the call may be refused."""
    role: str = ""
    force: str = ""
    purpose: str = ""
    problem: str = ""
    candidates: int | None = None
    stages_ms: dict[str, float] = field(default_factory=dict)


CURRENT_TRACE: ContextVar[RequestTrace | None] = ContextVar("identlink_trace", default=None)
"""The trace of the current request; worker threads inherit it and write into the same object."""


def current_request_id() -> str:
    """Return the id of the current request, empty outside of one."""
    trace = CURRENT_TRACE.get()
    return trace.request_id if trace else ""


def note_problem(code: str) -> None:
    """Put the problem type that is answered into the request's line."""
    trace = CURRENT_TRACE.get()
    if trace is not None:
        trace.problem = code
