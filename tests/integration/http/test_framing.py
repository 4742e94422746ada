"""Requests that two parsers could cut in two ways are refused, and the rest is not read."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from tests.integration.http.server import Served, read_all

SMUGGLED = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"

AMBIGUOUS = {
    "two lengths, chunked first": (
        b"POST /v1/searches HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Length: 5\r\n\r\n0\r\n\r\n" + SMUGGLED
    ),
    "two lengths, length first": (
        b"POST /v1/searches HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" % (5 + len(SMUGGLED)) + SMUGGLED
    ),
    "a chunked body in HTTP/1.0": (
        b"POST /v1/searches HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        b"Connection: keep-alive\r\n\r\n0\r\n\r\n" + SMUGGLED
    ),
}

MALFORMED = {
    "bare LF after a field": b"GET /healthz HTTP/1.1\r\nHost: x\nX: y\r\n\r\n",
    "bare LF after the request line": b"GET /healthz HTTP/1.1\nHost: x\r\n\r\n",
    "bare LF at the end": b"GET /healthz HTTP/1.1\r\nHost: x\r\n\n",
    "bare LF throughout": b"GET /healthz HTTP/1.1\nHost: x\n\n",
    "a folded field": b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: y\r\n z\r\n\r\n",
    "bare LF in a trailer": (
        b"POST /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y\n\r\n"
    ),
    "two different lengths": (
        b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"
    ),
    "a coding that hides the chunks": (
        b"POST /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity, chunked\r\n\r\n"
        b"0\r\n\r\n"
    ),
    "a space before the colon": (
        b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length : 3\r\n\r\nabc"
    ),
    "no host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
}


@pytest.mark.parametrize("content", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_a_body_of_two_lengths_is_refused_and_what_follows_is_not_read(
    served: Served, content: bytes
) -> None:
    answer = served.said(content)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"/problems/ambiguous-length" in answer
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED)
@pytest.mark.dear("starts a server as a process of its own")
def test_a_head_that_is_not_by_the_letter_is_refused_and_what_follows_is_not_read(
    served: Served, content: bytes
) -> None:
    answer = served.said(content + SMUGGLED)

    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 405 ")), answer
    assert b"HTTP/1.1 200" not in answer


def test_a_malformed_head_in_pieces_is_refused_too(served: Served) -> None:
    with served.raw() as opened:
        with suppress(OSError):
            for byte in MALFORMED["bare LF after a field"]:
                opened.sendall(bytes([byte]))
                time.sleep(0.001)
        answer = read_all(opened)

    assert answer.startswith(b"HTTP/1.1 400 ")


def test_line_feeds_in_a_body_are_none_of_the_heads_business(served: Served) -> None:
    body = b"\n\n\r\n \n"
    head = b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
    last = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    answer = served.said(head + body + last)

    assert answer.count(b"HTTP/1.1 405 ") == 1
    assert answer.count(b"HTTP/1.1 200 ") == 1


def test_a_chunked_body_with_trailers_and_a_request_behind_it_are_read(served: Served) -> None:
    chunked = (
        b"POST /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"3\r\na\nb\r\n0\r\nX-Sum: 1\r\n\r\n"
    )
    last = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    answer = served.said(chunked + last)

    assert answer.count(b"HTTP/1.1 405 ") == 1
    assert answer.count(b"HTTP/1.1 200 ") == 1
