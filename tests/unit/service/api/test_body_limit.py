from __future__ import annotations

import gzip

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from domain.errors import LinkingError
from service.api.body_limit import BodyLimitMiddleware
from service.api.problem_responses import problem_response


async def length(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


async def refused(_request: Request, error: Exception) -> object:
    assert isinstance(error, LinkingError)
    return problem_response(error)


@pytest.fixture
def client() -> TestClient:
    app = Starlette(
        routes=[Route("/", length, methods=["POST"])],
        exception_handlers={LinkingError: refused},  # type: ignore[dict-item]
    )
    app.add_middleware(BodyLimitMiddleware, max_body_bytes=1000)
    return TestClient(app)


def test_a_body_up_to_the_limit_is_read(client: TestClient) -> None:
    assert client.post("/", content=b"x" * 1000).text == "1000"
    assert client.post("/", content=(b"x" * 100 for _ in range(10))).text == "1000"


def test_a_longer_body_is_refused_announced_or_not(client: TestClient) -> None:
    announced = client.post("/", content=b"x" * 1001)
    chunked = client.post("/", content=(b"x" * 100 for _ in range(11)))

    for answer in (announced, chunked):
        assert answer.status_code == 413
        assert answer.json()["type"] == "/problems/body-too-large"


@pytest.mark.parametrize("announced", ["-5", "many", "²"])
def test_an_absurd_announcement_does_not_open_the_limit(
    client: TestClient, announced: str
) -> None:
    sent = {"content-length": announced.encode("latin-1")}

    answer = client.post("/", content=(b"x" * 100 for _ in range(11)), headers=sent)

    assert answer.status_code == 413


def packed(plain: bytes) -> bytes:
    return gzip.compress(plain, mtime=0)


def test_a_packed_body_is_read_as_it_was(client: TestClient) -> None:
    whole = packed(bytes(range(250)) * 4)

    once = client.post("/", content=whole, headers={"Content-Encoding": "gzip"})
    in_parts = client.post(
        "/",
        content=(whole[at : at + 7] for at in range(0, len(whole), 7)),
        headers={"Content-Encoding": "x-gzip"},
    )

    assert (once.text, in_parts.text) == ("1000", "1000")


@pytest.mark.parametrize("plain", [1_001, 50_000_000])
def test_a_packed_body_counts_as_it_is(client: TestClient, plain: int) -> None:
    answer = client.post(
        "/", content=packed(b"x" * plain)[:900], headers={"Content-Encoding": "gzip"}
    )

    assert answer.json()["type"] == "/problems/body-too-large"


@pytest.mark.parametrize(
    "body",
    [b"{}", packed(b"x" * 500)[:-3], packed(b"x") + b"more", packed(b"x") + packed(b"y"), b""],
)
def test_a_body_that_is_not_what_it_says_is_refused(client: TestClient, body: bytes) -> None:
    answer = client.post("/", content=body, headers={"Content-Encoding": "gzip"})

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-encoding")


def test_another_packing_is_refused_and_ours_is_named(client: TestClient) -> None:
    answer = client.post("/", content=b"x", headers={"Content-Encoding": "br"})

    assert (answer.status_code, answer.headers["Accept-Encoding"]) == (415, "gzip")
    assert answer.json()["type"] == "/problems/unsupported-encoding"
