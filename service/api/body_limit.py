"""Limits of bodies: their size, announced or not, their framing, and the time waited for them."""

import asyncio
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api import problems
from service.api.problem_responses import problem_response

_GZIP = 16 + zlib.MAX_WBITS


class BodyLimitMiddleware:
    """Refuses a body announced as too large at once, and any other body when it exceeds the limit.

    `larger` holds the limits of paths that accept larger bodies. A gzip body is decompressed here;
    the limit applies to it both compressed and decompressed. Below `pages` the refusal is raised
    where the form is read: people are answered by a page.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        max_body_bytes: int,
        larger: Mapping[str, int] | None = None,
        pages: str = "",
    ) -> None:
        self._app = app
        self._max_body_bytes = max_body_bytes
        self._larger = larger or {}
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit_bytes = self._larger.get(scope["path"], self._max_body_bytes)
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isascii() and announced.isdigit() and int(announced) > limit_bytes:
            if self._pages and scope["path"].startswith(self._pages) and scope["method"] == "POST":
                await self._app(scope, _refusing(limit_bytes), send)
            else:
                await problem_response(_refusal(limit_bytes))(scope, receive, send)
            return
        receive = _counting(receive, limit_bytes)
        encoding = Headers(scope=scope).get("content-encoding", "identity").strip().lower()
        if encoding in {"gzip", "x-gzip"}:
            receive = _counting(_Unpacked(receive, limit_bytes).receive, limit_bytes)
        elif encoding not in {"", "identity"}:
            refusal = problem_response(
                problems.UnsupportedEncodingError(), headers={"Accept-Encoding": "gzip"}
            )
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)


class _Unpacked:
    """The decompressed body of a request that the caller compressed with gzip."""

    def __init__(self, receive: Receive, limit_bytes: int) -> None:
        self._receive = receive
        self._limit_bytes = limit_bytes
        self._unpacker = zlib.decompressobj(_GZIP)

    async def receive(self) -> Message:
        """Return the next part of the body; raises MalformedEncodingError.

        A part is cut off one byte beyond the limit, and then refused: a few kilobytes can expand
        to gigabytes.
        """
        message = await self._receive()
        if message["type"] != "http.request":
            return message
        try:
            plain = self._unpacker.decompress(message.get("body", b""), self._limit_bytes + 1)
        except zlib.error:
            raise problems.MalformedEncodingError from None
        is_last = not message.get("more_body", False)
        is_cut_short = is_last and not self._unpacker.eof and len(plain) <= self._limit_bytes
        if is_cut_short or self._unpacker.unused_data:
            raise problems.MalformedEncodingError
        return {**message, "body": plain}


def _counting(receive: Receive, limit_bytes: int) -> Receive:
    received_bytes = 0

    async def _receive() -> Message:
        nonlocal received_bytes
        message = await receive()
        received_bytes += len(message.get("body", b""))
        if received_bytes > limit_bytes:
            raise _refusal(limit_bytes)
        return message

    return _receive


def _refusing(limit_bytes: int) -> Receive:
    async def _receive() -> Message:
        raise _refusal(limit_bytes)

    return _receive


def _refusal(limit_bytes: int) -> problems.BodyTooLargeError:
    return problems.BodyTooLargeError(
        f"What you sent is too large: send at most {limit_bytes:,} bytes."
    )


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
            error = problems.AmbiguousLengthError(
                "Send Content-Length or Transfer-Encoding, not both."
            )
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
            raise problems.RequestTimeoutError from None
        self._left_s -= loop.time() - begun
        self._left_s += len(message.get("body", b"")) / _LEAST_BYTES_A_S
        self._is_complete = not message.get("more_body", False)
        return message
