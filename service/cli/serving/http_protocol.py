"""HTTP/1.1 in bounds: few connections, short waits, and one reading of each head.

The library reads requests and writes answers; it limits neither how long the head of a request may
take nor how many connections wait. Here a connection that keeps the server waiting is closed in
time, and the one that has done so for longest makes room for a new one, so that no number of
half-sent requests keeps others out.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, cast

import h11
import uvicorn
from fastapi import FastAPI
from h11._receivebuffer import ReceiveBuffer
from h11._util import LocalProtocolError
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

_LATE = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
_BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\n"
    b"content-length: 0\r\n\r\n"
)


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """The bounds of one process."""

    connections: int
    timeout_s: float
    """The longest that a caller may take for the head of a request, or to take an answer."""


class ServerConfig(uvicorn.Config):
    """The library's configuration with our limits; it travels to the processes that serve."""

    def __init__(self, app: FastAPI | str, *, limits: ConnectionLimits, **named: Any) -> None:
        super().__init__(app, **{**named, "http": BoundedProtocol, "ws": "none"})
        self.limits = limits


class StrictBuffer(ReceiveBuffer):
    """Received bytes of which a head or trailer is read by the letter of RFC 9112.

    The library ends a line at a bare LF and joins folded lines. A proxy in front that does neither
    would see one request where we see two.
    """

    def maybe_extract_lines(self) -> list[bytearray] | None:
        """Return the lines up to the first blank one; raises LocalProtocolError."""
        before = bytes(self._data)
        lines = super().maybe_extract_lines()
        head = before if lines is None else before[: len(before) - len(self._data)]
        if head.count(b"\n") != head.count(b"\r\n"):
            raise LocalProtocolError("bare LF in the head of a request")
        if any(line.startswith((b" ", b"\t")) for line in lines or ()):
            raise LocalProtocolError("folded line in the head of a request")
        return lines


class BoundedProtocol(H11Protocol):
    """One connection, which is closed when it keeps the server waiting for too long."""

    config: ServerConfig

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.conn._receive_buffer = StrictBuffer()
        self.waiting_since = self.loop.time()
        self.is_given_up = False
        self._reading: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether the caller has to go on: no request is in hand, or its body is incomplete."""
        return not self._has_request() or self.conn.their_state is h11.SEND_BODY

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the library
        """Take the connection, and give up another where there are too many."""
        super().connection_made(transport)
        self._await_head()
        if len(self.connections) > self.config.limits.connections:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop(self._reading)
        self._stop(self._writing)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; the wait is over with the last line of a head."""
        super().data_received(data)
        self._note_head()

    def on_response_complete(self) -> None:
        """Wait for the next request, which may have come already."""
        self._await_head()
        super().on_response_complete()
        self._note_head()

    def pause_writing(self) -> None:
        """Wait for the caller to take what was sent, and not for ever."""
        super().pause_writing()
        self._writing = self.loop.call_later(self.config.limits.timeout_s, self.transport.abort)

    def resume_writing(self) -> None:
        """Write on."""
        self._stop(self._writing)
        super().resume_writing()

    def give_up(self) -> None:
        """End the connection at once."""
        self.is_given_up = True
        self.transport.abort()

    def _has_request(self) -> bool:
        """Whether the head of a request has come that is not answered yet."""
        # The library's type does not say that there is none at first.
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return cycle is not None and not cycle.response_complete

    def _await_head(self) -> None:
        self._stop(self._reading)
        self.waiting_since = self.loop.time()
        self._reading = self.loop.call_later(self.config.limits.timeout_s, self._end_late)

    def _note_head(self) -> None:
        if self._has_request():
            self._stop(self._reading)

    def _end_late(self) -> None:
        has_begun = bool(self.conn.trailing_data[0])
        if has_begun and self.conn.our_state is h11.IDLE and not self.transport.is_closing():
            self.transport.write(_LATE)
            self.transport.close()
            return
        self.transport.abort()

    def _make_room(self) -> None:
        """Give up the connection that has kept the server waiting for longest, or refuse this."""
        others = (one for one in self.connections if one is not self)
        waiting = [
            one
            for one in others
            if isinstance(one, BoundedProtocol) and one.is_waiting and not one.is_given_up
        ]
        if waiting:
            min(waiting, key=lambda one: one.waiting_since).give_up()
            return
        self.transport.write(_BUSY)
        self.transport.close()

    @staticmethod
    def _stop(timer: asyncio.TimerHandle | None) -> None:
        if timer is not None:
            timer.cancel()
