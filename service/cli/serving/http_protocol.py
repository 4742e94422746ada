"""HTTP/1.1 with limits: few connections, short waits, and only one way to read each header.

The library reads requests and writes answers, but limits neither how long the header of a request
may take nor how many connections wait. Here a connection that keeps the server waiting is closed
in time. When a new connection needs room, the one that has kept the server waiting longest is
closed, so that half-sent requests, however many, cannot keep other callers out.
"""

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
    """The connection limits of one process."""

    connections: int
    timeout_s: float
    """The longest a caller may take to send a request's header, or to accept an answer."""


class ServerConfig(uvicorn.Config):
    """Uvicorn's configuration with our limits. It is sent to the server processes."""

    def __init__(self, app: FastAPI | str, *, limits: ConnectionLimits, **named: Any) -> None:
        super().__init__(app, **{**named, "http": BoundedProtocol, "ws": "none"})
        self.limits = limits


class StrictBuffer(ReceiveBuffer):
    """Received bytes whose header or trailer is read strictly by RFC 9112.

    The library ends a line at a bare LF and joins folded lines. A proxy in front that does neither
    would see one request where we see two.
    """

    def maybe_extract_lines(self) -> list[bytearray] | None:
        """Return the lines up to the first blank one; raises LocalProtocolError."""
        before = bytes(self._data)
        lines = super().maybe_extract_lines()
        head = before if lines is None else before[: len(before) - len(self._data)]
        if head.count(b"\n") != head.count(b"\r\n"):
            raise LocalProtocolError(
                "The request has a header line that ends with LF instead of CRLF."
            )
        if any(line.startswith((b" ", b"\t")) for line in lines or ()):
            raise LocalProtocolError(
                "The request has a header that is folded over more than one line."
            )
        return lines


class BoundedProtocol(H11Protocol):
    """One connection, which is closed when it keeps the server waiting too long."""

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
        """Whether the server waits for the caller: no request, or an incomplete body."""
        return not self._has_request() or self.conn.their_state is h11.SEND_BODY

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the library
        """Accept the connection; if there are too many, close another one."""
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
        """Read more data; the wait ends with the last line of a header."""
        super().data_received(data)
        self._note_head()

    def on_response_complete(self) -> None:
        """Wait for the next request, which may have arrived already."""
        self._await_head()
        super().on_response_complete()
        self._note_head()

    def pause_writing(self) -> None:
        """Wait for the caller to accept what was sent, but only for a limited time."""
        super().pause_writing()
        self._writing = self.loop.call_later(self.config.limits.timeout_s, self.transport.abort)

    def resume_writing(self) -> None:
        """Continue writing."""
        self._stop(self._writing)
        super().resume_writing()

    def give_up(self) -> None:
        """End the connection at once."""
        self.is_given_up = True
        self.transport.abort()

    def _has_request(self) -> bool:
        """Whether the header of a request has arrived that is not answered yet."""
        # The library's type does not say that there is no cycle at first.
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
        """Close the connection that has kept the server waiting longest, or refuse this one."""
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
