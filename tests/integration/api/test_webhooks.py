"""Webhooks to forces: signed, retried, kept when refused, queued once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from domain.store_secrets import mac_under
from domain.webhooks import ROTATION_OVERLAP
from service.channels.webhook_sender import HttpMessageSender
from service.usecases.leasing import WorkerPolicy
from service.usecases.messages.deliveries import Courier, queue_messages
from tests.integration.api.driver import World
from tests.integration.api.receivers import Receiver, running_receiver
from tests.integration.api.test_journey import linked
from tests.integration.api.workers import (
    deliver,
    later,
    ndjson,
    search_line,
    searcher,
    submit,
    work_all,
)

SOON = timedelta(seconds=1)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as running:
        yield running


@pytest.fixture
def open_world(world: World) -> World:
    """Return the application with webhooks to private addresses allowed."""
    state = world.app.state.api
    settings = state.settings.model_copy(update={"webhook_private_addresses": True})
    object.__setattr__(state, "settings", settings)
    return world


def add(world: World, url: str, *topics: str, force: str = "01") -> dict[str, Any]:
    body = {"url": url, "topics": list(topics or ("search.concluded",))}
    answer = world.force(force).post("/v1/webhooks", body)
    assert answer.status_code == 201, answer.text
    return {"secret": answer.json()["secret"], **answer.json()["webhook"]}


def tell(world: World, *, ahead: timedelta = SOON, stop: bool = False) -> int:
    """Follow the log and send due messages; return the number of attempts."""
    services = later(world.services, ahead)
    sender = HttpMessageSender(allow_private=True, timeout_s=2)
    key = world.app.state.api.webhook_mac
    courier = Courier(services, sender, key, WorkerPolicy(), threading.Event())
    if stop:
        courier.stopping.set()
    queue_messages(services)
    tried = 0
    while now := deliver(courier):
        tried += now
        if stop:
            break
    return tried


def verifies(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Verify a message as the specification prescribes to a receiver."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(key, text, hashlib.sha256)).decode()
    given = [part.split(",") for part in headers["webhook-signature"].split(" ")]
    return any(version == "v1" and signature == expected for version, signature in given)


def letters(world: World, endpoint_id: str) -> list[dict[str, Any]]:
    answer = world.force().get(f"/v1/webhooks/{endpoint_id}/dead-letters").json()
    return list(answer["dead_letters"])


@pytest.mark.journey
def test_a_force_is_told_that_its_search_is_concluded_and_nothing_else(
    open_world: World, receiver: Receiver
) -> None:
    added = add(open_world, receiver.url)
    enrolled, search_id = linked(open_world)

    tried = tell(open_world)
    again = tell(open_world)

    ((headers, body),) = receiver.received
    assert (tried, again) == (1, 0)
    assert verifies(added["secret"], headers, body)
    told = json.loads(body)
    assert told["type"] == "search.concluded"
    assert told["data"] == {"search_id": search_id}
    assert set(told) == {"type", "timestamp", "data"}
    assert enrolled["person_id"] not in body.decode()


def test_a_signature_is_of_this_body_and_this_moment(
    open_world: World, receiver: Receiver
) -> None:
    added = add(open_world, receiver.url)
    linked(open_world)
    tell(open_world)
    ((headers, body),) = receiver.received

    assert not verifies(added["secret"], headers, body + b" ")
    assert not verifies(added["secret"], {**headers, "webhook-timestamp": "1"}, body)
    assert not verifies(added["secret"], {**headers, "webhook-id": "msg_other"}, body)


def test_another_force_and_other_topics_are_told_nothing(
    open_world: World, receiver: Receiver
) -> None:
    add(open_world, receiver.url, force="10")
    add(open_world, receiver.url, "batch.finished")

    linked(open_world)

    assert tell(open_world) == 0


def test_what_happened_before_an_endpoint_was_added_is_not_told(
    open_world: World, receiver: Receiver
) -> None:
    linked(open_world)
    add(open_world, receiver.url)

    assert tell(open_world) == 0


def test_a_revoked_link_and_a_finished_batch_are_told(
    open_world: World, receiver: Receiver
) -> None:
    _, search_id = linked(open_world)
    add(open_world, receiver.url, "link.revoked", "batch.finished")
    link_id = open_world.standing(search_id)["link"]["link_id"]
    revocation = open_world.supervisor().post(
        f"/v1/links/{link_id}/revocation", {"reason": "Wrong person."}
    )
    batch_id = submit(open_world, ndjson(search_line(5))).json()["batch_id"]
    work_all(searcher(open_world.services))

    tell(open_world)

    assert revocation.status_code in {200, 201, 204}
    told = [json.loads(body) for _, body in receiver.received]
    assert [message["data"] for message in told] == [{"link_id": link_id}, {"batch_id": batch_id}]


def test_a_message_is_the_same_at_every_attempt_and_waits_longer_each_time(
    open_world: World, receiver: Receiver
) -> None:
    added = add(open_world, receiver.url)
    linked(open_world)
    receiver.statuses = [500, 302]

    tried = [
        tell(open_world, ahead=timedelta(seconds=seconds))
        for seconds in (1, 4, 7, 60, 310, 3_000_000)
    ]

    assert tried == [1, 0, 1, 0, 1, 0]
    assert len({headers["webhook-id"] for headers, _ in receiver.received}) == 1
    assert len({body for _, body in receiver.received}) == 1
    assert len({headers["webhook-timestamp"] for headers, _ in receiver.received}) == 3
    assert all(verifies(added["secret"], headers, body) for headers, body in receiver.received)


def test_a_message_nobody_takes_becomes_a_dead_letter_and_can_be_sent_again(
    open_world: World, receiver: Receiver
) -> None:
    endpoint_id = add(open_world, receiver.url)["endpoint_id"]
    _, search_id = linked(open_world)
    receiver.statuses = [503] * 10

    tried = sum(tell(open_world, ahead=timedelta(days=day)) for day in range(1, 15))
    (letter,) = letters(open_world, endpoint_id)
    path = f"/v1/webhooks/{endpoint_id}/dead-letters/{letter['message_id']}/resending"
    resent, twice = open_world.force().post(path), open_world.force().post(path)
    taken = tell(open_world, ahead=timedelta(days=15))

    assert tried == 10
    assert (letter["subject_id"], letter["problem"]) == (search_id, "receiver-refused")
    assert (resent.status_code, twice.status_code) == (204, 409)
    assert taken == 1
    assert letters(open_world, endpoint_id) == []
    assert len({body for _, body in receiver.received}) == 1


def test_a_receiver_that_is_gone_is_left_alone_until_its_force_says_otherwise(
    open_world: World, receiver: Receiver
) -> None:
    endpoint_id = add(open_world, receiver.url)["endpoint_id"]
    linked(open_world)
    receiver.statuses = [410]

    tell(open_world)
    tell(open_world, ahead=timedelta(hours=1))
    paused = open_world.force().get("/v1/webhooks").json()["webhooks"][0]["is_paused"]
    resumed = open_world.force().post(f"/v1/webhooks/{endpoint_id}/resumption")
    tell(open_world, ahead=timedelta(hours=3))

    assert (paused, resumed.status_code) == (True, 204)
    assert len(receiver.received) == 2


def test_a_circuit_opens_is_seen_and_is_closed_by_its_force(
    open_world: World, receiver: Receiver
) -> None:
    endpoint_id = add(open_world, receiver.url)["endpoint_id"]
    linked(open_world)
    receiver.statuses = [503] * 5
    untried = open_world.force().get("/v1/webhooks").json()["webhooks"][0]["circuit"]

    for hours in (1, 2, 3, 6, 12):
        tell(open_world, ahead=timedelta(hours=hours))
    opened = open_world.force().get("/v1/webhooks").json()["webhooks"][0]["circuit"]
    figures = open_world.client.get("/metrics").text
    resumed = open_world.force().post(f"/v1/webhooks/{endpoint_id}/resumption")
    closed = open_world.force().get("/v1/webhooks").json()["webhooks"][0]["circuit"]

    assert untried == {
        "state": "closed",
        "since": None,
        "failures": 0,
        "next_attempt_at": None,
        "last_attempt_at": None,
        "last_fault": "",
    }
    assert (opened["state"], opened["failures"]) == ("open", 5)
    assert opened["last_fault"] == "receiver-refused"
    assert opened["since"] == opened["last_attempt_at"] < opened["next_attempt_at"]
    assert 'identlink_webhook_endpoints{state="open"} 1.0' in figures
    assert 'identlink_webhook_endpoints{state="closed"} 0.0' in figures
    assert resumed.status_code == 204
    assert (closed["state"], closed["next_attempt_at"]) == ("closed", None)


@pytest.mark.dear("sends messages again and again")
def test_with_an_open_circuit_one_message_tries_and_the_rest_follow_it(
    open_world: World, receiver: Receiver
) -> None:
    add(open_world, receiver.url)
    for person in (1, 2, 3):
        linked(open_world, person=person)
    receiver.statuses = [503] * 5

    tried = [tell(open_world, ahead=timedelta(seconds=seconds)) for seconds in (1, 7, 8, 20)]
    after = [tell(open_world, ahead=timedelta(seconds=seconds)) for seconds in (60, 320)]

    # Three at once and two again: then it is open, and the third waits though it is due.
    assert tried == [3, 2, 0, 0]
    # The third is taken and closes it; the others come at the time of their next attempt.
    assert after == [1, 2]
    assert len({headers["webhook-id"] for headers, _ in receiver.received[5:]}) == 3


def test_a_changed_secret_signs_at_once_and_the_old_one_for_a_day(
    open_world: World, receiver: Receiver
) -> None:
    added = add(open_world, receiver.url)
    rotated = open_world.force().post(f"/v1/webhooks/{added['endpoint_id']}/secret").json()
    linked(open_world, person=1)
    tell(open_world)
    linked(open_world, person=2)
    tell(open_world, ahead=ROTATION_OVERLAP + timedelta(minutes=1))

    (during, body), (after, later_body) = receiver.received
    assert rotated["webhook"]["secret_version"] == 2
    assert rotated["secret"] != added["secret"]
    assert verifies(added["secret"], during, body)
    assert verifies(rotated["secret"], during, body)
    assert verifies(rotated["secret"], after, later_body)
    assert not verifies(added["secret"], after, later_body)


def test_a_removed_endpoint_is_told_nothing_any_more(
    open_world: World, receiver: Receiver
) -> None:
    endpoint_id = add(open_world, receiver.url)["endpoint_id"]
    linked(open_world)
    queue_messages(open_world.services)

    removed = open_world.force().delete(f"/v1/webhooks/{endpoint_id}")
    tried = tell(open_world)

    assert (removed.status_code, tried) == (204, 0)
    assert open_world.force().get("/v1/webhooks").json()["webhooks"] == []
    assert open_world.force().delete(f"/v1/webhooks/{endpoint_id}").status_code == 404


def test_a_worker_that_dies_with_a_message_leaves_it_to_another(
    open_world: World, receiver: Receiver
) -> None:
    add(open_world, receiver.url)
    linked(open_world)

    class Killed(BaseException):
        """Simulates a SIGKILL."""

    class DyingSender:
        def send(self, *_: Any) -> Any:
            raise Killed

    services = later(open_world.services, SOON)
    queue_messages(services)
    dying = Courier(
        services, DyingSender(), mac_under(b"k" * 32), WorkerPolicy(), threading.Event()
    )
    with pytest.raises(Killed):
        deliver(dying)

    held = tell(open_world, ahead=timedelta(seconds=30))
    tell(open_world, ahead=timedelta(seconds=90))
    freed = tell(open_world, ahead=timedelta(seconds=100))

    assert (held, freed) == (0, 1)
    assert len(receiver.received) == 1


def test_a_worker_told_to_stop_gives_its_messages_back(
    open_world: World, receiver: Receiver
) -> None:
    add(open_world, receiver.url)
    linked(open_world)

    tell(open_world, stop=True)
    nothing = list(receiver.received)
    tell(open_world)

    assert nothing == []
    assert len(receiver.received) == 1


def test_another_force_cannot_touch_an_endpoint(sqlite_world: World) -> None:
    endpoint_id = add(sqlite_world, "https://receiver.example/hook")["endpoint_id"]
    path, stranger = f"/v1/webhooks/{endpoint_id}", sqlite_world.force("10")

    answers = [
        stranger.delete(path),
        stranger.post(f"{path}/secret"),
        stranger.post(f"{path}/resumption"),
        stranger.get(f"{path}/dead-letters"),
        stranger.post(f"{path}/dead-letters/any/resending"),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert stranger.get("/v1/webhooks").json()["webhooks"] == []


@pytest.mark.parametrize(
    "url",
    [
        "http://receiver.example/hook",
        "ftp://receiver.example/",
        "https://user:secret@receiver.example/",
        "https://receiver.example/#part",
        "https:///nowhere",
        "https://receiver.example:port/",
        "https://[broken/",
        "receiver.example",
    ],
)
def test_an_address_that_is_no_plain_https_url_is_refused(sqlite_world: World, url: str) -> None:
    body = {"url": url, "topics": ["search.concluded"]}

    refused = sqlite_world.force().post("/v1/webhooks", body)

    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == "/url"


def test_a_force_has_so_many_endpoints_and_no_more(sqlite_world: World) -> None:
    for number in range(20):
        add(sqlite_world, f"https://receiver.example/{number}")

    body = {"url": "https://receiver.example/", "topics": ["search.concluded"]}
    assert sqlite_world.force().post("/v1/webhooks", body).status_code == 409


def test_a_secret_is_never_told_again(sqlite_world: World) -> None:
    added = add(sqlite_world, "https://receiver.example/hook")

    listed = sqlite_world.force().get("/v1/webhooks").text

    assert added["secret"] not in listed
    assert added["secret"] not in sqlite_world.log.getvalue()


def test_an_unknown_message_cannot_be_sent_again(sqlite_world: World) -> None:
    endpoint_id = add(sqlite_world, "https://receiver.example/hook")["endpoint_id"]

    path = f"/v1/webhooks/{endpoint_id}/dead-letters/unknown/resending"

    assert sqlite_world.force().post(path).status_code == 404
