"""The permitted destinations of messages, and above all the forbidden ones."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from typing import Any

import pytest

from service.channels import timed_socket
from service.channels.webhook_sender import HttpMessageSender
from service.ports.exchange import Receipt
from tests.integration.api.receivers import running_dripper, running_receiver


@pytest.mark.parametrize("url", ["http://8.8.8.8/", "https://127.0.0.1/", "https://localhost/"])
def test_nothing_is_sent_in_the_clear_or_into_our_own_network(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(*_: Any, **__: Any) -> Any:
        pytest.fail("connected")

    monkeypatch.setattr(socket, "create_connection", connect)

    assert HttpMessageSender().send(url, {}, b"{}") is Receipt.FORBIDDEN


def test_one_private_address_among_public_ones_is_enough_to_refuse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entries = [(0, 0, 0, "", (address, 443)) for address in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(timed_socket.socket, "getaddrinfo", lambda *_, **__: entries)

    assert HttpMessageSender().send("https://two.example/", {}, b"{}") is Receipt.FORBIDDEN


def test_the_connection_goes_to_the_address_that_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], **_: Any) -> Any:
        seen.append(address)
        raise ConnectionRefusedError

    entry = (0, 0, 0, "", ("8.8.8.8", 8443))
    monkeypatch.setattr(timed_socket.socket, "getaddrinfo", lambda *_, **__: [entry])
    monkeypatch.setattr(timed_socket.socket, "create_connection", connect)

    receipt = HttpMessageSender().send("https://receiver.example:8443/", {}, b"{}")

    assert seen == [("8.8.8.8", 8443)]
    assert receipt is Receipt.UNREACHABLE


@pytest.mark.parametrize(
    ("status", "receipt"),
    [
        (200, Receipt.TAKEN),
        (204, Receipt.TAKEN),
        (302, Receipt.REFUSED),
        (404, Receipt.REFUSED),
        (410, Receipt.GONE),
        (500, Receipt.REFUSED),
    ],
)
def test_only_a_success_is_taken_and_no_redirect_is_followed(
    status: int, receipt: Receipt
) -> None:
    sender = HttpMessageSender(allow_private=True, timeout_s=5)
    with running_receiver() as receiver:
        receiver.statuses = [status]
        sent = sender.send(f"{receiver.url}?a=b", {"webhook-id": "msg_1"}, b'{"a": 1}')

    ((headers, body),) = receiver.received
    assert sent is receipt
    assert body == b'{"a": 1}'
    assert (headers["webhook-id"], headers["content-type"]) == ("msg_1", "application/json")


def test_a_receiver_that_is_not_there_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    sender = HttpMessageSender(allow_private=True, timeout_s=1)

    assert sender.send(f"http://127.0.0.1:{port}/", {}, b"") is Receipt.UNREACHABLE
    assert sender.send("http://nowhere.invalid/", {}, b"") is Receipt.UNREACHABLE


def test_a_receiver_that_does_not_speak_tls_is_unreachable() -> None:
    sender = HttpMessageSender(allow_private=True, timeout_s=2)
    with running_receiver() as receiver:
        url = receiver.url.replace("http://", "https://")

        assert sender.send(url, {}, b"") is Receipt.UNREACHABLE
    assert receiver.received == []


def test_an_answer_that_drips_ends_with_the_attempt() -> None:
    sender = HttpMessageSender(allow_private=True, timeout_s=1)
    with running_dripper(every_s=0.05) as dripper:
        begun = time.monotonic()
        receipt = sender.send(dripper.url, {}, b"{}")
        duration_s = time.monotonic() - begun

    assert receipt is Receipt.LATE
    assert 0.9 < duration_s < 1.5


def test_a_handshake_that_drips_ends_with_the_attempt() -> None:
    sender = HttpMessageSender(allow_private=True, timeout_s=1)
    with running_dripper(every_s=0.05) as dripper:
        begun = time.monotonic()
        receipt = sender.send(dripper.url.replace("http://", "https://"), {}, b"{}")

    assert receipt in {Receipt.LATE, Receipt.UNREACHABLE}
    assert time.monotonic() - begun < 1.5


def test_a_look_up_that_hangs_ends_with_the_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def look_up(*_: Any, **__: Any) -> list[Any]:
        released.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    begun = time.monotonic()

    receipt = HttpMessageSender(timeout_s=0.3).send("https://slow.example/", {}, b"{}")
    released.set()

    assert receipt is Receipt.LATE
    assert time.monotonic() - begun < 1


def test_a_receiver_that_accepts_and_says_nothing_ends_with_the_attempt() -> None:
    sender = HttpMessageSender(allow_private=True, timeout_s=0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"

        assert sender.send(url, {}, b"x" * 10_000_000) is Receipt.LATE


def test_certificates_and_names_are_checked() -> None:
    tls = HttpMessageSender().tls

    assert tls.check_hostname
    assert tls.verify_mode is ssl.CERT_REQUIRED
