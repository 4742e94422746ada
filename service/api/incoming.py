"""The outermost layer: each request gets an id, a log line and a metric, and always an answer.

An unexpected error ends here: it is logged by type and place, and answered with a problem document
without details.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import FilteringBoundLogger

from domain.access.access import Caller, Purpose
from domain.errors import LinkingError
from service.api.metrics import Metrics
from service.api.problem_responses import met, problem_response
from service.api.problems import PROBLEM_TYPES
from service.api.trace import CURRENT_TRACE, RequestTrace
from service.live.refusals import refused_call
from service.logs import LogEvent, Pseudonyms, failure_fields
from service.ports.surroundings import CURRENT_TENANT, Facts, NewId, Tenant, Tracing
from service.usecases.log.recording import record_refusal
from service.usecases.workbench import ROLE_PURPOSES

_RECORDED = frozenset(
    code for code, kind in PROBLEM_TYPES.items() if kind.status in {401, 403, 404}
)
"""The problems in which the caller is refused, or is told that there is no such thing."""


async def note_refusal(scope: Scope, trace: RequestTrace) -> None:
    """Record the refusal of a known account; the answer does not wait if there is an outage.

    A refusal that cannot be written now is kept, and written with the next one. For an unknown
    caller only the log line of the request is written.
    """
    if trace.actor is None or trace.problem not in _RECORDED:
        return
    try:
        purpose = Purpose(trace.purpose)
    except ValueError:
        purpose = ROLE_PURPOSES[trace.actor.role]
    refusal = refused_call(
        Caller(trace.actor, purpose, request_id=trace.request_id),
        scope["method"],
        getattr(scope.get("route"), "path", ""),
        trace.problem,
    )
    try:
        await run_in_threadpool(record_refusal, scope["app"].state.api.services, refusal)
    except Exception as error:  # noqa: BLE001 - a refusal shows nothing: it is answered all the same
        met(scope["app"], error)


_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Ignored over plain HTTP; it takes effect once a proxy serves TLS for us.
    "Strict-Transport-Security": "max-age=31536000",
}
"""Headers that keep everything between us and the caller from storing personal data."""

_RAW_HEADERS = Headers(_HEADERS).raw

_CARRIED_ON = (
    (
        "traceparent",
        "trace_id",
        re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-.*").fullmatch,
    ),
    ("x-request-id", "caller_request_id", re.compile(r"([0-9A-Fa-f-]{16,64})").fullmatch),
)
"""Ids from outside (W3C Trace Context, proxies) that are logged beside our own request id.

