"""No body beyond the limit is read, whether its length was announced or not."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.problem_responses import problem_response
from service.api.refusals import BodyTooLargeError


class BodyLimitMiddleware:
    """Refuses an announced length at once, and a chunked body as soon as it has grown too far."""

    def __init__(self, app: ASGIApp, *, max_body_bytes: int) -> None:
        self._app = app
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Work one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._is_announced_too_large(scope):
            await problem_response(self._refusal())(scope, receive, send)
            return
        await self._app(scope, self._counting(receive), send)

    def _is_announced_too_large(self, scope: Scope) -> bool:
        announced = Headers(scope=scope).get("content-length", "0")
        return (
            announced.isascii() and announced.isdigit() and int(announced) > self._max_body_bytes
        )

    def _counting(self, receive: Receive) -> Receive:
        received_bytes = 0

        async def _receive() -> Message:
            nonlocal received_bytes
            message = await receive()
            received_bytes += len(message.get("body", b""))
            if received_bytes > self._max_body_bytes:
                raise self._refusal()
            return message

        return _receive

    def _refusal(self) -> BodyTooLargeError:
        return BodyTooLargeError(f"A body has at most {self._max_body_bytes} bytes.")
