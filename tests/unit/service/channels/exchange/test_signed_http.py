"""Transmissions over a real socket: answers, faults of the other side, and no plain HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from domain.exchange.codes import Partner, PartnerId, StateCode, Transport
from domain.ids import UserId
from service.channels.exchange.signed_http import SignedHttpChannel
from service.ports.exchange import Carriage, Carried


@contextmanager
def answering(status: int, body: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Serve one answer on the loopback; yield the address and what was posted."""
    posted: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/exchange/messages", posted
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def partner(address: str) -> Partner:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    kind = Transport.SIGNED_HTTP
    return Partner(PartnerId("p"), StateCode("POL"), kind, address, "k", "{}", UserId("u"), at)


def carried(address: str) -> Carriage:
    return SignedHttpChannel(allow_plain=True, timeout_s=5.0).carry(partner(address), ["a.b.c"])


def test_answers_come_back_in_the_same_call() -> None:
    with answering(200, b'{"transmissions": ["d.e.f"]}') as (address, posted):
        assert carried(address) == Carriage(Carried.TAKEN, ("d.e.f",))
    assert json.loads(posted[0]) == {"transmissions": ["a.b.c"]}


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (503, b"", Carried.UNREACHABLE),
        (400, b"{}", Carried.REFUSED),
        (302, b"", Carried.REFUSED),
        (200, b"not json", Carried.REFUSED),
        (200, b'{"transmissions": [1]}', Carried.REFUSED),
        (200, b"[" * 50_000, Carried.REFUSED),
    ],
)
def test_anything_else_is_no_answer(status: int, body: bytes, outcome: Carried) -> None:
    with answering(status, body) as (address, _):
        assert carried(address) == Carriage(outcome)


def test_an_answer_of_a_megabyte_is_read_whole() -> None:
    long = "x" * 1_000_000
    with answering(200, json.dumps({"transmissions": [long]}).encode()) as (address, _):
        assert carried(address).answers == (long,)


def test_nobody_there_is_unreachable_and_plain_http_is_not_used_unasked() -> None:
    with answering(200, b"") as (address, _):
        pass
    assert carried(address).carried is Carried.UNREACHABLE
    assert SignedHttpChannel().carry(partner(address), []).carried is Carried.REFUSED
