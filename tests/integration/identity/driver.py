"""Drives sign-ins through the identity provider: the browser goes there and returns."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
from fastapi.testclient import TestClient
from httpx2 import Response

from matching.scorer import Scorer
from service.app import create_app
from service.bootstrap.runtime import assemble
from service.logs import build_logger
from service.settings import load_settings
from tests.identity_provider import CLIENT_ID, CLIENT_SECRET, Provider
from tests.integration.api.driver import World
from tests.integration.web.driver import Office, running, with_fast_hashes

CALLBACK = "/workbench/sign-in/provider/answer"
ROLES = {"examiners": "examiner", "supervisors": "supervisor", "met": "force:01"}


def settings_of(provider: Provider, **changes: Any) -> dict[str, Any]:
    told = {
        "public_url": "http://localhost",
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": CLIENT_SECRET,
        "oidc_roles": ROLES,
    }
    return {**told, **changes}


@contextmanager
def opened(database_url: str, scorer: Scorer, tmp_path: Path, **told: Any) -> Iterator[Office]:
    settings = load_settings(
        store=tmp_path / "store", database_url=database_url, workbench_over_http=True, **told
    )
    log = io.StringIO()
    app = create_app(assemble(settings, scorer), logger=build_logger(log))
    bench = with_fast_hashes(app)
    with running(app) as client:
        yield Office(app, World(app, client, log), bench)


def depart(client: TestClient, back: str = "") -> str:
    """Go to the provider; return the address there."""
    answer = client.get(
        "/workbench/sign-in/provider", params={"back": back}, follow_redirects=False
    )
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def at_provider(address: str) -> str:
    """Sign in at the provider; return the path and query that it redirects the browser to."""
    answer = httpx2.get(address, follow_redirects=False, timeout=60)
    target = urlsplit(answer.headers["location"])
    return f"{target.path}?{target.query}"


def sign_in(client: TestClient, back: str = "") -> Response:
    return client.get(at_provider(depart(client, back)))


def assert_refused(office: Office, client: TestClient, answer: Response, reason: str) -> None:
    """Assert no session, a page that says so, and a log with the reason and no personal data."""
    problem = office.world.log_lines()[-1]["problem"]
    assert (answer.status_code, problem) == (401, f"provider-refused:{reason}")
    assert "There is a problem" in answer.text
    assert "identlink-session" not in client.cookies
    assert client.get("/workbench/queue").url.path == "/workbench/sign-in"
