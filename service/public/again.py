"""Answers every form by a redirect, errors included, so that Back never asks to send it again.

The page that answers a POST is kept for some minutes in this process, only for its visit, and is
fetched at the address of the form. It is lost when the process ends, and so are sessions.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.public.desk import session_of

_PARAMETER = "again"
_KEPT_S = 600.0
_MOST_PAGES = 500
_LARGEST_BYTES = 200_000
_PAGES = frozenset({200, 403, 409, 422, 429, 503})
"""Statuses of answers that are pages for a visit; all other answers are sent directly."""


@dataclass(frozen=True, slots=True)
class _KeptPage:
    visit: str
    path: str
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes = field(repr=False)
    until: float


class AnsweredByRedirect:
    """Stores the pages that answer POST requests, and redirects the browser to them."""

    def __init__(self, app: ASGIApp, clock: Callable[[], float]) -> None:
        """`clock` returns seconds."""
        self._app = app
        self._clock = clock
        self._kept: OrderedDict[str, _KeptPage] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["method"] == "POST":
            await self._posted(scope, receive, send)
        elif (kept := self._found(scope)) is not None:
            response = Response(kept.body, kept.status)
            response.raw_headers = list(kept.headers)
            await response(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _found(self, scope: Scope) -> _KeptPage | None:
        (token, *_) = parse_qs(scope["query_string"].decode("latin-1")).get(_PARAMETER, [""])
        kept = self._kept.get(token)
        if kept is None or kept.until < self._clock():
            return None
        is_own = kept.visit == session_of(Request(scope)).visit
        return kept if is_own and kept.path == scope["path"] else None

    async def _posted(self, scope: Scope, receive: Receive, send: Send) -> None:
        start: list[Message] = []
        body: list[bytes] = []

        async def _send(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                start.append(message)
            elif not start:
                await send(message)
            else:
                body.append(message.get("body", b""))
                if not message.get("more_body", False):
                    await self._lead(scope, start[0], b"".join(body), receive, send)

        await self._app(scope, receive, _send)

    async def _lead(
        self, scope: Scope, start: Message, body: bytes, receive: Receive, send: Send
    ) -> None:
        """Keep a page and redirect the browser to it; send a page too large to keep at once."""
        headers = tuple(start["headers"])
        if len(body) > _LARGEST_BYTES:
            await send(start)
            await send({"type": "http.response.body", "body": body})
            return
        visit, token = session_of(Request(scope)).visit, secrets.token_urlsafe(16)
        until = self._clock() + _KEPT_S
        self._kept[token] = _KeptPage(visit, scope["path"], start["status"], headers, body, until)
        while len(self._kept) > _MOST_PAGES or self._oldest.until < self._clock():
            self._kept.popitem(last=False)
        address = f"{scope['path']}?{_PARAMETER}={token}"
        await RedirectResponse(address, status_code=303)(scope, receive, send)

    @property
    def _oldest(self) -> _KeptPage:
        return next(iter(self._kept.values()))


def _is_page(start: Message) -> bool:
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return start["status"] in _PAGES and kind.startswith("text/html")
