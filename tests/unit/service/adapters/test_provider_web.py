from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from domain.errors import ProviderRefusal, ProviderRefusedError, ProviderUnavailableError
from service.adapters.identity.provider_web import ProviderWeb, is_allowed_address

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@contextmanager
def answering(speak: Callable[[socket.socket], None]) -> Iterator[str]:
    """Take one connection, read the request and send the answer of `speak`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def _serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                try:
                    speak(connection)
                except OSError:
                    return

        thread = threading.Thread(target=_serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        finally:
            thread.join(timeout=10)


def sending(raw: bytes) -> Callable[[socket.socket], None]:
    return lambda connection: connection.sendall(raw)


def answer(body: bytes, head: bytes = HEAD) -> bytes:
    return head + f"Content-Length: {len(body)}\r\n\r\n".encode() + body


def test_an_object_is_returned() -> None:
    with answering(sending(answer(b'{"a": 1}'))) as url:
        assert ProviderWeb().get(url) == {"a": 1}


def test_an_answer_that_drips_is_given_up() -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(HEAD + b"\r\n{")
        for _ in range(100):
            connection.sendall(b" ")
            time.sleep(0.05)

    begun = time.monotonic()
    with answering(drip) as url, pytest.raises(ProviderUnavailableError):
        ProviderWeb(timeout_s=0.2).get(url)

    assert time.monotonic() - begun < 2


def test_a_provider_that_says_nothing_is_given_up() -> None:
    given_up = threading.Event()

    def wait(_: socket.socket) -> None:
        given_up.wait(5)

    with answering(wait) as url:
        with pytest.raises(ProviderUnavailableError):
            ProviderWeb(timeout_s=0.1).get(url)
        given_up.set()


@pytest.mark.parametrize(
    "raw",
    [
        answer(b"[1]"),
        answer(b"{"),
        answer(b"[" * 200_000),
        answer(b'"' + b"x" * 300_000 + b'"'),
        answer(b"{}", b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/elsewhere\r\n"),
        answer(b"{}", b"HTTP/1.1 500 Oops\r\n"),
        b"SMTP\r\n",
        HEAD + b"Content-Length: 99\r\n\r\n{}",
        b"",
    ],
)
def test_whatever_is_no_object_is_no_answer(raw: bytes) -> None:
    with answering(sending(raw)) as url, pytest.raises(ProviderUnavailableError):
        ProviderWeb().get(url)


def test_a_form_that_is_refused_is_a_refusal() -> None:
    refusal = answer(b'{"error": "invalid_grant"}', b"HTTP/1.1 400 Bad\r\n")

    with answering(sending(refusal)) as url, pytest.raises(ProviderRefusedError) as refused:
        ProviderWeb().post(url, {"code": "x"}, {})

    assert refused.value.reason is ProviderRefusal.CODE


@pytest.mark.parametrize(
    ("url", "is_allowed"),
    [
        ("https://id.police.example/realm", True),
        ("https://id.police.example/authorize?p=staff", True),
        ("http://localhost:8080", True),
        ("http://[::1]:8080", True),
        ("http://id.police.example", False),
        ("http://localhost.evil.example", False),
        ("https://user@id.police.example", False),
        ("https://id.police.example#x", False),
        ("https://", False),
        ("https://[::1", False),
        ("https://id.police.example:99999", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_addresses_are_https_or_of_this_machine(url: str, *, is_allowed: bool) -> None:
    assert is_allowed_address(url) is is_allowed


def test_no_other_address_is_called() -> None:
    with pytest.raises(ProviderUnavailableError):
        ProviderWeb().get("http://id.police.example/keys")
