"""Facts about one request, collected for its log line."""

from contextvars import ContextVar
from dataclasses import dataclass, field

from domain.access.access import Actor


@dataclass(slots=True)
class RequestTrace:
    """Filled during the request; its log line has codes, counts, and the actor's pseudonym."""

    request_id: str
    actor: Actor | None = None
    """The account behind the call, which is known even if the call is refused."""
    role: str = ""
    force: str = ""
    purpose: str = ""
    problem: str = ""
    candidates: int | None = None
    stages_ms: dict[str, float] = field(default_factory=dict)


CURRENT_TRACE: ContextVar[RequestTrace | None] = ContextVar("identlink_trace", default=None)
"""The trace of the current request; worker threads inherit it and write into the same object."""


def current_request_id() -> str:
    """Return the id of the current request, or an empty text outside a request."""
    trace = CURRENT_TRACE.get()
    return trace.request_id if trace else ""


def note_problem(code: str) -> None:
    """Note the code of the problem that is answered, for the request's log line."""
    trace = CURRENT_TRACE.get()
    if trace is not None:
        trace.problem = code
