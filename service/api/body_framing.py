"""Refuses bodies with an ambiguous length, and limits the time spent waiting for a body."""

import asyncio
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.problem_responses import problem_response
from service.api.refusals import AmbiguousLengthError, RequestTimeoutError

_LEAST_BYTES_A_S = 65_536
"""The slowest rate, in bytes per second, at which a body may arrive however large it is."""


class BodyFramingMiddleware:
    """Refuses a body with two lengths at once, and a body that keeps the service waiting.

    A proxy in front of the service that sees a different end of such a body would take the rest
    for another caller's request (RFC 9112, section 6.3). Only the time spent waiting for the
    caller counts.
    """

    def __init__(self, app: ASGIApp, *, timeout_s: float) -> None:
        self._app = app
        self._timeout_s = timeout_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        is_chunked = "transfer-encoding" in headers
        if is_chunked and ("content-length" in headers or scope["http_version"] < "1.1"):
            # The data after the body must not be read as a request, so the connection is closed.
            error = AmbiguousLengthError("Send Content-Length or Transfer-Encoding, not both.")
            refusal = problem_response(error, headers={"Connection": "close"})
            await refusal(scope, receive, send)
        else:
            await self._app(scope, _Timed(receive, self._timeout_s).receive, send)


@dataclass(slots=True)
class _Timed:
    """Counts the time spent waiting for the caller."""

    _receive: Receive
    _left_s: float
    _is_complete: bool = False

    async def receive(self) -> Message:
        """Return the next part of the body; raises RequestTimeoutError."""
        if self._is_complete:
            return await self._receive()
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            async with asyncio.timeout(self._left_s):
                message = await self._receive()
        except TimeoutError:
            raise RequestTimeoutError from None
        self._left_s -= loop.time() - begun
        self._left_s += len(message.get("body", b"")) / _LEAST_BYTES_A_S
        self._is_complete = not message.get("more_body", False)
        return message
