"""Connections whose reads and writes, however many, all end by one instant.

The time limit of a socket is that of one read: a receiver that sends a byte now and then holds its
caller for as long as it likes.
"""

from __future__ import annotations

import http.client
import io
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import SplitResult


@dataclass(frozen=True, slots=True)
class Deadline:
    """An instant of the monotonic clock, in seconds."""

    at_s: float

    @classmethod
    def after(cls, duration_s: float) -> Deadline:
        """Return the deadline this many seconds from now."""
        return cls(time.monotonic() + duration_s)

    def left_s(self) -> float:
        """Return the seconds that are left; raises TimeoutError when none are."""
        left = self.at_s - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class TimedSocket:
    """The part of a socket that `http.client` uses; for one thread.

    Everything raises TimeoutError once the deadline has passed. `http.client` closes the socket of
    a connection that will not be kept as soon as it has the head of the answer, and expects its
    reader to hold it open: whoever opened it closes it.
    """

    def __init__(self, opened: socket.socket, deadline: Deadline) -> None:
        self._opened = opened
        self._deadline = deadline

    def sendall(self, content: bytes) -> None:
        """Send all bytes."""
        self._opened.settimeout(self._deadline.left_s())
        self._opened.sendall(content)

    def recv_into(self, buffer: Any) -> int:
        """Read into a buffer and return how many bytes; 0 at the end."""
        self._opened.settimeout(self._deadline.left_s())
        return self._opened.recv_into(buffer)

    def close(self) -> None:
        """Leave the socket open."""

    def makefile(self, *_mode: Any) -> io.BufferedReader:
        """Return a reader of what is received."""
        return io.BufferedReader(_Reader(self))


class _Reader(io.RawIOBase):
    def __init__(self, timed: TimedSocket) -> None:
        self._timed = timed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._timed.recv_into(buffer)


@contextmanager
def connected(
    target: SplitResult, address: str, deadline: Deadline, tls: ssl.SSLContext
) -> Iterator[http.client.HTTPConnection]:
    """Yield a connection to an address of a target, by TLS where it is HTTPS; closed at the end.

    Raises OSError, TimeoutError among others.
    """
    host, port = target.hostname or "", port_of(target)
    opened = socket.create_connection((address, port), timeout=deadline.left_s())
    try:
        if target.scheme == "https":
            opened.settimeout(deadline.left_s())
            opened = tls.wrap_socket(opened, server_hostname=host)
        connection = http.client.HTTPConnection(host, port)
        connection.sock = cast("socket.socket", TimedSocket(opened, deadline))
        yield connection
    finally:
        opened.close()


def port_of(target: SplitResult) -> int:
    """Return the port of an address, that of its scheme where it names none."""
    return target.port or (443 if target.scheme == "https" else 80)


def addresses_of(host: str, port: int, deadline: Deadline) -> list[str]:
    """Return the addresses of a name; raises OSError, TimeoutError among others.

    The system's look-up knows no time limit. One that takes too long is left to end by itself.
    """
    answers: queue.SimpleQueue[list[str] | OSError | UnicodeError] = queue.SimpleQueue()

    def _look_up() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put([str(entry[4][0]) for entry in found])
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=_look_up, name="name-look-up", daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.left_s())
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, list):
        return answer
    raise answer
