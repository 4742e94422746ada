"""The names index of another process, asked over a socket in the file system."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection
from pathlib import Path

from domain.errors import IndexNotReadyError
from domain.ids import PersonRow
from domain.people import Details
from service.adapters.names.wire import Asked, address_of, answered, question

_PATIENCE_S = 30.0
"""How long an answer may take: a few seconds while names are read, milliseconds after."""


class AskedNames:
    """Names that another process holds. Thread-safe; as many connections as ask at one time."""

    def __init__(self, path: Path, key: bytes, *, patience_s: float = _PATIENCE_S) -> None:
        self._path = path
        self._key = key
        self._patience_s = patience_s
        self._free: list[Connection] = []
        self._lock = threading.Lock()

    def candidates(self, said: Details, limit: int) -> tuple[PersonRow, ...]:
        """Return the likeliest people by a rough weighing, as of the last commit.

        Raises IndexNotReadyError while the other process is starting or reads the names, and
        StoreUnavailableError.
        """
        return self._answered((said, limit))

    def __len__(self) -> int:
        """Return how many people are held; raises as `candidates`."""
        return int(self._answered(None)[0])

    def _answered(self, asked: Asked) -> tuple[PersonRow, ...]:
        body = question(asked)
        try:
            return answered(self._exchanged(body))
        except _BROKEN:
            # The other process was started again, and every connection to the one before is dead.
            self._forget()
        try:
            return answered(self._exchanged(body))
        except _BROKEN as error:
            raise IndexNotReadyError(
                "The names are not loaded yet: try again in a moment."
            ) from error

    def _exchanged(self, body: bytes) -> bytes:
        with self._connection() as connection:
            connection.send_bytes(body)
            if not connection.poll(self._patience_s):
                raise IndexNotReadyError(
                    "The process that holds the names does not answer: try again in a moment."
                )
            return connection.recv_bytes()

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """Yield a connection of this thread's own, and keep it unless the block fails."""
        with self._lock:
            connection = self._free.pop() if self._free else None
        if connection is None:
            with address_of(self._path) as address:
                connection = Client(address, "AF_UNIX", authkey=self._key)
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        with self._lock:
            self._free.append(connection)

    def _forget(self) -> None:
        with self._lock:
            dead, self._free = self._free, []
        for connection in dead:
            connection.close()


_BROKEN = (OSError, EOFError, AuthenticationError)
