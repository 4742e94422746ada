from __future__ import annotations

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
