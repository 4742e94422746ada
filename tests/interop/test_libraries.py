"""Libraries of others: OAuth clients get tokens and call, webhooks verify, pages sign in.

Each runs as a process of its own, in the environment that `make test-interop` builds.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from domain.ids import Topic
from domain.webhooks import Message, signed_headers
from tests.integration.http.server import Served, serving
from tests.interop.counterparts import (
    counterpart,
    free_port,
    program,
    running,
)

AUTHLIB = """
from authlib.integrations.requests_client import OAuth2Session
with OAuth2Session(*client, scope="searches:read", token_endpoint_auth_method=way) as session:
    session.fetch_token(address + "/v1/oauth/token", grant_type="client_credentials")
    call(session)
"""
REQUESTS_OAUTHLIB = """
from oauthlib.oauth2 import BackendApplicationClient
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session
given = {"auth": HTTPBasicAuth(*client)} if way == "client_secret_basic" else {
    "client_id": client[0], "client_secret": client[1], "include_client_id": True}
with OAuth2Session(client=BackendApplicationClient(client[0], scope="searches:read")) as session:
    session.fetch_token(address + "/v1/oauth/token", **given)
    call(session)
"""
AROUND = """
import json, sys
address, way, *client = sys.argv[1:]
def call(session):
    answer = session.get(address + "/v1/searches", headers={"X-Purpose": "arrest"})
    refused = session.get(address + "/v1/log/checkpoint", headers={"X-Purpose": "audit"})
    print(json.dumps([answer.status_code, answer.json(), refused.status_code]))
"""
WEBHOOK = """
const { Webhook } = require("standardwebhooks");
const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
const found = given.bodies.map((body) => {
  try { return new Webhook(given.secret).verify(body, given.headers).type; }
  catch (error) { return error.name; }
});
console.log(JSON.stringify(found));
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("served")) as served:
        yield served


@pytest.fixture(scope="module")
def client(served: Served) -> tuple[str, str]:
    told = json.loads(identlink(served, "client", "add", "suite", "--force", "01", "--json"))
    return told["client_id"], told["secret"]


def identlink(served: Served, *arguments: str, **environment: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "service", *arguments],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"IDENTLINK_STORE": str(served.settings.store)} | environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("way", ["client_secret_basic", "client_secret_post"])
@pytest.mark.parametrize("library", [AUTHLIB, REQUESTS_OAUTHLIB], ids=["authlib", "requests"])
def test_an_oauth_client_gets_a_token_and_calls_with_its_scope_alone(
    served: Served, client: tuple[str, str], library: str, way: str
) -> None:
    done = subprocess.run(  # noqa: S603 - a library in its own environment
        [
            counterpart("bin/python"),
            "-c",
            AROUND + library,
            f"http://127.0.0.1:{served.port}",
            way,
            *client,
        ],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"OAUTHLIB_INSECURE_TRANSPORT": "1", "AUTHLIB_INSECURE_TRANSPORT": "1"},
    )

    assert done.returncode == 0, done.stderr
    status, answer, refused = json.loads(done.stdout)
    assert (status, answer["searches"], refused) == (200, [], 403)


def test_a_message_of_ours_is_verified_and_a_changed_one_refused() -> None:
    secret, at = bytes(range(32)), datetime.now(UTC)
    message = Message("msg_1", Topic("search.concluded"), "search-1", at)
    body = message.body.decode()
    given = {
        "secret": "whsec_" + base64.b64encode(secret).decode(),
        "headers": signed_headers(message, sent_at=at, secrets=(b"old" * 11, secret)),
        "bodies": [body, body + " "],
    }

    found = subprocess.run(  # noqa: S603 - a program that `program` found
        [program("node"), "-e", WEBHOOK],
        input=json.dumps(given),
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"NODE_PATH": counterpart("node_modules")},
    ).stdout

    assert json.loads(found) == ["search.concluded", "WebhookVerificationError"]


PROVIDER = """
import Provider from "oidc-provider";
const [port, redirect] = process.argv.slice(2);
const provider = new Provider("http://127.0.0.1:" + port, {
  clients: [{ client_id: "identlink", client_secret: "a secret of tests, long enough for it",
    redirect_uris: [redirect], token_endpoint_auth_method: "client_secret_basic",
    post_logout_redirect_uris: [] }],
  claims: { openid: ["sub"], profile: ["name", "preferred_username", "roles"] },
  conformIdTokenClaims: false,
  cookies: { keys: ["of tests"] },
  findAccount: (context, id) => ({ accountId: id, claims: () => (
    { sub: id, name: "Ann Orr", preferred_username: "ann.orr", roles: ["examiners"] }) }),
});
provider.listen(Number(port), "127.0.0.1");
"""


@contextmanager
def oidc_provider(directory: Path, port: int, redirect: str) -> Iterator[str]:
    # Modules of this form are looked for beside the file, and nowhere else.
    (directory / "node_modules").symlink_to(counterpart("node_modules"))
    script = directory / "provider.mjs"
    script.write_text(PROVIDER)
    command = [program("node"), str(script), str(port), redirect]
    with running(command, port=port, log=directory / "provider.log"):
        yield f"http://127.0.0.1:{port}"


def test_an_examiner_signs_in_through_oidc_provider(tmp_path: Path) -> None:
    at_provider, ours = free_port(), free_port()
    public = f"http://127.0.0.1:{ours}"
    told = {
        "port": str(ours),
        "public_url": public,
        "workbench_over_http": "true",
        "oidc_issuer": f"http://127.0.0.1:{at_provider}",
        "oidc_client_id": "identlink",
        "oidc_client_secret": "a secret of tests, long enough for it",
        "oidc_roles": '{"examiners": "examiner"}',
    }
    answer_at = f"{public}/workbench/sign-in/provider/answer"
    with oidc_provider(tmp_path, at_provider, answer_at), serving(tmp_path, **told) as served:
        origin = f"http://127.0.0.1:{served.port}"
        # No proxy stands at the public address: what is sent there goes to the server itself.
        with httpx2.Client(timeout=30) as browser:
            browser.headers["Accept"] = "text/html"
            page = _followed(browser, browser.get(f"{origin}/workbench/sign-in/provider"), {})
            page = _submitted(browser, page, login="ann", password="any")  # noqa: S106 - of tests
            page = _submitted(browser, page, moved={public: origin})
            queue = browser.get(f"{origin}/workbench/queue")

    assert page.status_code == 200, page.text
    assert "ann.orr, examiner" in queue.text


def _submitted(
    browser: httpx2.Client,
    page: httpx2.Response,
    *,
    moved: dict[str, str] | None = None,
    **fields: str,
) -> httpx2.Response:
    """Send the form of a page of the provider."""
    action = re.search(r'<form[^>]*action="([^"]+)"', page.text)
    assert action is not None, page.text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    address = urllib.parse.urljoin(str(page.url), action[1])
    return _followed(browser, browser.post(address, data=hidden | fields), moved or {})


def _followed(
    browser: httpx2.Client, answer: httpx2.Response, moved: dict[str, str]
) -> httpx2.Response:
    """Follow redirects, those to an origin that moved to where it is now."""
    while answer.is_redirect:
        address = urllib.parse.urljoin(str(answer.url), answer.headers["location"])
        for before, now in moved.items():
            address = address.replace(before, now)
        answer = browser.get(address)
    return answer
