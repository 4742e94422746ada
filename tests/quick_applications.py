"""Applications that are made and asked quickly, as thousands of tests want it.

The test client hands a request over whole, and takes the whole answer, in one step. Starlette's
own client changes threads eight times a request so that answers can be read while they are made;
no test reads so, and the changes were a sixth of the processor time of tests of calls.

Applications share the home law of a model, and the tables of their routes. FastAPI works these out
at the first request to each application, .2 s of a processor in all, and they are the same in
every application of ours.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import anyio
import httpx2
from fastapi import routing
from fastapi.routing import APIRoute
from starlette import testclient

from matching.watch.home import HOME, HomeLaw, read_home
from service import bootstrap

_PORTS = {"http": 80, "https": 443}
_Transport = testclient._TestClientTransport


@dataclass(slots=True)
class _Exchange:
    """One request, and the messages with which the application answers it."""

    body: bytes
    messages: list[Any] = field(default_factory=list)
    is_read: bool = False
    ended: anyio.Event = field(default_factory=anyio.Event)

    async def receive(self) -> dict[str, Any]:
        """Give the whole body; then wait until the answer has ended, as a client does."""
        if self.is_read:
            await self.ended.wait()
            return {"type": "http.disconnect"}
        self.is_read = True
        return {"type": "http.request", "body": self.body}

    async def send(self, message: Any) -> None:
        self.messages.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            self.ended.set()

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        """Return what was sent; 500 when nothing was."""
        if not self.messages:
            return httpx2.Response(500, request=request)
        start, *rest = self.messages
        assert start["type"] == "http.response.start"
        content = b"".join(bytes(message.get("body", b"")) for message in rest)
        return httpx2.Response(
            start["status"],
            headers=[(name.decode(), value.decode()) for name, value in start.get("headers", ())],
            stream=httpx2.ByteStream(b"" if request.method == "HEAD" else content),
            request=request,
        )


def make_applications_quick() -> None:
    """Make every application and test client of this process so."""
    _Transport.handle_request = _handle  # type: ignore[assignment, method-assign]
    routing._IncludedRouter._build_effective_context = _shared_context  # type: ignore[assignment, method-assign]
    bootstrap.read_home = _shared_home


def _shared_home(directory: Path, model_digest: str) -> HomeLaw | None:
    file = directory / HOME
    return _home(directory, model_digest, file.stat().st_mtime_ns if file.exists() else 0)


@cache
def _home(directory: Path, model_digest: str, _changed_ns: int) -> HomeLaw | None:
    return read_home(directory, model_digest)


_WORKED_OUT: dict[tuple[int, str], Any] = {}
"""By the identity of a route, which a module holds for good, and by prefix."""

_work_out = routing._IncludedRouter._build_effective_context


def _shared_context(included: Any, route: Any) -> Any:
    if not isinstance(route, APIRoute):
        return _work_out(included, route)
    key = (id(route), included.include_context.prefix)
    if key not in _WORKED_OUT:
        _WORKED_OUT[key] = _work_out(included, route)
    return _WORKED_OUT[key]


def _handle(transport: Any, request: httpx2.Request) -> httpx2.Response:
    body = request.read()
    scope = _scope(transport, request)

    async def exchange() -> _Exchange:
        one = _Exchange(body)
        try:
            await transport.app(scope, one.receive, one.send)
        except Exception:
            if transport.raise_server_exceptions:
                raise
        return one

    with transport.portal_factory() as portal:
        done: _Exchange = portal.call(exchange)
    return done.answer(request)


def _scope(transport: Any, request: httpx2.Request) -> dict[str, Any]:
    url = request.url
    headers = [
        (name.lower().encode(), one.encode()) for name, one in request.headers.multi_items()
    ]
    return {
        "type": "http",
        "http_version": "1.1",
        "method": request.method,
        "path": unquote(url.path),
        "raw_path": url.raw_path.split(b"?", 1)[0],
        "root_path": transport.root_path,
        "scheme": url.scheme,
        "query_string": url.query,
        "headers": headers if "host" in request.headers else [(b"host", url.netloc), *headers],
        "client": transport.client,
        "server": [url.host, url.port or _PORTS[url.scheme]],
        "extensions": {},
        "state": transport.app_state.copy(),
    }
