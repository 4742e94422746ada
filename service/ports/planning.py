"""Work whose statements find rows by their keys, so that a database need plan each but once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_IS_PLANNED_ONCE: ContextVar[bool] = ContextVar("identlink_planned_once", default=False)


@contextmanager
def planned_once() -> Iterator[None]:
    """Let the database keep the plan of each statement in the block, whatever its values.

    As a decorator, in the whole function. PostgreSQL plans a statement again for each list of
    values as long as it takes a list of one for cheaper than one of ten, and planning costs an
    enrolment more than all its statements do. Only for calls without lists or reports: a plan
    that holds for all values cannot use what only some of them allow.
    """
    held = _IS_PLANNED_ONCE.set(True)
    try:
        yield
    finally:
        _IS_PLANNED_ONCE.reset(held)


def is_planned_once() -> bool:
    """Return whether the work that runs asks for kept plans."""
    return _IS_PLANNED_ONCE.get()
