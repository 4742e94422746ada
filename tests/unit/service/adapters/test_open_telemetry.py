"""Spans of calls and rounds: within the caller's trace, and for work that was done."""

from __future__ import annotations

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from service.adapters.open_telemetry import OpenTelemetryTracing, tracing_to
from service.ports.surroundings import traced

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def tracing(spans: InMemorySpanExporter) -> OpenTelemetryTracing:
    return tracing_to(SimpleSpanProcessor(spans))


@pytest.mark.parametrize("is_sampled", [True, False])
def test_a_call_joins_the_trace_of_its_caller(
    tracing: OpenTelemetryTracing, spans: InMemorySpanExporter, is_sampled: bool
) -> None:
    tracing.begin_call(f"00-{TRACE}-{PARENT}-0{int(is_sampled)}").end("GET /", {"http.route": "/"})

    found = spans.get_finished_spans()

    assert len(found) == is_sampled
    assert all(f"{span.context.trace_id:032x}" == TRACE for span in found)
    assert all(span.parent and f"{span.parent.span_id:016x}" == PARENT for span in found)
    assert all(span.kind is SpanKind.SERVER for span in found)


@pytest.mark.parametrize(
    "traceparent", ["", "00-0-0-01", "Ann Smith", f"00-{'0' * 32}-{PARENT}-01"]
)
def test_a_call_without_a_valid_parent_begins_a_trace(
    tracing: OpenTelemetryTracing, spans: InMemorySpanExporter, traceparent: str
) -> None:
    tracing.begin_call(traceparent).end("GET /", {})

    (span,) = spans.get_finished_spans()
    assert span.parent is None
    assert traceparent not in span.to_json() or not traceparent


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_share_of_the_calls_is_traced(spans: InMemorySpanExporter, share: float) -> None:
    tracing = tracing_to(SimpleSpanProcessor(spans), share=share)

    for _ in range(5):
        tracing.begin_call("").end("GET /", {})

    assert len(spans.get_finished_spans()) == 5 * share


def test_a_round_has_a_span_when_it_did_something(
    tracing: OpenTelemetryTracing, spans: InMemorySpanExporter
) -> None:
    done = iter((0, 3))
    work = traced(tracing, lambda: next(done), "worker batches")

    assert [work(), work()] == [0, 3]

    (span,) = spans.get_finished_spans()
    assert (span.name, dict(span.attributes or {})) == ("worker batches", {"identlink.done": 3})
    assert span.start_time is not None
    assert span.end_time is not None
    assert span.start_time <= span.end_time


def test_a_round_that_fails_names_the_error_s_class_alone(
    tracing: OpenTelemetryTracing, spans: InMemorySpanExporter
) -> None:
    def fail() -> int:
        raise KeyError("Ann Smith, 1984")

    with pytest.raises(KeyError):
        traced(tracing, fail, "worker batches")()

    (span,) = spans.get_finished_spans()
    assert span.status.status_code is StatusCode.ERROR
    assert (span.attributes or {})["error.type"] == "KeyError"
    assert "Ann" not in span.to_json()


def test_without_a_collector_a_round_is_not_wrapped() -> None:
    def work() -> int:
        return 1

    assert traced(None, work, "worker batches") is work
