"""Spans by OpenTelemetry, for a collector of OTLP over HTTP. Needs the extra `tracing`."""

from dataclasses import dataclass

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from service.ports.surroundings import Facts

_SCOPE = "identlink"
_UNNAMED = "call"


@dataclass(frozen=True, slots=True)
class OpenCallSpan:
    """The span of a call that is being processed."""

    _span: Span

    def end(self, name: str, facts: Facts, *, failure: str = "") -> None:
        """End the span under this name. `failure`: the code or class of the error, if any."""
        self._span.update_name(name)
        _end(self._span, facts, failure)


@dataclass(frozen=True, slots=True)
class OpenTelemetryTracing:
    """Makes spans and passes them to a processor. Thread-safe."""

    _provider: TracerProvider

    def begin_call(self, traceparent: str) -> OpenCallSpan:
        """Begin the span of a call. It is in the caller's trace if the header names one."""
        # The free text of `tracestate` is dropped, because it might contain anything.
        told = TraceContextTextMapPropagator().extract({"traceparent": traceparent})
        span = self._tracer().start_span(_UNNAMED, context=told, kind=SpanKind.SERVER)
        return OpenCallSpan(span)

    def note_round(self, name: str, begun_ns: int, *, done: int, failure: str = "") -> None:
        """Make the span of a round of work that ended: what was done, or what error ended it."""
        span = self._tracer().start_span(name, start_time=begun_ns)
        _end(span, {"identlink.done": done}, failure)

    def close(self) -> None:
        """Send the last spans."""
        self._provider.shutdown()

    def _tracer(self) -> Tracer:
        return self._provider.get_tracer(_SCOPE)


def tracing_to_collector(address: str, *, share: float, version: str) -> OpenTelemetryTracing:
    """Return tracing that sends spans of a share of calls to a collector in the background."""
    exporter = OTLPSpanExporter(endpoint=address)
    return tracing_to(BatchSpanProcessor(exporter), share=share, version=version)


def tracing_to(
    processor: SpanProcessor, *, share: float = 1.0, version: str = ""
) -> OpenTelemetryTracing:
    """Return tracing that passes spans to a processor; a caller's trace decides for its calls."""
    # Set explicitly: a detector would add the machine, its user and the command line.
    resource = Resource({"service.name": "identlink", "service.version": version})
    provider = TracerProvider(
        resource=resource, sampler=ParentBasedTraceIdRatio(share), shutdown_on_exit=False
    )
    provider.add_span_processor(processor)
    return OpenTelemetryTracing(provider)


def _end(span: Span, facts: Facts, failure: str) -> None:
    span.set_attributes(dict(facts))
    if failure:
        span.set_attribute("error.type", failure)
        span.set_status(StatusCode.ERROR)
    span.end()
