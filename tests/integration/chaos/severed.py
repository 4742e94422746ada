"""PostgreSQL backends that are killed at a chosen statement of a request, or after its commit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Engine, event, make_url

_POOL = "AnyIO worker"
"""How the threads are named in which a server works requests."""


def _requests() -> Callable[[], bool]:
    """Tell whether a thread works requests: this one, which makes tested calls, or the pool's.

    Background threads of the service are left alone.
    """
    caller = threading.current_thread()

    def are_worked_here() -> bool:
        here = threading.current_thread()
        return here is caller or here.name.startswith(_POOL)

    return are_worked_here


@dataclass(slots=True)
class Severed:
    """What happened to the requests of a context."""

    statements: int = 0
    """How many statements were begun."""
    is_severed: bool = False
    """Whether a backend was killed."""


class Severing:
    """Kills backends as an operator of the server does.

    What the calling thread itself reads in a context counts as a request, too.
    """

    def __init__(self, engine: Engine, url: str) -> None:
        self._engine = engine
        plain = make_url(url).set(drivername="postgresql")
        self._url = plain.render_as_string(hide_password=False)

    @contextmanager
    def at_statement(self, number: int) -> Iterator[Severed]:
        """Kill the backend that is about to run the n-th statement of requests, from 1."""
        seen, are_worked_here = Severed(), _requests()

        def count(connection: Any, *_: Any) -> None:
            if not are_worked_here():
                return
            seen.statements += 1
            if seen.statements == number:
                seen.is_severed = True
                self._kill(connection.connection.driver_connection)

        event.listen(self._engine, "before_cursor_execute", count)
        try:
            yield seen
        finally:
            event.remove(self._engine, "before_cursor_execute", count)

    @contextmanager
    def after_commit(self, number: int) -> Iterator[Severed]:
        """Kill the backend of the n-th commit of requests that write, before it is answered."""
        seen, are_worked_here = Severed(), _requests()
        dialect = self._engine.dialect
        committed = dialect.do_commit

        def commit(connection: Any) -> None:
            driver = connection.driver_connection
            is_open = driver.info.transaction_status != psycopg.pq.TransactionStatus.IDLE
            committed(connection)
            if is_open and are_worked_here():
                seen.statements += 1
                if seen.statements == number:
                    seen.is_severed = True
                    self._kill(driver)
                    driver.execute("SELECT 1")

        dialect.do_commit = commit  # type: ignore[assignment, method-assign]
        try:
            yield seen
        finally:
            del dialect.do_commit

    def _kill(self, driver: psycopg.Connection[Any]) -> None:
        backend = driver.info.backend_pid
        with psycopg.connect(self._url, autocommit=True) as administration:
            gone = administration.execute("SELECT pg_terminate_backend(%s, 5000)", (backend,))
            assert gone.fetchone() == (True,)
