"""A trace span for each call served, if tracing is on."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.trace import CURRENT_TRACE
from service.ports.surroundings import Facts, Tracing

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
