from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from service.web.mounting import PathPrefixMiddleware

PAGE = """<a href="/workbench/x">one</a> <a href='odd' data-image="/workbench/y.png">two</a>
<form action="/workbench"></form><a href="//elsewhere.example/workbench">three</a>
<a href="https://elsewhere.example/workbench">four</a> <input value="/workbench/typed">
<p>href=&#34;/workbench&#34;</p>"""
SERVED = (
    PAGE.replace('"/workbench/x"', '"/office/workbench/x"')
    .replace('"/workbench/y.png"', '"/office/workbench/y.png"')
    .replace('action="/workbench"', 'action="/office/workbench"')
)


async def answer(request: Request) -> Response:
    match request.url.path:
        case "/workbench":
            return HTMLResponse(PAGE)
        case "/leave":
            return RedirectResponse(request.query_params["to"], status_code=303)
        case _:
            return JSONResponse({"path": request.url.path})


@pytest.fixture
def client() -> TestClient:
    app = Starlette(routes=[Route("/{rest:path}", answer)])
    app.add_middleware(PathPrefixMiddleware, prefix="/office")
    return TestClient(app, follow_redirects=False)


@pytest.mark.parametrize("path", ["/workbench", "/office/workbench"])
def test_the_addresses_of_a_page_lead_below_the_prefix(client: TestClient, path: str) -> None:
    answer = client.get(path)

    assert answer.text == SERVED
    assert int(answer.headers["Content-Length"]) == len(SERVED.encode())


@pytest.mark.parametrize(
    ("to", "place"),
    [
        ("/workbench", "/office/workbench"),
        ("//elsewhere.example/", "//elsewhere.example/"),
        ("https://elsewhere.example/", "https://elsewhere.example/"),
    ],
)
def test_redirects_lead_below_it(client: TestClient, to: str, place: str) -> None:
    assert client.get("/leave", params={"to": to}).headers["location"] == place


@pytest.mark.parametrize(
    ("asked", "known"),
    [("/office", "/"), ("/office/v1", "/v1"), ("/officer/v1", "/officer/v1"), ("/v1", "/v1")],
)
def test_the_application_knows_its_addresses_without_it(
    client: TestClient, asked: str, known: str
) -> None:
    assert client.get(asked).json() == {"path": known}
