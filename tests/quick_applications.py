"""Applications that are made and asked quickly, as thousands of tests want it.

The test client hands a request over whole, and takes the whole answer, in one step. Starlette's
own client changes threads eight times a request so that answers can be read while they are made;
no test reads so, and the changes were a sixth of the processor time of tests of calls.

An application of ours is worked in the thread that calls it, and does there too what a server
leaves to a pool of threads: that is a quarter of a call. Tests of servers (tests/integration/http,
kills, tests/e2e) have the pool.

Libraries are told once to use one thread: to look for them takes a millisecond.

Applications share the shipped model, the home law of a model, the tables of their routes and the
OpenAPI document. FastAPI works the tables out at the first request to each application, .2 s of a
processor in all, and the document takes .8 s; they are the same in every application of ours.
"""

from __future__ import annotations

import asyncio
import atexit
import contextvars
import os
import threading
from collections import defaultdict
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import anyio
import httpx2
from anyio._backends._asyncio import AsyncIOBackend
from fastapi import FastAPI, routing
from fastapi.routing import APIRoute
from starlette import testclient
from starlette.routing import BaseRoute

from matching.scorer import MODELS, Scorer
from matching.watch.home import HOME, HomeLaw, read_home
from service.api import documentation
from service.api.access import direct_calls
from service.bootstrap import galleries, runtime

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
    routing._merge_lifespan_context = _merged_lifespans  # type: ignore[assignment]
    runtime.read_home = _shared_home
    documentation._document = _shared_document
    direct_calls._routes_by_start = _shared_routes_by_start
    runtime.load_scorer = _shared_scorer
    galleries.code_version = runtime.code_version = cache(runtime.code_version)
    runtime.use_one_thread_each = cache(runtime.use_one_thread_each)
    AsyncIOBackend.run_sync_in_worker_thread = classmethod(_run_here_or_in_pool)  # type: ignore[assignment, arg-type]


class _Loops:
    """The event loops in which calls are worked, each in the thread that calls."""

    def __init__(self) -> None:
        self._working: set[asyncio.AbstractEventLoop] = set()
        self._idle: dict[int, list[asyncio.AbstractEventLoop]] = defaultdict(list)
        """Those of the main thread, by process: a fork shares what the loops before wait for."""

    def run(self, work: Coroutine[Any, Any, _Exchange]) -> _Exchange:
        """Return what the work leads to, once it has ended."""
        is_main = threading.current_thread() is threading.main_thread()
        idle = self._idle[os.getpid()] if is_main else []
        loop = idle.pop() if idle else asyncio.new_event_loop()
        self._working.add(loop)
        try:
            return loop.run_until_complete(work)
        finally:
            self._working.discard(loop)
            if is_main:
                idle.append(loop)
            else:
                loop.close()

    def are_working(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Return whether a loop works a call in the thread that made it."""
        return loop in self._working

    def close(self) -> None:
        """Close the loops of this process."""
        for loop in self._idle.pop(os.getpid(), []):
            loop.close()


_LOOPS = _Loops()
atexit.register(_LOOPS.close)
_run_in_pool = AsyncIOBackend.run_sync_in_worker_thread


async def _run_here_or_in_pool(
    _backend: type[AsyncIOBackend], work: Callable[..., Any], given: tuple[Any, ...], **named: Any
) -> Any:
    loop = asyncio.get_running_loop()
    if not _LOOPS.are_working(loop):
        return await _run_in_pool(work, given, **named)
    # As in a thread of the pool, no loop runs, and nothing left in the context is seen outside.
    asyncio._set_running_loop(None)
    try:
        return contextvars.copy_context().run(work, *given)
    finally:
        asyncio._set_running_loop(loop)


def _shared_home(directory: Path, model_digest: str) -> HomeLaw | None:
    file = directory / HOME
    key = (file.read_bytes() if file.exists() else b"", model_digest)
    if key not in _HOMES:
        _HOMES[key] = read_home(directory, model_digest)
    return _HOMES[key]


_load_scorer = cache(runtime.load_scorer)


def _shared_scorer(directory: Path) -> Scorer:
    """Return the shipped model, which nothing changes, read once; any other as it is now."""
    return _load_scorer(directory) if directory == MODELS else _load_scorer.__wrapped__(directory)


_HOMES: dict[tuple[bytes, str], HomeLaw | None] = {}
"""By the content of its file: each store has a copy."""


_DOCUMENTS: dict[tuple[object, ...], dict[str, Any]] = {}
"""By what an application answers to, which modules hold for good; nobody changes one."""

_make_document = documentation._document


def _shared_document(app: FastAPI, *, prefix: str) -> dict[str, Any]:
    routers = (getattr(route, "original_router", None) for route in app.routes)
    own = (getattr(route, "path", "") for route in app.routes)
    key = (prefix, app.version, *map(id, routers), *own)
    if key not in _DOCUMENTS:
        _DOCUMENTS[key] = _make_document(app, prefix=prefix)
    return _DOCUMENTS[key]


_STARTS: dict[tuple[object, ...], dict[str, list[int]]] = {}
"""The numbers of an application's routes by the beginning of a path, by what it answers to."""

_find_routes = direct_calls._routes_by_start


def _shared_routes_by_start(routes: Sequence[BaseRoute]) -> dict[str, list[BaseRoute]]:
    key = tuple(
        (id(getattr(route, "original_router", None)), getattr(route, "path", ""))
        for route in routes
    )
    if key not in _STARTS:
        numbers = {id(route): number for number, route in enumerate(routes)}
        found = _find_routes(routes).items()
        _STARTS[key] = {start: [numbers[id(one)] for one in each] for start, each in found}
    return {start: [routes[one] for one in each] for start, each in _STARTS[key].items()}


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


_merge_lifespans = routing._merge_lifespan_context


def _merged_lifespans(whole: Any, router: Any) -> Any:
    """Leave out the routers that do nothing at a start: nearly a hundred contexts otherwise."""
    if isinstance(router, routing._DefaultLifespan):
        own = router._router
        if not own.on_startup and not own.on_shutdown:
            return whole
    return _merge_lifespans(whole, router)


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

    # Playwright has a loop of its own in the thread of its tests.
    if isinstance(transport.app, FastAPI) and asyncio._get_running_loop() is None:
        return _LOOPS.run(exchange()).answer(request)
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
