"""Messages as canonical JSON: there and back, and nothing else is read."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings

from domain.exchange.codes import FaultCode, MessageFaultError
from domain.exchange.messages import Message, plain_message, read_message, write_message
from tests.unit.domain.exchange.messages import messages

ENVELOPE = {
    "message_id": "GBR-POL-ACK-000000000000001",
    "sender": "GBR",
    "receivers": ["POL"],
    "sent_at": "2026-03-02T09:00:00Z",
}
CONTENT = {"taken_at": "2026-03-02T09:00:00Z"}


@given(messages())
@settings(max_examples=15)
def test_a_message_comes_back_as_it_was(message: Message) -> None:
    assert read_message(write_message(message)) == message


@given(messages())
@settings(max_examples=5)
def test_the_body_is_canonical_json(message: Message) -> None:
    assert write_message(message) == rfc8785.dumps(plain_message(message))


def faulty(body: bytes) -> tuple[FaultCode, str | None]:
    with pytest.raises(MessageFaultError) as caught:
        read_message(body)
    return caught.value.fault, caught.value.pointer


def test_a_message_without_faults_is_read() -> None:
    read_message(json.dumps({"envelope": ENVELOPE, "acknowledgement": CONTENT}).encode())


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"sender": "gbr"}, "/envelope/sender"),
        ({"sender": 7}, "/envelope/sender"),
        ({"receivers": []}, "/envelope/receivers"),
        ({"receivers": "POL"}, "/envelope/receivers"),
        ({"sent_at": "2026-03-02T09:00:00"}, "/envelope/sent_at"),
        ({"sent_at": "2026-02-30T09:00:00Z"}, "/envelope/sent_at"),
        ({"deadline": "20260302"}, "/envelope/deadline"),
        ({"urgency": "perhaps"}, "/envelope/urgency"),
        ({"secret": "x"}, "/envelope"),
        ({"message_id": "POL-GBR-ACK-000000000000001"}, "/envelope/message_id"),
        ({"message_id": "GBR-ROU-ACK-000000000000001"}, "/envelope/message_id"),
        ({"message_id": "GBR-POL-NOT-000000000000001"}, "/envelope/message_id"),
    ],
)
def test_a_fault_is_named_by_its_place(changes: dict[str, Any], pointer: str) -> None:
    body = {"envelope": ENVELOPE | changes, "acknowledgement": CONTENT}

    assert faulty(json.dumps(body).encode()) == (FaultCode.MALFORMED, pointer)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b"[" * 100_000,
        b'{"envelope": {}, "envelope": {}}',
        b'{"envelope": {}, "letter": {}}',
        b'{"envelope": 1.5, "acknowledgement": {}}',
    ],
)
def test_what_is_no_message_is_malformed(body: bytes) -> None:
    assert faulty(body)[0] is FaultCode.MALFORMED


def test_a_mark_that_turns_the_writing_direction_is_refused() -> None:
    refusal = {"ground": "no legal basis", "words": "a\u202eb"}
    envelope = ENVELOPE | {"message_id": "GBR-POL-REF-000000000000001"}
    body = json.dumps({"envelope": envelope, "refusal": refusal}).encode()

    assert faulty(body) == (FaultCode.MALFORMED, "/refusal/words")


def test_ten_thousand_convictions_are_too_many() -> None:
    reply = {"outcome": "RRT-00-00", "convictions": [{}] * 10_000}
    envelope = ENVELOPE | {"message_id": "GBR-POL-RRS-000000000000001"}
    body = json.dumps({"envelope": envelope, "reply": reply}).encode()

    assert faulty(body) == (FaultCode.TOO_LARGE, "/reply/convictions")


def test_four_million_bytes_are_too_many() -> None:
    assert faulty(b" " * 4_000_001)[0] is FaultCode.TOO_LARGE
