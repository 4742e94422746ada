"""A call beside an open transaction: made until it waits for what the transaction has locked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import sqlalchemy as sa

from service.storage.database import UnitsOfWork

Answer = TypeVar("Answer")

_LONGEST_S = 30.0
_WAITING = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@contextmanager
def begun(units: UnitsOfWork, call: Callable[[], Answer]) -> Iterator[Future[Answer]]:
    """Make a call on another thread until it waits for a lock of PostgreSQL, or is answered."""
    with ThreadPoolExecutor(1) as pool, units.engine.connect() as connection:
        connection.begin()
        answer, until = pool.submit(call), time.monotonic() + _LONGEST_S
        while not answer.done() and not connection.execute(_WAITING).scalar():
            assert time.monotonic() < until
        connection.rollback()
        yield answer
