"""No body beyond the limit is read, whether its length was announced or not."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.problem_responses import problem_response
from service.api.refusals import BodyTooLargeError


class BodyLimitMiddleware:
    """Refuses an announced length at once, and a chunked body as soon as it has grown too far.

    `larger` holds the limits of paths that take more than the rest.
    """

    def __init__(
        self, app: ASGIApp, *, max_body_bytes: int, larger: Mapping[str, int] | None = None
    ) -> None:
        self._app = app
        self._max_body_bytes = max_body_bytes
        self._larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Work one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit_bytes = self._larger.get(scope["path"], self._max_body_bytes)
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isascii() and announced.isdigit() and int(announced) > limit_bytes:
            await problem_response(_refusal(limit_bytes))(scope, receive, send)
            return
        await self._app(scope, _counting(receive, limit_bytes), send)


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
