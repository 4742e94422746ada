"""Observing the service: health, metrics, one log line per request, the OpenAPI document."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from domain.errors import IndexDamagedError, LinkingError
from service.api.problems import PROBLEM_TYPES
from tests.integration.api.driver import WITHOUT_TOKEN, World
from tests.integration.api.prints import record, tenprint
from tests.integration.api.test_bad_input import assert_problem
from tests.whole_words import holds


def test_health_and_readiness_need_no_token(world: World) -> None:
    alive = world.client.get("/healthz").json()
    ready = world.client.get("/readyz").json()

    assert alive == {"status": "alive", "version": world.services.code_version}
    assert ready["status"] == "ready"


@pytest.mark.parametrize("path", ["/readyz", "/healthz", "/openapi.json", "/problems/not-found"])
def test_head_answers_as_get_does_without_the_body(sqlite_world: World, path: str) -> None:
    got = sqlite_world.client.get(path)
    head = sqlite_world.client.head(path)

    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Type", "Content-Length"):
        assert head.headers[name] == got.headers[name]


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/readyz", "GET, HEAD, OPTIONS"),
        ("/v1/searches", "GET, HEAD, OPTIONS, POST"),
        ("/v1/webhooks/abc", "DELETE, OPTIONS"),
    ],
)
def test_every_method_of_an_address_is_named(sqlite_world: World, path: str, methods: str) -> None:
    asked = sqlite_world.client.options(path)
    refused = sqlite_world.client.patch(path)

    assert (asked.status_code, asked.content) == (204, b"")
    assert_problem(refused, 405, "method-not-allowed")
    assert asked.headers["Allow"] == refused.headers["Allow"] == methods


def test_a_service_whose_index_cannot_serve_is_not_ready(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def _damaged(_self: object) -> None:
        raise IndexDamagedError("A file of the index is damaged.")

    monkeypatch.setattr(type(sqlite_world.services.gallery), "catch_up", _damaged)

    answer = sqlite_world.client.get("/readyz")

    assert_problem(answer, 503, "index-not-ready")
    assert answer.headers["Retry-After"] == "5"
    assert sqlite_world.client.head("/readyz").status_code == 503
    assert sqlite_world.client.options("/readyz").status_code == 503


def test_figures_tell_routes_and_stages_apart_and_nobody_by_name(sqlite_world: World) -> None:
    world = sqlite_world
    world.enrol(1)
    search_id = world.search(1)
    world.standing(search_id)

    text = world.client.get("/metrics").text

    assert 'route="/v1/searches/{search_id}",status="200"' in text
    for stage in ("candidate_search", "records", "scoring"):
        assert f'identlink_stage_seconds_count{{stage="{stage}"}} 1.0' in text
    assert "identlink_index_encounters 1.0" in text
    assert "identlink_index_lag_changes 0.0" in text
    assert search_id not in text


def test_an_address_that_does_not_exist_makes_no_figure_of_its_own(sqlite_world: World) -> None:
    world = sqlite_world
    for number in range(3):
        world.client.request(f"ODD{number}", f"/nothing/{number}")

    text = world.client.get("/metrics").text

    assert 'identlink_request_seconds_count{method="*",route="unmatched",status="404"} 3.0' in text


def test_a_request_leaves_one_line_with_codes_and_counts_alone(world: World) -> None:
    world.enrol(1)
    body = {
        "search_type": "TP/TP",
        "impressions": tenprint(1),
        "details": {"names": record(1)["names"], "dates_of_birth": ["1931-02-11"]},
    }

    answer = world.force().post("/v1/searches", body, X_On_Behalf_Of="pc.angua")

    request_id = answer.headers["X-Request-Id"]
    lines = [line for line in world.log_lines() if line.get("request_id") == request_id]
    assert len(lines) == 1
    assert {name: lines[0][name] for name in ("event", "route", "status", "candidates")} == {
        "event": "request",
        "route": "/v1/searches",
        "status": 201,
        "candidates": 1,
    }
    assert (lines[0]["role"], lines[0]["force"], lines[0]["purpose"]) == ("force", "01", "arrest")
    assert set(lines[0]["stages_ms"]) == {"candidate_search", "records", "scoring"}
    hidden = ("Surname1", "1931", "pc.angua", answer.json()["search_id"], "custody-01")
    assert not [word for word in hidden if holds(world.log.getvalue(), word)]


def test_a_refused_request_is_logged_with_its_problem_type(sqlite_world: World) -> None:
    world = sqlite_world
    answer = world.force().post("/v1/searches", {"search_type": "TP/TP"})

    line = world.log_lines()[-1]
    assert (line["status"], line["problem"]) == (400, "empty-probe")
    assert line["request_id"] == answer.json()["instance"]


def test_an_unforeseen_error_is_answered_and_logged_without_its_message(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def _fails(*_: object, **__: object) -> None:
        raise RuntimeError("Surname1 was not expected")

    monkeypatch.setattr("service.usecases.links.outcomes.search_standings", _fails)

    answer = sqlite_world.force().get("/v1/searches")

    assert_problem(answer, 500, "internal")
    assert "Surname1" not in answer.text + sqlite_world.log.getvalue()
    failed = next(x for x in sqlite_world.log_lines() if x["event"] == "request-failed")
    assert failed["error_type"] == "RuntimeError"
    assert any("_fails" in place for place in failed["stack"])


def test_an_internal_refusal_does_not_tell_its_detail(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def _fails(*_: object, **__: object) -> None:
        raise LinkingError("A detail of our own.")

    monkeypatch.setattr("service.usecases.links.outcomes.search_standings", _fails)

    answer = sqlite_world.force().get("/v1/searches")

    assert_problem(answer, 500, "internal")
    assert "detail of our own" not in answer.text


def test_a_body_of_another_media_type_is_refused(shared_world: World) -> None:
    answer = shared_world.force().send("/v1/searches", b"{}", Content_Type="text/plain")

    assert_problem(answer, 415, "unsupported-media-type")


def test_every_answer_forbids_caching_and_sniffing(shared_world: World) -> None:
    for path in ("/healthz", "/v1/searches", "/nothing"):
        headers = shared_world.client.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert len(headers["X-Request-Id"]) == 32


@pytest.mark.parametrize("code", sorted(PROBLEM_TYPES))
def test_every_problem_type_is_explained_where_its_address_points(
    shared_world: World, code: str
) -> None:
    as_json = shared_world.client.get(f"/problems/{code}").json()
    as_page = shared_world.client.get(f"/problems/{code}", headers={"Accept": "text/html"})

    assert as_json["code"] == code
    assert len(as_json["explanation"]) > 20
    assert as_json["title"] in as_page.text
    assert as_page.headers["content-type"] == "text/html; charset=utf-8"


def test_the_list_of_problem_types_is_complete(shared_world: World) -> None:
    listed = shared_world.client.get("/problems").json()["problems"]

    assert {problem["code"] for problem in listed} == set(PROBLEM_TYPES)


def test_the_openapi_document_resolves_every_reference_and_documents_every_problem(
    shared_world: World,
) -> None:
    document = shared_world.client.get("/openapi.json").json()

    schemas = document["components"]["schemas"]
    references = {r.removeprefix("#/components/schemas/") for r in _references(document)}
    assert references <= set(schemas)
    assert "HTTPValidationError" not in schemas
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert operation["description"]
            assert "500" in operation["responses"]
            if path.startswith("/v1/") and path not in WITHOUT_TOKEN:
                assert {"400", "401", "403", "422"} <= set(operation["responses"])
                purpose = [p for p in operation["parameters"] if p["name"] == "X-Purpose"]
                assert purpose[0]["required"] is True


def test_no_page_of_the_framework_is_served(shared_world: World) -> None:
    assert shared_world.client.get("/redoc").status_code == 404
    assert "jsdelivr" not in shared_world.client.get("/docs").text


def test_shutting_down_closes_the_database_and_the_index(sqlite_world: World) -> None:
    client: TestClient = sqlite_world.client
    client.get("/healthz")

    sqlite_world.client.__exit__(None, None, None)

    assert [line["event"] for line in sqlite_world.log_lines()][-1] == "stopped"
    sqlite_world.client.__enter__()


def _references(document: Any) -> list[str]:
    return re.findall(r'"\$ref": "([^"]+)"', json.dumps(document))
