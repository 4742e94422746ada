"""Answers questions about names for the other processes of a server."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, Listener
from pathlib import Path

from domain.errors import LinkingError, StoreUnavailableError
from service.adapters.names.wire import address_of, answer, asked_in, refusal
from service.ports.names import Names

_BACKLOG = 64
_PAUSE_S = 0.05
"""How long to wait when no connection can be taken: without descriptors, say."""


class NamesListener:
    """A socket in the file system on which processes that know the key ask. A context manager."""

    def __init__(
        self, path: Path, key: bytes, names: Names, note: Callable[[BaseException], None]
    ) -> None:
        self._names = names
        self._note = note
        self._closed = threading.Event()
        path.unlink(missing_ok=True)
        with ExitStack() as held:
            address = held.enter_context(address_of(path))
            self._listener = Listener(address, "AF_UNIX", backlog=_BACKLOG, authkey=key)
            held.callback(self._listener.close)
            self._held = held.pop_all()

    def __enter__(self) -> NamesListener:
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._held.close()

    def serve(self) -> None:
        """Answer, a thread for each connection, until the socket is closed or the process ends."""
        while not self._closed.is_set():
            try:
                connection = self._listener.accept()
            except (EOFError, AuthenticationError):
                continue  # a caller without the key, or one that is gone again
            except OSError:
                self._closed.wait(_PAUSE_S)
            else:
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: Connection) -> None:
        with connection, suppress(OSError, EOFError):
            while True:
                connection.send_bytes(self._answer(connection.recv_bytes()))

    def _answer(self, body: bytes) -> bytes:
        try:
            asked = asked_in(body)
            rows = [len(self._names)] if asked is None else self._names.candidates(*asked)
            return answer(rows)
        except LinkingError as error:
            return refusal(error)
        except Exception as error:  # noqa: BLE001 - the edge of a process: one question never ends it
            self._note(error)
            return refusal(StoreUnavailableError())
