"""nginx serves the application below a path, whether it leaves the path in the address or not."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.integration.http.server import Served, serving
from tests.interop.counterparts import DEPLOY, adapted, free_port, program, running

AROUND = """daemon off;
pid {directory}/nginx.pid;
error_log {directory}/error.log;
events {{}}
http {{
access_log off;
client_body_temp_path {directory}/body;
proxy_temp_path {directory}/proxy;
fastcgi_temp_path {directory}/fastcgi;
uwsgi_temp_path {directory}/uwsgi;
scgi_temp_path {directory}/scgi;
{ours}
}}
"""


@contextmanager
def in_front_of(
    served: Served, directory: Path, *, port: int, strips: bool, calls: int = 200
) -> Iterator[str]:
    """Run nginx before a server, for so many calls of one address at a time.

    Yield the address below which it is reached.
    """
    ours = adapted(
        DEPLOY / "proxies/nginx.conf",
        {
            "127.0.0.1:8400": f"127.0.0.1:{served.port}",
            "127.0.0.1:8080": f"127.0.0.1:{port}",
            "limit_conn identlink 200": f"limit_conn identlink {calls}",
            "X-Forwarded-Proto $scheme": "X-Forwarded-Proto https",
            "location /identlink/ {\n        proxy_pass http://identlink;": (
                "location /identlink/ {\n        proxy_pass http://identlink"
                + ("/;" if strips else ";")
            ),
            "location /identlink/v1/ {\n        proxy_pass http://identlink;": (
                "location /identlink/v1/ {\n        proxy_pass http://identlink"
                + ("/v1/;" if strips else ";")
            ),
        },
    )
    file = directory / "nginx.conf"
    file.write_text(AROUND.format(directory=directory, ours=ours))
    command = [program("nginx"), "-c", str(file), "-p", str(directory)]
    with running(command, port=port, log=directory / "nginx.log"):
        yield f"http://127.0.0.1:{port}/identlink"


@pytest.mark.parametrize("strips", [True, False], ids=["path-stripped", "path-left"])
def test_people_sign_in_and_find_every_page_below_the_path(tmp_path: Path, strips: bool) -> None:
    port = free_port()
    told = {
        "public_url": "https://localhost/identlink",
        "trusted_proxies": '["127.0.0.1"]',
    }
    with (
        serving(tmp_path, **told) as served,
        in_front_of(served, tmp_path, port=port, strips=strips) as address,
    ):
        add_examiner(served)
        browser = Browser(f"http://127.0.0.1:{port}")
        first = browser.get("/identlink/workbench")
        page = browser.get(first.headers["location"])
        signed_in = browser.post(_form_of(page.text), _fields_of(page.text) | NAME)
        queue = browser.get(signed_in.headers["location"])
        parts = re.findall(r'(?:href|src)="(/[^"#]+)"', queue.text)
        found = {part: browser.get(part).status_code for part in parts}

    assert first.headers["location"].startswith("/identlink/workbench/sign-in?back=")
    assert (signed_in.status_code, queue.status_code) == (303, 200)
    assert "Queue" in queue.text
    assert len(found) > 5
    assert all(part.startswith("/identlink/") for part in found)
    # The name of the service leads on to the first page of the role.
    assert {part for part, status in found.items() if status == 303} == {"/identlink/workbench"}
    assert set(found.values()) <= {200, 303}
    assert address.endswith("/identlink")


def test_answers_are_packed_and_packed_calls_are_read(tmp_path: Path) -> None:
    port = free_port()
    with (
        serving(
            tmp_path, public_url="https://localhost/identlink", trusted_proxies='["127.0.0.1"]'
        ) as served,
        in_front_of(served, tmp_path, port=port, strips=False) as address,
    ):
        packed = httpx2.get(
            f"{address}/v1/nothing", headers={"Accept-Encoding": "gzip"}, timeout=60
        )
        page = httpx2.get(
            f"{address}/workbench/sign-in", headers={"Accept-Encoding": "gzip"}, timeout=60
        )
        call = httpx2.post(
            f"{address}/v1/searches",
            content=gzip.compress(json.dumps({"no": "search"}).encode()),
            headers={"Content-Encoding": "gzip", "Content-Type": "application/json"},
            timeout=60,
        )
        carried = served.lines("request")[-1]
        figures = httpx2.get(f"{address}/metrics", timeout=60)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.json()["type"] == "/problems/not-found"
    assert "Content-Encoding" not in page.headers
    assert call.status_code == 401
    assert re.fullmatch("[0-9a-f]{32}", carried["caller_request_id"])
    assert figures.status_code == 404


def add_examiner(served: Served) -> None:
    subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "service", "account", "add", NAME["name"], "--role", "examiner"],
        check=True,
        capture_output=True,
        env=os.environ
        | {
            "IDENTLINK_STORE": str(served.settings.store),
            "IDENTLINK_ACCOUNT_PASSWORD": NAME["password"],
        },
    )


NAME = {"name": "examiner-a", "password": "correct horse battery staple"}


class Browser:
    """Keeps cookies, `Secure` ones too: TLS would end at the proxy, and is left out here."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> httpx2.Response:
        return self._kept(httpx2.get(self._origin + path, headers=self._headers(), timeout=60))

    def post(self, path: str, fields: dict[str, str]) -> httpx2.Response:
        return self._kept(
            httpx2.post(self._origin + path, data=fields, headers=self._headers(), timeout=60)
        )

    def _headers(self) -> dict[str, str]:
        pairs = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        return {"Cookie": pairs} if pairs else {}

    def _kept(self, answer: httpx2.Response) -> httpx2.Response:
        for told in answer.headers.get_list("set-cookie"):
            name, _, rest = told.partition("=")
            assert "Secure" in told
            self._cookies[name] = rest.partition(";")[0].strip('"')
        return answer


def _form_of(page: str) -> str:
    return re.findall(r'<form[^>]*action="([^"]*)"', page)[0]


def _fields_of(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
