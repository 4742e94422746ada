"""Every kind of invalid input has its own stable problem type and changes nothing."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest

from tests.integration.api.driver import World
from tests.integration.api.prints import (
    FORMAT,
    encounter,
    finger,
    impression,
    mark,
    record,
    template,
    tenprint,
)


def with_template(**changed: Any) -> dict[str, Any]:
    good = template(finger(1, 2))
    return {"impressions": [impression(1, 2) | {"template": good | changed}]}


def with_values(values: np.ndarray, *, encoding: str = "f32") -> dict[str, Any]:
    return with_template(**template(values, encoding=encoding))


def with_record(**changed: Any) -> dict[str, Any]:
    return {"record": record(1) | changed}


def arrest(**changed: Any) -> dict[str, Any]:
    return with_record(arrest_reports=[record(1)["arrest_reports"][0] | changed])


NAN, INFINITE = np.full(192, np.nan), np.full(192, np.inf)
ONE_INFINITE = np.concatenate([np.ones(191), [-np.inf]])

REFUSED_ENCOUNTERS: list[tuple[str, dict[str, Any], int, str, str | None]] = [
    ("not base64", with_template(data="!!!"), 400, "invalid-template", "/impressions/0/template"),
    ("base64 without padding", with_template(data="AAA"), 400, "invalid-template", None),
    ("no data", with_template(data=""), 400, "invalid-template", None),
    ("half a value", with_template(data=base64.b64encode(b"x" * 383).decode()), 400,
     "invalid-template", None),
    ("another dimension", with_values(np.ones(191)), 400, "invalid-template", None),
    ("another encoding", with_template(encoding="f32"), 400, "invalid-template", None),
    ("not a number", with_values(NAN), 400, "invalid-template", "/impressions/0/template"),
    ("not a number in half floats", with_values(NAN, encoding="f16"), 400, "invalid-template",
     None),
    ("infinite", with_values(INFINITE), 400, "invalid-template", None),
    ("one infinite value", with_values(ONE_INFINITE), 400, "invalid-template", None),
    ("zero vector", with_values(np.zeros(192)), 400, "invalid-template", None),
    ("unknown format", with_template(format="other-512/1"), 400, "unknown-template-format",
     "/impressions/0/template"),
    ("unknown version", with_template(format=FORMAT + "0"), 400, "unknown-template-format", None),
    ("a finger twice", {"impressions": [impression(1, 2), impression(1, 2, capture=1)]}, 400,
     "duplicate-position", None),
    ("no fingers", {"impressions": []}, 400, "empty-probe", None),
    ("quality above 100", {"impressions": [impression(1, 2) | {"quality": 101}]}, 400,
     "invalid-quality", "/impressions/0/quality"),
    ("quality below 0", {"impressions": [impression(1, 2) | {"quality": -1}]}, 400,
     "invalid-quality", None),
    ("quality beyond all integers", {"impressions": [impression(1, 2) | {"quality": 10**30}]},
     400, "invalid-quality", None),
    ("a latent", {"impressions": [impression(1, 2, kind="latent")]}, 400, "invalid-input", None),
    ("an unknown finger", {"impressions": [impression(1, 0)]}, 400, "invalid-input", None),
    ("30 February", {"captured_at": "2024-02-30T00:00:00Z"}, 400, "invalid-date", "/captured_at"),
    ("no offset", {"captured_at": "2024-02-03T00:00:00"}, 400, "invalid-date", "/captured_at"),
    ("year 1", {"captured_at": "0001-01-01T00:00:00+05:00"}, 400, "invalid-date", "/captured_at"),
    ("the future", {"captured_at": "2999-01-01T00:00:00Z"}, 400, "invalid-input", "/captured_at"),
    ("born on 30 February", with_record(dates_of_birth=["1984-03-01", "1984-02-30"]), 400,
     "invalid-date", "/record/dates_of_birth/1"),
    ("born on day XY", with_record(dates_of_birth=["1984-02-XY"]), 400, "invalid-date", None),
    ("arrested on 31 April", arrest(on="2020-04-31"), 400, "invalid-date",
     "/record/arrest_reports/0/on"),
    ("arrested by nobody", arrest(force="ZZ"), 400, "unknown-force",
     "/record/arrest_reports/0/force"),
    ("somebody unknown", {"person_id": "0" * 32}, 404, "not-found", None),
    ("position 11", {"impressions": [impression(1, 2) | {"position": 11}]}, 422,
     "malformed-request", None),
    ("a position in words", {"impressions": [impression(1, 2) | {"position": "2"}]}, 422,
     "malformed-request", None),
    ("quality with a fraction", {"impressions": [impression(1, 2) | {"quality": 70.5}]}, 422,
     "malformed-request", None),
    ("an unknown field", {"surprise": 1}, 422, "malformed-request", None),
    ("a field missing", {"impressions": None}, 422, "malformed-request", None),
    ("a name too long", with_record(names=[{"surname": "x" * 201}]), 422, "malformed-request",
     None),
    ("a name with a control character", with_record(names=[{"surname": "x\x00"}]), 422,
     "malformed-request", None),
    ("too many names", with_record(names=[{}] * 51), 422, "malformed-request", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "status", "code", "pointer"),
    [case[1:] for case in REFUSED_ENCOUNTERS],
    ids=[case[0] for case in REFUSED_ENCOUNTERS],
)
def test_a_refused_enrolment_says_why_and_changes_nothing(
    shared_world: World, changed: dict[str, Any], status: int, code: str, pointer: str | None
) -> None:
    before = shared_world.counts()

    answer = shared_world.force().post("/v1/encounters", encounter(1) | changed)

    assert_problem(answer, status, code)
    assert pointer in {None, *(fault["pointer"] for fault in answer.json().get("errors", []))}
    assert shared_world.counts() == before


REFUSED_SEARCHES: list[tuple[str, dict[str, Any], int, str]] = [
    ("neither fingers nor details", {"impressions": []}, 400, "empty-probe"),
    ("details alone", {"impressions": [], "details": {"sex": "male"}}, 400, "unsupported-search"),
    ("a latent in a tenprint", {"impressions": mark(1, 2)}, 400, "unsupported-search"),
    ("a tenprint as a mark", {"search_type": "LT/TP"}, 400, "unsupported-search"),
    ("two marks", {"search_type": "LT/TP", "impressions": mark(1, 2) * 2}, 400,
     "unsupported-search"),
    ("names here", {"search_type": "NAMES", "impressions": [], "details": {"sex": "male"}}, 400,
     "invalid-input"),
    ("a finger twice", {"impressions": [impression(1, 2)] * 2}, 400, "duplicate-position"),
    ("born in month 13", {"details": {"dates_of_birth": ["1984-13-01"]}}, 400, "invalid-date"),
    ("an unknown type", {"search_type": "TP"}, 422, "malformed-request"),
    ("eleven fingers and more", {"impressions": [impression(1, 2)] * 21}, 422,
     "malformed-request"),
    ("an unknown nationality", {"details": {"nationality": "british"}}, 422,
     "malformed-request"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [case[1:] for case in REFUSED_SEARCHES],
    ids=[case[0] for case in REFUSED_SEARCHES],
)
def test_a_refused_search_says_why_and_changes_nothing(
    shared_world: World, changed: dict[str, Any], status: int, code: str
) -> None:
    before = shared_world.counts()
    body = {"search_type": "TP/TP", "impressions": tenprint(1)}

    answer = shared_world.force().post("/v1/searches", body | changed)

    assert_problem(answer, status, code)
    assert shared_world.counts() == before


@pytest.mark.parametrize(
    ("content", "code", "status"),
    [
        (b"", "malformed-json", 400),
        (b"{", "malformed-json", 400),
        (b'{"search_type": "TP/TP"', "malformed-json", 400),
        (b"\xff\xfe", "malformed-json", 400),
        (b'{"search_type": "\\ud800"}', "malformed-json", 400),
        (b"[" * 100_000, "malformed-json", 400),
        (b"[]", "malformed-request", 422),
        (b"null", "malformed-request", 422),
        (b'"text"', "malformed-request", 422),
        (b'{"search_type": NaN}', "malformed-request", 422),
    ],
    ids=["nothing", "half", "cut short", "not UTF-8", "half a surrogate", "deeply nested",
         "a list", "null", "text", "NaN"],
)  # fmt: skip
def test_a_body_that_is_no_json_object_is_refused(
    shared_world: World, content: bytes, code: str, status: int
) -> None:
    before = shared_world.counts()

    answer = shared_world.force().send("/v1/searches", content)

    assert_problem(answer, status, code)
    assert shared_world.counts() == before


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        (b'{"search_type": "LT/TP", "search_type": "TP/TP", %b}', "/search_type"),
        (b'{"search_type": "TP/TP", %b, "details": {"sex": "male", "s\\u0065x": "male"}}',
         "/details/sex"),
        (b'{"search_type": "TP/TP", %b, "details": {"names": [{"surname": "A"},'
         b' {"surname": "B", "surname": "B"}]}}', "/details/names/1/surname"),
    ],
    ids=["another value", "the same value, escaped", "inside a list"],
)  # fmt: skip
def test_a_name_that_stands_twice_is_refused_and_located(
    shared_world: World, content: bytes, pointer: str
) -> None:
    before = shared_world.counts()
    impressions = b'"impressions": ' + json.dumps(tenprint(1)).encode()

    answer = shared_world.force().send("/v1/searches", content % impressions)

    assert_problem(answer, 422, "malformed-request")
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert shared_world.counts() == before


def test_a_name_that_stands_twice_in_the_json_of_a_form_is_refused(shared_world: World) -> None:
    user, form = shared_world.force(), {"request": '{"reference": "a", "reference": "b"}'}

    answer = user.client.post(
        "/v1/searches", data=form, files={"file": b"x"}, headers=user.headers
    )

    assert_problem(answer, 422, "malformed-request")
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/reference"]


def test_an_announced_body_beyond_the_limit_is_refused(shared_world: World) -> None:
    before = shared_world.counts()

    answer = shared_world.force().send("/v1/searches", b" " * 200_001)

    assert_problem(answer, 413, "body-too-large")
    assert shared_world.counts() == before


def test_a_chunked_body_beyond_the_limit_is_refused(shared_world: World) -> None:
    before = shared_world.counts()
    user = shared_world.force()
    chunks = (b" " * 10_000 for _ in range(30))

    answer = user.client.post(
        "/v1/searches",
        content=chunks,
        headers={**user.headers, "Content-Type": "application/json"},
    )

    assert answer.request.headers.get("transfer-encoding") == "chunked"
    assert_problem(answer, 413, "body-too-large")
    assert shared_world.counts() == before


def test_a_body_of_exactly_the_limit_is_read(shared_world: World) -> None:
    body = json.dumps({"search_type": "TP/TP", "impressions": tenprint(1)}).encode()

    answer = shared_world.force().send("/v1/searches", body.ljust(200_000))

    assert answer.status_code == 201


@pytest.mark.promise("secrecy")
def test_malformed_fields_are_named_and_never_repeated(shared_world: World) -> None:
    typed = "Zebedee-Nobody"
    body = {
        "search_type": typed,
        "impressions": [{"position": typed, "template": typed}],
        "details": {"sex": typed, typed: typed, "names": [{"surname": 5}]},
    }

    answer = shared_world.force().post("/v1/searches", body)

    assert_problem(answer, 422, "malformed-request")
    assert typed not in answer.text
    pointers = [fault["pointer"] for fault in answer.json()["errors"]]
    assert "/impressions/0/position" in pointers
    assert "/details/names/0/surname" in pointers
    assert "/details" in pointers


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=many", "before=%00"])
def test_a_malformed_parameter_is_refused(shared_world: World, query: str) -> None:
    answer = shared_world.force().get(f"/v1/searches?{query}")

    assert_problem(answer, 422, "malformed-request")
    assert answer.json()["errors"][0]["pointer"] == f"/query/{query.partition('=')[0]}"


@pytest.mark.parametrize(
    ("name", "value", "status", "code"),
    [
        ("X-Purpose", "curiosity", 400, "missing-purpose"),
        ("X-Purpose", "", 400, "missing-purpose"),
        ("X-On-Behalf-Of", "Sergeant Colon", 400, "invalid-input"),
        ("X-On-Behalf-Of", "x" * 65, 400, "invalid-input"),
        ("Idempotency-Key", "two words", 400, "invalid-input"),
        ("Idempotency-Key", "", 400, "invalid-input"),
    ],
)
def test_a_malformed_header_is_refused(
    shared_world: World, name: str, value: str, status: int, code: str
) -> None:
    before = shared_world.counts()
    user = shared_world.force()

    answer = user.client.post(
        "/v1/encounters", json=encounter(1), headers={**user.headers, name: value}
    )

    assert_problem(answer, status, code)
    assert shared_world.counts() == before


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "not-found"),
        ("GET", "/v1/searches/%00", 404, "not-found"),
        ("GET", "/v1/searches/" + "x" * 100, 404, "not-found"),
        ("GET", "/v1/searches/'; drop table searches", 404, "not-found"),
        ("PUT", "/v1/searches", 405, "method-not-allowed"),
        ("GET", "/problems/no-such-problem", 404, "not-found"),
    ],
)
def test_an_address_that_does_not_exist_is_a_problem_document_too(
    shared_world: World, method: str, path: str, status: int, code: str
) -> None:
    user = shared_world.force()

    answer = user.client.request(method, path, headers=user.headers)

    assert_problem(answer, status, code)


def assert_problem(answer: Any, status: int, code: str) -> None:
    """Assert a problem document of this type with the address of its explanation."""
    document = answer.json()
    assert (answer.status_code, document["type"]) == (status, f"/problems/{code}"), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert document["status"] == status
    assert document["title"]
    assert document["detail"]
    assert document["instance"] == answer.headers["x-request-id"]
