"""Limits the size of bodies, whether or not their length was announced."""

import zlib
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.problem_responses import problem_response
from service.api.refusals import (
    BodyTooLargeError,
    MalformedEncodingError,
    UnsupportedEncodingError,
)

_GZIP = 16 + zlib.MAX_WBITS


class BodyLimitMiddleware:
    """Refuses a body announced as too large at once, and any other body when it exceeds the limit.

    `larger` holds the limits of paths that accept larger bodies. A gzip body is decompressed here;
    the limit applies to it both compressed and decompressed.
    """

    def __init__(
        self, app: ASGIApp, *, max_body_bytes: int, larger: Mapping[str, int] | None = None
    ) -> None:
        self._app = app
        self._max_body_bytes = max_body_bytes
        self._larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit_bytes = self._larger.get(scope["path"], self._max_body_bytes)
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isascii() and announced.isdigit() and int(announced) > limit_bytes:
            await problem_response(_refusal(limit_bytes))(scope, receive, send)
            return
        receive = _counting(receive, limit_bytes)
        encoding = Headers(scope=scope).get("content-encoding", "identity").strip().lower()
        if encoding in {"gzip", "x-gzip"}:
            receive = _counting(_Unpacked(receive, limit_bytes).receive, limit_bytes)
        elif encoding not in {"", "identity"}:
            refusal = problem_response(
                UnsupportedEncodingError(), headers={"Accept-Encoding": "gzip"}
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
            raise MalformedEncodingError from None
        is_last = not message.get("more_body", False)
        is_cut_short = is_last and not self._unpacker.eof and len(plain) <= self._limit_bytes
        if is_cut_short or self._unpacker.unused_data:
            raise MalformedEncodingError
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


def _refusal(limit_bytes: int) -> BodyTooLargeError:
    return BodyTooLargeError(f"The body is too large: send at most {limit_bytes} bytes.")
