"""A narrowed router answers as the whole one does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi import APIRouter, FastAPI
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from service.api.access.direct_calls import narrow_routes

PATHS = {
    "/v1/cases": "GET",
    "/v1/cases/{case_id}": "GET",
    "/v1/cases/{case_id}/seal": "POST",
    "/v1/{kind}/7": "GET",
    "/v1/links": "POST",
    "/pages/cases/next": "GET",
    "/pages/{rest:path}": "GET",
    "/": "GET",
}
ADDRESSES = (
    *("/v1/cases", "/v1/cases/3", "/v1/cases/7", "/v1/cases/7/seal", "/v1/links", "/v1/links/7"),
    *("/v1/other/7", "/v1/other/8", "/v1", "/v2/cases", "/", "/nothing"),
    *("/pages/cases/next", "/pages/cases/3", "/pages/none", "/pages/static/a", "/late/one"),
)


def an_app(*, is_narrowed: bool) -> FastAPI:
    app = FastAPI(redirect_slashes=False)
    for path, method in PATHS.items():
        router = APIRouter()
        router.add_api_route(path, _telling(path), methods=[method])
        app.include_router(router)
    inner = Route("/{name}", lambda _: PlainTextResponse("static"))
    app.router.routes.insert(0, Mount("/pages/static", routes=[inner]))
    if is_narrowed:
        narrow_routes(app)
    app.add_api_route("/late/one", _telling("late"))
    return app


def _telling(path: str) -> Callable[[], str]:
    def tell() -> str:
        return path

    return tell


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_each_address_is_answered_as_by_the_whole_router(method: str, address: str) -> None:
    whole, narrowed = (
        TestClient(an_app(is_narrowed=one)).request(method, address) for one in (False, True)
    )

    assert (narrowed.status_code, narrowed.text) == (whole.status_code, whole.text)
    assert narrowed.headers.get("allow") == whole.headers.get("allow")


def test_a_route_that_is_added_later_is_found() -> None:
    app = an_app(is_narrowed=True)
    client = TestClient(app)
    before = client.get("/v1/cases/9/late").status_code
    app.add_api_route("/v1/cases/{case_id}/late", _telling("late"))

    assert (before, client.get("/v1/cases/9/late").text) == (404, '"late"')


def test_a_prefix_in_front_of_all_paths_is_left_out() -> None:
    client = TestClient(an_app(is_narrowed=True), root_path="/office")

    assert client.get("/office/v1/cases/3").text == '"/v1/cases/{case_id}"'
