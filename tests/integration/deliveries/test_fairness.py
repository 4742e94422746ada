"""Receivers that drip hold up nobody else's messages, and a worker stops in time beside them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from domain.ids import EndpointId
from domain.jobs import JobState
from domain.store_secrets import mac_under
from domain.webhooks import CircuitState
from service.adapters.surroundings import surroundings
from service.bootstrap.stores import open_store
from service.channels.webhook_sender import HttpMessageSender
from service.settings import load_settings
from service.storage.database import Database, UnitsOfWork
from service.usecases.leasing import WorkerPolicy
from service.usecases.messages.deliveries import Carriers, Courier
from service.usecases.services import StoreServices
from tests.formats import FORMAT
from tests.integration.api.receivers import (
    Dripper,
    Receiver,
    running_dripper,
    running_receiver,
)
from tests.integration.deliveries.post import Address, post, states

PROJECT = Path(__file__).parents[3]
FORCES = ("01", "10", "20", "45", "47")
ENDPOINTS = 20
MESSAGES = 3
TIMEOUT_S = 4.0


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as running:
        yield running


@pytest.fixture
def dripper() -> Iterator[Dripper]:
    with running_dripper() as running:
        yield running


def addresses(receiver: Receiver, dripper: Dripper) -> tuple[list[Address], list[Address]]:
    """Return the addresses of all forces that answer, and the one of each that drips."""
    good = [
        Address(f"good-{force}-{number}", force, f"{receiver.url}/{force}/{number}")
        for force in FORCES
        for number in range(1, ENDPOINTS)
    ]
    return good, [Address(f"bad-{force}", force, dripper.url) for force in FORCES]


def courier(units: UnitsOfWork, policy: WorkerPolicy) -> Courier:
    sender = HttpMessageSender(allow_private=True, timeout_s=TIMEOUT_S)
    services = StoreServices(units, surroundings(), FORMAT)
    return Courier(services, sender, mac_under(b"k" * 32), policy, threading.Event())


def _holds_at_most(dripper: Dripper, most: int) -> bool:
    """Whether so few connections are open, once the receiver has noticed those that were cut."""
    end = time.monotonic() + TIMEOUT_S / 2
    while dripper.held > most and time.monotonic() < end:
        time.sleep(0.005)
    return dripper.held <= most


@pytest.mark.dear("starts workers as processes of their own")
def test_one_hostile_endpoint_of_each_force_holds_up_no_other(
    database: Database, receiver: Receiver, dripper: Dripper
) -> None:
    units = database.units_of_work()
    good, bad = addresses(receiver, dripper)
    post(units, [*bad, *good], messages=MESSAGES)
    wanted = len(good) * MESSAGES

    begun = time.monotonic()
    with Carriers(courier(units, WorkerPolicy())) as carriers:
        while len(receiver.received) < wanted and time.monotonic() - begun < 60:
            carriers.round()
            assert _holds_at_most(dripper, len(bad))
        duration_s = time.monotonic() - begun

    taken = Counter(receiver.paths)
    assert len(receiver.received) == wanted
    assert set(taken.values()) == {MESSAGES}
    # One after another, each hostile endpoint would hold up everything for an attempt a message.
    assert duration_s < len(bad) * MESSAGES * TIMEOUT_S / 2
    assert states(units, good) == {JobState.DONE: wanted}
    assert states(units, bad) == {JobState.WAITING: len(bad) * MESSAGES}


def test_an_endpoint_that_only_drips_is_left_alone_after_five_attempts(
    database: Database, dripper: Dripper
) -> None:
    units = database.units_of_work()
    post(units, [Address("bad", "01", dripper.url)], messages=20)
    sender = HttpMessageSender(allow_private=True, timeout_s=0.3)
    services = StoreServices(units, surroundings(), FORMAT)
    policy = WorkerPolicy()

    with Carriers(
        Courier(services, sender, mac_under(b"k" * 32), policy, threading.Event())
    ) as carriers:
        begun = time.monotonic()
        while time.monotonic() - begun < 5:
            carriers.round()

    with units.read() as unit:
        endpoint = unit.webhooks.get(EndpointId("bad"))
    assert endpoint is not None
    assert endpoint.circuit.state is CircuitState.OPEN
    assert endpoint.circuit.last_fault == "receiver-too-slow"
    assert dripper.connections == 5


@contextmanager
def worker(store: Path, log: Path, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """Run `identlink worker` until the block ends."""
    named = {f"IDENTLINK_{name.upper()}": value for name, value in settings.items()}
    with log.open("ab") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "service", "worker", "--nice", "0", "--json"],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env=os.environ
            | {
                "IDENTLINK_STORE": str(store),
                "IDENTLINK_WEBHOOK_PRIVATE_ADDRESSES": "true",
                "OMP_NUM_THREADS": "1",
            }
            | named,
        )
    assert process.stdout is not None
    try:
        assert "pid" in json.loads(process.stdout.readline())
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def wait_for(condition: object, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.dear("starts workers as processes of their own")
def test_a_stopped_worker_ends_in_time_and_loses_and_doubles_nothing(
    tmp_path: Path, receiver: Receiver, dripper: Dripper
) -> None:
    store, log = tmp_path / "store", tmp_path / "worker.log"
    good, bad = addresses(receiver, dripper)
    with open_store(load_settings(store=store)) as services:
        post(services.units, [*bad, *good], messages=MESSAGES)
    limits = {"webhook_timeout_s": "60", "shutdown_timeout_s": "5"}

    with worker(store, log, **limits) as process:
        wait_for(lambda: dripper.held >= len(bad) and len(receiver.received) > 20)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        exit_code = process.wait(timeout=20)
        duration_s = time.monotonic() - begun
    with open_store(load_settings(store=store)) as services:
        stopped = states(services.units, good)
        with services.units.read() as unit:
            held = [unit.webhooks.get(EndpointId(each.name)) for each in bad]
    received = len(receiver.received)
    with worker(store, log):
        wait_for(lambda: len(receiver.received) >= len(good) * MESSAGES, 60)

    assert exit_code == 0
    assert duration_s < 6
    assert stopped.get(JobState.LEASED, 0) == 0
    assert stopped[JobState.DONE] == received
    assert {each.circuit.failures for each in held if each} == {1}
    assert Counter(Counter(receiver.paths).values()) == {MESSAGES: len(good)}
    messages = [headers["webhook-id"] for headers, _ in receiver.received]
    assert len(messages) == len(set(messages))
