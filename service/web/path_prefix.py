"""A path before all addresses, for a proxy that serves this application below a path.

The application itself does not use it. It is removed from incoming addresses, if the proxy left it
there, and added to outgoing ones: in `Location`, and in the attributes of pages that hold an
address. Values in pages are escaped, so none of them can be taken for markup.
"""

import re
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ADDRESS = re.compile(
    rb'(\s(?:href|src|action|formaction|data-[a-z-]+)=")'
    rb"(?=/(?:workbench|docs|problems|openapi|glossary|certificates)\b)"
)


class PathPrefixMiddleware:
    """Serves an application below `prefix`, such as `/identlink`."""

    def __init__(self, app: ASGIApp, *, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Work one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        if path == self._prefix or path.startswith(f"{self._prefix}/"):
            inner = path.removeprefix(self._prefix) or "/"
            scope = {**scope, "path": inner, "raw_path": inner.encode()}
        await self._app(scope, receive, _Outward(send, self._prefix).send)


@dataclass(slots=True)
class _Outward:
    """An answer being sent; a page is held until it is complete, because its length changes."""

    _send: Send
    _prefix: str
    _begun: Message | None = None
    _page: bytearray = field(default_factory=bytearray)

    async def send(self, message: Message) -> None:
        """Send the next part of the answer."""
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._begun is None:
            await self._send(message)
        else:
            self._page += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self._begun)

    async def _begin(self, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        place = headers.get("location", "")
        if place.startswith("/") and not place.startswith("//"):
            headers["location"] = f"{self._prefix}{place}"
        if headers.get("content-type", "").startswith("text/html"):
            self._begun = message
        else:
            await self._send(message)

    async def _finish(self, begun: Message) -> None:
        prefix = self._prefix.encode()
        page = _ADDRESS.sub(lambda found: found[1] + prefix, bytes(self._page))
        if "content-length" in Headers(raw=begun["headers"]) and page:
            MutableHeaders(scope=begun)["content-length"] = str(len(page))
        await self._send(begun)
        await self._send({"type": "http.response.body", "body": page})
