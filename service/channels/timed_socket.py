"""A socket whose reads and writes, however many, all end by one instant.

The time limit of a socket is that of one read: a receiver that sends a byte now and then holds its
caller for as long as it likes.
"""

from __future__ import annotations

import io
import queue
import socket
import threading
import time
from dataclasses import dataclass
from typing import Any


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

    Everything raises TimeoutError once the deadline has passed.
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

    def makefile(self, *_mode: Any) -> io.BufferedReader:
        """Return a reader of what is received."""
        return io.BufferedReader(_Reader(self))

    def close(self) -> None:
        """Close the socket."""
        self._opened.close()


class _Reader(io.RawIOBase):
    def __init__(self, timed: TimedSocket) -> None:
        self._timed = timed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._timed.recv_into(buffer)


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
