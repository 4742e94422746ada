"""Half-sent requests, by the hundred, keep nobody out."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from domain.access.access import Role
from tests.integration.api.driver import PURPOSES
from tests.integration.http.server import Served, read_all, serving
from tests.integration.together.group import secret_of

HEAD = b"POST /v1/searches HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
DESCRIPTORS = 256
HALF_SENT = 300
LONGEST_S = 20.0
"""Far above the two seconds that callers get here, so that a busy machine fails no test."""


def with_token(served: Served) -> bytes:
    secret = secret_of(served.settings, Role.FORCE, "custody")
    purpose = PURPOSES[Role.FORCE].value
    return HEAD + f"Authorization: Bearer {secret}\r\nX-Purpose: {purpose}\r\n".encode()


@pytest.mark.parametrize("kind", ["nothing", "half a head", "half a body", "idle"])
@pytest.mark.dear("starts a server as a process of its own")
def test_the_health_check_answers_beside_more_half_sent_requests_than_descriptors(
    tmp_path: Path, kind: str
) -> None:
    with serving(tmp_path, descriptors=DESCRIPTORS) as served, ExitStack() as held:
        content = {
            "nothing": b"",
            "half a head": HEAD,
            "half a body": with_token(served) + b'Content-Length: 1000\r\n\r\n{"search',
            "idle": b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
        }[kind]
        for _ in range(HALF_SENT):
            held.enter_context(served.raw(content))

        healthy = {served.get("/healthz", timeout_s=LONGEST_S).status for _ in range(20)}
        ready = served.get("/readyz", timeout_s=LONGEST_S)
        (warning,) = served.lines("descriptors-low")

    assert healthy == {200}
    assert ready.status == 200
    assert warning["level"] == "warning"
    assert warning["descriptors"] == DESCRIPTORS
    assert "LimitNOFILE" in warning["message_template"]
    assert served.lines("request-failed") == []
    assert [
        line["library"] for line in served.lines("library") if line["library"] == "asyncio"
    ] == []


def test_enough_descriptors_are_no_occasion_for_a_warning(served: Served) -> None:
    assert served.lines("descriptors-low") == []


def test_half_a_head_is_answered_with_a_time_out(served: Served) -> None:
    begun = time.monotonic()

    answer = served.said(HEAD)

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert 1.5 < time.monotonic() - begun < LONGEST_S


def test_a_head_that_drips_is_ended_too(served: Served) -> None:
    begun = time.monotonic()
    with served.raw() as dripping:
        try:
            for byte in HEAD * 10:
                dripping.sendall(bytes([byte]))
                time.sleep(0.05)
        except OSError:
            pass

    assert time.monotonic() - begun < LONGEST_S


def test_a_connection_that_says_nothing_is_closed(served: Served) -> None:
    begun = time.monotonic()
    with served.raw() as silent:
        answer = read_all(silent)

    assert answer == b""
    assert time.monotonic() - begun < LONGEST_S


def test_half_a_body_is_answered_with_a_problem(served: Served) -> None:
    begun = time.monotonic()

    answer = served.said(with_token(served) + b'Content-Length: 1000\r\n\r\n{"search')

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"/problems/request-timeout" in answer
    assert b"connection: close" in answer.lower()
    assert 1.5 < time.monotonic() - begun < LONGEST_S


def test_a_body_that_drips_after_its_refusal_is_not_waited_for(served: Served) -> None:
    begun = time.monotonic()
    with served.raw(HEAD + b"Content-Length: 1000\r\n\r\n") as dripping:
        try:
            for _ in range(200):
                dripping.sendall(b" ")
                time.sleep(0.05)
        except OSError:
            pass

    assert time.monotonic() - begun < LONGEST_S


@pytest.mark.dear("starts a server as a process of its own")
def test_a_body_in_slow_pieces_that_keep_the_rate_is_read(served: Served) -> None:
    body = b'{"search_type": "TP/TP", "impressions": []}'.ljust(600_000)
    head = with_token(served) + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    with served.raw(head) as slow:
        for start in range(0, len(body), 120_000):
            slow.sendall(body[start : start + 120_000])
            time.sleep(0.8)
        answer = read_all(slow)

    assert answer.startswith(b"HTTP/1.1 4"), answer[:100]
    assert not answer.startswith(b"HTTP/1.1 408 ")
