"""Traces of the served application, over the wire: no span tells of people."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from domain.errors import ConfigurationError
from matching.scorer import Scorer
from service.api.incoming import CallSpanMiddleware
from service.app import create_app
from service.bootstrap.runtime import assemble
from service.logs import build_logger
from service.settings import load_settings
from tests.integration.api.driver import World

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
ALLOWED = {
    "http.request.method",
    "http.route",
    "http.response.status_code",
    "error.type",
    "identlink.request_id",
    "identlink.problem",
    "identlink.role",
    "identlink.purpose",
    "identlink.candidates",
}
NAMES = ("Forename", "Surname", "Placetown", "Null", "1984-", "CR/77")


class Collector:
    """A collector of OTLP over HTTP, as far as it keeps what it is sent."""

    def __init__(self) -> None:
        self.received: list[ExportTraceServiceRequest] = []

    @contextmanager
    def running(self) -> Iterator[str]:
        """Listen until the block ends; yield the address."""
        received = self.received

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                received.append(ExportTraceServiceRequest.FromString(self.rfile.read(length)))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/traces"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def spans(self) -> list[tuple[str, dict[str, object], str]]:
        """Return name, attributes and trace of each span."""
        return [
            (
                span.name,
                {
                    one.key: getattr(one.value, one.value.WhichOneof("value"))
                    for one in span.attributes
                },
                span.trace_id.hex(),
            )
            for request in self.received
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@contextmanager
def serving(url: str, directory: Path, scorer: Scorer, collector: str | None) -> Iterator[World]:
    settings = load_settings(
        store=directory / "store",
        database_url=url,
        max_body_bytes=200_000,
        tracing_collector=collector,
    )
    log = io.StringIO()
    app = create_app(assemble(settings, scorer), logger=build_logger(log))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield World(app, client, log)


def test_each_call_is_a_span_that_names_codes_and_figures_alone(
    sqlite_url: str, tmp_path: Path, scorer: Scorer
) -> None:
    collector = Collector()
    with collector.running() as address, serving(sqlite_url, tmp_path, scorer, address) as world:
        person_id = world.enrol(1)["person_id"]
        search_id = world.search(1, reference="CR/77/26")
        case_id = world.case_of(search_id)
        world.examine(case_id, "examiner-a", person_id=person_id)
        headers = {**world.force().headers, "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
        world.client.get(f"/v1/searches/{search_id}?name=Null", headers=headers)
        world.client.get("/Surname/1984-05")
        refused = world.force("47").get(f"/v1/searches/{search_id}")
        assert refused.status_code == 404

    found = collector.spans()
    routes = {name for name, _, _ in found}
    by_route = {name: facts for name, facts, _ in found}
    assert {"POST /v1/encounters", "POST /v1/searches", "GET unmatched"} <= routes
    assert "GET /v1/searches/{search_id}" in routes
    assert by_route["POST /v1/searches"]["identlink.candidates"] == 1
    assert by_route["GET unmatched"]["identlink.problem"] == "not-found"
    assert any(trace == TRACE for _, _, trace in found)
    keys = {key for _, facts, _ in found for key in facts}
    stages = {key for key in keys if key.startswith("identlink.stage.") and key.endswith("_ms")}
    assert stages
    assert keys - stages <= ALLOWED
    told = b"".join(request.SerializeToString() for request in collector.received).decode(
        "latin-1"
    )
    secrets = (*NAMES, person_id, search_id, case_id, "examiner-a", "custody-01", "testclient")
    assert [word for word in secrets if word in told] == []


def test_a_collector_without_the_extra_is_refused_with_the_remedy(
    sqlite_url: str, tmp_path: Path, scorer: Scorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "service.adapters.open_telemetry", None)

    with (
        pytest.raises(ConfigurationError, match=r"identlink\[tracing\]"),
        serving(sqlite_url, tmp_path, scorer, "http://127.0.0.1:4318/v1/traces"),
    ):
        pass


def test_without_a_collector_a_call_passes_no_layer_of_traces(
    sqlite_url: str, tmp_path: Path, scorer: Scorer
) -> None:
    with serving(sqlite_url, tmp_path, scorer, None) as world:
        layers = [one.cls for one in world.app.user_middleware]

    assert CallSpanMiddleware not in layers
    assert len(layers) > 2
