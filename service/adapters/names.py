"""One names index for all processes of a server: one process holds it, and the others query it.

They send queries over a socket in the file system. Nothing is unpickled.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path

import numpy as np

from domain.errors import IndexNotReadyError, LinkingError, StoreUnavailableError
from domain.ids import PersonRow
from domain.people.people import Details
from domain.plain_values import plain, read_plain
from domain.searches.searches import CountedWords
from service.ports.gallery import Names

_FOUND, _NOT_READY, _UNAVAILABLE = b"f", b"n", b"u"
_COUNT = b"count"

Asked = tuple[Details, int] | None
"""Details with the largest number of people to return, or None to ask how many people the index
holds. With 0 people, details ask how common their words are."""


def question(asked: Asked) -> bytes:
    """Return a query as bytes."""
    if asked is None:
        return _COUNT
    said, limit = asked
    return json.dumps([plain(said), limit]).encode()


def asked_in(body: bytes) -> Asked:
    """Return the query in these bytes. Raises ValueError, TypeError, KeyError without one."""
    if body == _COUNT:
        return None
    said, limit = json.loads(body)
    return read_plain(Details, said), int(limit)


def answer(found: Sequence[int] | CountedWords) -> bytes:
    """Return an answer as bytes: rows of people, their number only, or counted words."""
    if isinstance(found, CountedWords):
        return _FOUND + json.dumps(plain(found)).encode()
    return _FOUND + np.array(found, dtype="<i8").tobytes()


def refusal(error: LinkingError) -> bytes:
    """Return the bytes that say why there is no answer."""
    return _NOT_READY if isinstance(error, IndexNotReadyError) else _UNAVAILABLE


def answered(body: bytes) -> bytes:
    """Return the content of an answer. Raises IndexNotReadyError or StoreUnavailableError if it
    has none.
    """
    if body[:1] == _FOUND:
        return body[1:]
    if body[:1] == _NOT_READY:
        raise IndexNotReadyError(
            "The names on record are still being loaded: try again in a minute."
        )
    raise StoreUnavailableError


_MOST_BYTES = 100
"""Most bytes of a path. Linux allows 107, and some other systems 103."""


@contextmanager
def address_of(path: Path) -> Iterator[str]:
    """Yield the path or a shorter one through an open directory, valid inside the block.

    The directory of temporary files may be deep; only Linux has the shorter path.
    """
    if len(os.fsencode(path)) <= _MOST_BYTES:
        yield str(path)
        return
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{directory}/{path.name}"
    finally:
        os.close(directory)


_BACKLOG = 64
_PAUSE_S = 0.05
"""How long to wait if no connection can be accepted, for example for want of free descriptors."""


class NamesListener:
    """A socket in the file system that answers processes which know the key. A context manager."""

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
        """Answer each connection in a thread until the socket is closed or the process ends."""
        while not self._closed.is_set():
            try:
                connection = self._listener.accept()
            except (EOFError, AuthenticationError):
                continue  # a caller without the key, or one that has already gone
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
            return answer(self._found(asked_in(body)))
        except LinkingError as error:
            return refusal(error)
        except Exception as error:  # noqa: BLE001 - the edge of a process: a query must never end it
            self._note(error)
            return refusal(StoreUnavailableError())

    def _found(self, asked: Asked) -> Sequence[int] | CountedWords:
        if asked is None:
            return [len(self._names)]
        said, limit = asked
        return self._names.candidates(said, limit) if limit else self._names.words(said)


_PATIENCE_S = 30.0
"""How long an answer may take: seconds while names are loaded, milliseconds after."""


class AskedNames:
    """Names in an index that another process holds.

    Thread-safe: queries at the same time have connections of their own.
    """

    def __init__(self, path: Path, key: bytes, *, patience_s: float = _PATIENCE_S) -> None:
        self._path = path
        self._key = key
        self._patience_s = patience_s
        self._free: list[Connection] = []
        self._lock = threading.Lock()

    def candidates(self, said: Details, limit: int) -> tuple[PersonRow, ...]:
        """Return the likeliest people by a rough weighting, as of the last commit.

        Raises StoreUnavailableError, and IndexNotReadyError while the other process starts or
        loads the names.
        """
        return tuple(map(PersonRow, _numbers(self._answered((said, limit)))))

    def words(self, said: Details) -> CountedWords:
        """Return how common the words of the stated names are. Raises as `candidates` does."""
        return read_plain(CountedWords, json.loads(self._answered((said, 0))))

    def __len__(self) -> int:
        """Return how many people the index holds. Raises the same errors as `candidates`."""
        return _numbers(self._answered(None))[0]

    def _answered(self, asked: Asked) -> bytes:
        body = question(asked)
        try:
            return answered(self._exchanged(body))
        except _BROKEN:
            # The other process has restarted, so every connection to the previous one is closed.
            self._forget()
        try:
            return answered(self._exchanged(body))
        except _BROKEN as error:
            raise IndexNotReadyError(
                "The names on record are not loaded yet: try again in a moment."
            ) from error

    def _exchanged(self, body: bytes) -> bytes:
        with self._connection() as connection:
            connection.send_bytes(body)
            if not connection.poll(self._patience_s):
                raise IndexNotReadyError(
                    "The process with the names of people on record does not answer: try again."
                )
            return connection.recv_bytes()

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """Yield a connection for this thread only, and keep it unless the block fails."""
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


def _numbers(body: bytes) -> list[int]:
    found: list[int] = np.frombuffer(body, dtype="<i8").tolist()
    return found


_BROKEN = (OSError, EOFError, AuthenticationError)
