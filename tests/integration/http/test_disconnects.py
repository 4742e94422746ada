"""Callers that hang up in mid-body are no failures of the service."""

from __future__ import annotations

import time
from typing import Any

import pytest

from domain.access.access import Role
from tests.integration.api.driver import PURPOSES
from tests.integration.http.server import Served
from tests.integration.together.group import secret_of

CALLS = [
    ("/v1/oauth/token", "application/x-www-form-urlencoded", b"grant_type="),
    ("/workbench/sign-in", "application/x-www-form-urlencoded", b"name="),
    ("/workbench/sign-in", "multipart/form-data; boundary=x", b"--x\r\nContent-Disp"),
    ("/v1/searches", "application/json", b'{"search_type":'),
]


@pytest.mark.parametrize("chunked", [False, True], ids=["announced", "chunked"])
@pytest.mark.parametrize(("path", "kind", "begun"), CALLS, ids=[f"{c[0]} {c[1]}" for c in CALLS])
@pytest.mark.dear("starts a server as a process of its own")
def test_a_caller_that_hangs_up_in_mid_body_leaves_its_own_line_and_no_error(
    served: Served, path: str, kind: str, begun: bytes, chunked: bool
) -> None:
    before = len(served.lines("client-disconnected"))
    secret = secret_of(served.settings, Role.FORCE, f"custody-{path}-{chunked}"[:60])
    length = "Transfer-Encoding: chunked" if chunked else "Content-Length: 1000"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n{length}\r\n"
        f"Authorization: Bearer {secret}\r\nX-Purpose: {PURPOSES[Role.FORCE].value}\r\n\r\n"
    ).encode()
    body = b"%x\r\n%b\r\n" % (len(begun), begun) if chunked else begun

    for _ in range(10):
        with served.raw(head + body):
            time.sleep(0.02)

    deadline = time.monotonic() + 10
    left, requests = told(served)
    # The line of a request follows the one that its caller has left.
    while len(left) < before + 10 or not left <= requests.keys():
        assert time.monotonic() < deadline, (len(left), before)
        time.sleep(0.05)
        left, requests = told(served)
    assert {line["level"] for line in served.lines("client-disconnected")} == {"info"}
    assert served.lines("request-failed") == []
    of_these = [requests[request_id] for request_id in left]
    assert {(line["status"], line["problem"]) for line in of_these} == {
        (499, "client-disconnected")
    }
    figures = served.get("/metrics").content.decode()
    assert 'status="499"' in figures
    assert 'status="500"' not in figures


def told(served: Served) -> tuple[set[str], dict[str, dict[str, Any]]]:
    """Return the requests whose callers left, and the lines of all that ended, by request."""
    left = {str(line["request_id"]) for line in served.lines("client-disconnected")}
    return left, {str(line["request_id"]): line for line in served.lines("request")}
