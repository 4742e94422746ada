"""Messages carried to the forces' systems: signed, tried again, kept when undeliverable."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import timedelta

from domain.ids import EndpointId, Topic
from domain.jobs import Job, JobKind, JobState, Settlement, abandoned, done, failed, given_back
from domain.webhooks import Endpoint, Message, secrets_in_use, signed_headers
from service.ports.message_sender import MessageSender, Receipt
from service.usecases.leasing import WorkerPolicy, lease
from service.usecases.services import StoreServices

_LAPSED_AT_ONCE = 200

_PAUSE = timedelta(minutes=10)
"""How often a message of a paused endpoint is looked at again."""


@dataclass(frozen=True, slots=True)
class Courier:
    """The means to carry messages; for one thread."""

    services: StoreServices
    sender: MessageSender
    webhook_key: bytes
    policy: WorkerPolicy
    stopping: threading.Event


def deliver(courier: Courier) -> int:
    """Lease some messages, send each, settle them; return how many were leased.

    A message may be taken twice, when its worker dies after sending it: its id is the same then.
    """
    services, now = courier.services, courier.services.surroundings.clock()
    with services.units.read() as unit:
        lapsed = unit.jobs.lapsed(JobKind.DELIVERY, now, limit=_LAPSED_AT_ONCE)
    _settle(services, [abandoned(job, now) for job in lapsed])
    jobs = lease(services, JobKind.DELIVERY, courier.policy, limit=courier.policy.deliveries)
    for job in jobs:
        _settle(services, [_attempt(courier, job)])
    return len(jobs)


def _attempt(courier: Courier, job: Job) -> Settlement:
    services, now = courier.services, courier.services.surroundings.clock()
    with services.units.read() as unit:
        endpoint = unit.webhooks.get(EndpointId(job.group_id))
    if courier.stopping.is_set():
        return given_back(job, now)
    if endpoint is None or endpoint.removed_at is not None:
        return replace(done(job, now), state=JobState.CANCELLED)
    if endpoint.is_paused:
        return replace(given_back(job, now), not_before=now + _PAUSE)
    receipt = _send(courier, endpoint, job)
    if receipt is Receipt.GONE:
        _pause(services, endpoint)
    at = services.surroundings.clock()
    return done(job, at) if receipt is Receipt.TAKEN else failed(job, at, receipt.value)


def _send(courier: Courier, endpoint: Endpoint, job: Job) -> Receipt:
    message = message_of(job)
    now = courier.services.surroundings.clock()
    headers = signed_headers(
        message, sent_at=now, secrets=secrets_in_use(endpoint, courier.webhook_key, now)
    )
    return courier.sender.send(endpoint.url, headers, message.body)


def message_of(job: Job) -> Message:
    """Return the message that a delivery carries, the same at every attempt."""
    return Message(f"msg_{job.job_id}", Topic(job.topic), job.subject_ref, job.turn_at)


def _settle(services: StoreServices, settlements: list[Settlement]) -> None:
    if settlements:
        with services.units.write() as unit:
            unit.jobs.settle(settlements)
            unit.commit()


def _pause(services: StoreServices, endpoint: Endpoint) -> None:
    with services.units.write() as unit:
        unit.webhooks.pause(endpoint.endpoint_id, is_paused=True)
        unit.commit()
