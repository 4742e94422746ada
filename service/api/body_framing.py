"""No body whose end is a matter of opinion, and none that is waited for without end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.problem_responses import problem_response
from service.api.refusals import AmbiguousLengthError, RequestTimeoutError

_LEAST_BYTES_A_S = 65_536
"""A body that comes at this rate may take as long as it is large."""


class BodyFramingMiddleware:
    """Refuses a body of two lengths at once, and one that keeps the service waiting.

    A proxy in front that ends such a body elsewhere would take the rest for another caller's
    request (RFC 9112, section 6.3). Only the time spent waiting for the caller counts.
    """

    def __init__(self, app: ASGIApp, *, timeout_s: float) -> None:
        self._app = app
        self._timeout_s = timeout_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Work one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        is_chunked = "transfer-encoding" in headers
        if is_chunked and ("content-length" in headers or scope["http_version"] < "1.1"):
            # What follows the body is not to be read as a request, so the connection ends.
            error = AmbiguousLengthError("Send Content-Length or Transfer-Encoding, not both.")
            refusal = problem_response(error, headers={"Connection": "close"})
            await refusal(scope, receive, send)
        else:
            await self._app(scope, _Timed(receive, self._timeout_s).receive, send)


@dataclass(slots=True)
class _Timed:
    """Counts how long the caller is waited for."""

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
