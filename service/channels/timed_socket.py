"""Connections with one deadline for all reads and writes together.

The timeout of a socket limits only one read. A receiver that sends a byte now and then could
therefore hold its caller for as long as it likes.
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
from functools import cache
from typing import Any, cast
from urllib.parse import SplitResult


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on the monotonic clock, in seconds."""

    at_s: float

    @classmethod
    def after(cls, duration_s: float) -> Deadline:
        """Return the deadline this many seconds from now."""
        return cls(time.monotonic() + duration_s)

    def left_s(self) -> float:
        """Return the seconds that are left. Raises TimeoutError when none are left."""
        left = self.at_s - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class TimedSocket:
    """The part of a socket that `http.client` uses; for use by one thread.

    Every method raises TimeoutError once the deadline has passed. When a connection will not be
    reused, `http.client` closes its socket as soon as it has read the response headers, and
    expects its reader to keep the socket open. `close` therefore does nothing; the opener closes
    the real socket.
    """

    def __init__(self, opened: socket.socket, deadline: Deadline) -> None:
        self._opened = opened
        self._deadline = deadline

    def sendall(self, content: bytes) -> None:
        """Send all bytes."""
        self._opened.settimeout(self._deadline.left_s())
        self._opened.sendall(content)

    def recv_into(self, buffer: Any) -> int:
        """Read into a buffer and return the number of bytes read; 0 at the end."""
        self._opened.settimeout(self._deadline.left_s())
        return self._opened.recv_into(buffer)

    def close(self) -> None:
        """Leave the socket open."""

    def makefile(self, *_mode: Any) -> io.BufferedReader:
        """Return a reader of the received bytes."""
        return io.BufferedReader(_Reader(self))


class _Reader(io.RawIOBase):
    def __init__(self, timed: TimedSocket) -> None:
        self._timed = timed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._timed.recv_into(buffer)


@cache
def trust_of_this_machine() -> ssl.SSLContext:
    """Return the terms of TLS with this machine's authorities: to read those takes 5 ms.

    It is shared, so nobody may change it.
    """
    return ssl.create_default_context()


@contextmanager
def connected(
    target: SplitResult, address: str, deadline: Deadline, tls: ssl.SSLContext
) -> Iterator[http.client.HTTPConnection]:
    """Yield a connection to one address of a target, then close it; HTTPS targets get TLS.

    Raises OSError, including TimeoutError.
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
    """Return the port in an address, or the usual port of its scheme if none is given."""
    return target.port or (443 if target.scheme == "https" else 80)


def addresses_of(host: str, port: int, deadline: Deadline) -> list[str]:
    """Return the IP addresses of a host name. Raises OSError, including TimeoutError.

    The system's name look-up has no time limit. A look-up that takes too long is left to end by
    itself in its own thread.
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