Only hexadecimal ids are logged, because free text from a caller might be a name. Provenance holds
our own id.
"""

UNMATCHED = "unmatched"
"""The route logged if an address does not exist; the address itself is not logged."""


DISCONNECTED = 499
"""The status in log and metrics of a request whose caller disconnected; it is never sent."""


class RequestMiddleware:
    """The outermost layer of the application."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        metrics: Metrics,
        logger: FilteringBoundLogger,
        new_id: NewId,
        pseudonyms: Pseudonyms,
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._logger = logger
        self._new_id = new_id
        self._pseudonyms = pseudonyms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace = RequestTrace(request_id=self._new_id())
        asked = scope["method"]
        if asked == "HEAD":
            # Answered like GET, without the body (RFC 9110, section 9.3.2).
            scope = {**scope, "method": "GET"}
        response = _Response(send, scope, trace, is_head=asked == "HEAD")
        begun_ns = time.perf_counter_ns()
        token = CURRENT_TRACE.set(trace)
        tenant = CURRENT_TENANT.set(Tenant())
        try:
            await self._app(scope, receive, response.send)
        except ClientDisconnect:
            self._left(trace, response)
        except Exception as error:  # noqa: BLE001 - the outermost edge: answer, log, go on
            await self._failed(scope, receive, response, error)
        finally:
            CURRENT_TENANT.reset(tenant)
            CURRENT_TRACE.reset(token)
            self._done(
                {**scope, "method": asked},
                trace,
                response.status,
                time.perf_counter_ns() - begun_ns,
            )

    async def _failed(
        self, scope: Scope, receive: Receive, response: _Response, error: Exception
    ) -> None:
        """Answer an outage with its own problem; log any other unexpected error."""
        refusal, headers = met(scope["app"], error)
        if refusal is None:
            self._logger.error(
                LogEvent.REQUEST_FAILED,
                request_id=response.trace.request_id,
                **failure_fields(error),
            )
        if response.status == 0:
            answer = problem_response(refusal or LinkingError(), headers=headers)
            await answer(scope, receive, response.send)

    def _left(self, trace: RequestTrace, response: _Response) -> None:
        """Note that the caller disconnected early, which is not an error of the service."""
        self._logger.info(LogEvent.CLIENT_DISCONNECTED, request_id=trace.request_id)
        trace.problem = LogEvent.CLIENT_DISCONNECTED
        response.status = response.status or DISCONNECTED

    def _done(self, scope: Scope, trace: RequestTrace, status: int, elapsed_ns: int) -> None:
        route = getattr(scope.get("route"), "path", UNMATCHED)
        method = scope["method"] if route != UNMATCHED else "*"
        self._metrics.request_done(method, route, status=status, seconds=elapsed_ns / 1e9)
        actor, client = trace.actor, scope.get("client") or ("",)
        account, source = self._pseudonyms.of_call(
            (actor.user_id, actor.force) if actor else None, client[0]
        )
        carried = {
            name: found[1]
            for header, name, pattern in _CARRIED_ON
            if (found := pattern(Headers(scope=scope).get(header, ""))) is not None
        }
        self._logger.info(
            LogEvent.REQUEST,
            request_id=trace.request_id,
            **carried,
            method=scope["method"],
            route=route,
            status=status,
            duration_ms=round(elapsed_ns / 1e6, 2),
            actor=account,
            source=source,
            role=trace.role,
            force=trace.force,
            purpose=trace.purpose,
            problem=trace.problem,
            candidates=trace.candidates,
            stages_ms=trace.stages_ms,
        )


@dataclass(slots=True)
class _Response:
    """Watches the answer and adds the headers that every answer has."""

    _send: Send
    _scope: Scope
    trace: RequestTrace
    status: int = 0
    is_head: bool = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if self.trace.problem:
                await note_refusal(self._scope, self.trace)
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = self.trace.request_id
            given = {name for name, _ in headers.raw}
            headers.raw.extend(one for one in _RAW_HEADERS if one[0] not in given)
        elif self.is_head:
            message = {**message, "body": b""}
        await self._send(message)


_UNMATCHED = "unmatched"
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"})


class CallSpanMiddleware:
    """The layer that traces calls: inside the layer that names the request, outside all others."""

    def __init__(self, app: ASGIApp, *, tracing: Tracing) -> None:
        self._app = app
        self._tracing = tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request within its span."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        statuses: list[int] = []

        async def _watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
            await send(message)

        traceparent = Headers(scope=scope).get("traceparent", "")
        span = self._tracing.begin_call(traceparent)
        failure = ""
        try:
            await self._app(scope, receive, _watched)
        except Exception as error:
            failure = type(error).__name__
            raise
        finally:
            facts = _facts(scope, statuses)
            name = f"{facts['http.request.method']} {facts['http.route']}"
            span.end(name, facts, failure=failure or _server_error(statuses))


def _facts(scope: Scope, statuses: list[int]) -> Facts:
    trace = CURRENT_TRACE.get()
    facts: dict[str, str | int | float] = {
        # A caller may send any word as the method.
        "http.request.method": scope["method"] if scope["method"] in _METHODS else "_OTHER",
        "http.route": getattr(scope.get("route"), "path", _UNMATCHED),
    }
    if statuses:
        facts["http.response.status_code"] = statuses[0]
    if trace is None:
        return facts
    facts["identlink.request_id"] = trace.request_id
    told = {"problem": trace.problem, "role": trace.role, "purpose": trace.purpose}
    facts |= {f"identlink.{name}": value for name, value in told.items() if value}
    if trace.candidates is not None:
        facts["identlink.candidates"] = trace.candidates
    return facts | {f"identlink.stage.{name}_ms": ms for name, ms in trace.stages_ms.items()}


def _server_error(statuses: list[int]) -> str:
    return str(statuses[0]) if statuses and statuses[0] >= 500 else ""
