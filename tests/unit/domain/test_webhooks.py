"""Messages and their signatures."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest

from domain.events.catalogue import topics, webhooks
from domain.events.links import Linked, LinkRevoked, NotLinked
from domain.events.searches import BatchFinished
from domain.ids import EndpointId, ForceCode, Topic, UserId
from domain.store_secrets import mac_under
from domain.webhooks import (
    ROTATION_OVERLAP,
    Endpoint,
    Message,
    secret_of,
    secret_text,
    secrets_in_use,
    signature,
    signed_headers,
)

NOON = datetime(2025, 3, 14, 12, tzinfo=UTC)
SECRET = b"k" * 32
KEY = mac_under(SECRET)
MESSAGE = Message("msg_1", Topic("search.concluded"), "search-1", NOON)


def endpoint(version: int = 1, changed_at: datetime | None = None) -> Endpoint:
    return Endpoint(
        EndpointId("endpoint-1"),
        ForceCode("01"),
        "https://receiver.example/",
        frozenset(topics()),
        UserId("custody-01"),
        NOON,
        secret_version=version,
        secret_changed_at=changed_at,
    )


def test_the_signature_is_that_of_the_published_example() -> None:
    # The example in the test suite of the Standard Webhooks reference libraries.
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    text = b'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}'

    assert signature(secret, text) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("topic", list(topics()))
def test_a_message_names_what_to_read_and_nothing_else(topic: Topic) -> None:
    told = json.loads(Message("msg_1", topic, "id-1", NOON).body)

    assert set(told) == {"type", "timestamp", "data"}
    assert told["type"] == topic
    assert told["timestamp"] == "2025-03-14T12:00:00Z"
    assert list(told["data"].values()) == ["id-1"]


def test_a_message_is_signed_by_every_secret_in_use() -> None:
    headers = signed_headers(MESSAGE, sent_at=NOON, secrets=(b"a" * 32, b"b" * 32))

    text = b"msg_1.1741953600." + MESSAGE.body
    assert headers == {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1741953600",
        "webhook-signature": f"{signature(b'a' * 32, text)} {signature(b'b' * 32, text)}",
    }


def test_secrets_differ_by_endpoint_and_version_and_have_256_bits() -> None:
    secrets = {
        secret_of(KEY, EndpointId(name), version) for name in ("e-1", "e-2") for version in (1, 2)
    }

    assert len(secrets) == 4
    assert {len(secret) for secret in secrets} == {32}
    assert base64.b64decode(secret_text(SECRET).removeprefix("whsec_")) == SECRET


def test_the_old_secret_signs_for_a_day_after_a_change() -> None:
    present = secret_of(KEY, EndpointId("endpoint-1"), 3)
    last = secret_of(KEY, EndpointId("endpoint-1"), 2)
    changed = endpoint(3, NOON)

    during = secrets_in_use(changed, KEY, NOON + ROTATION_OVERLAP - timedelta(seconds=1))
    after = secrets_in_use(changed, KEY, NOON + ROTATION_OVERLAP)

    assert (during, after) == ((present, last), (present,))


def test_a_first_secret_signs_alone() -> None:
    assert secrets_in_use(endpoint(), KEY, NOON) == (secret_of(KEY, EndpointId("endpoint-1"), 1),)


def test_nothing_that_examiners_do_before_the_end_is_told() -> None:
    assert set(webhooks()) == {
        Linked.event_type,
        NotLinked.event_type,
        LinkRevoked.event_type,
        BatchFinished.event_type,
    }
