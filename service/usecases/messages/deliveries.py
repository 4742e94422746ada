"""Webhook messages to the systems of forces: made from the log, signed, sent and retried."""

import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from domain.events.catalogue import LoggedEvent, webhooks
from domain.events.declaring import Webhook
from domain.ids import EndpointId, ForceCode, JobId, LinkId, Topic
from domain.jobs import (
    RETRIES,
    Job,
    JobKind,
    JobState,
    Settlement,
    abandoned,
    done,
    failed,
    given_back,
)
from domain.store_secrets import Mac
from domain.webhooks import Endpoint, Message, secrets_in_use, signed_headers
from service.ports.exchange import MessageSender, Receipt
from service.provenance.canonical import EventBody, read_event
from service.storage.messages.jobs import Lease
from service.storage.messages.webhooks import Ready
from service.storage.unit_of_work import UnitOfWork
from service.usecases.leasing import WorkerPolicy
from service.usecases.log.checkpoints import may_be_told
from service.usecases.services import StoreServices

_NEVER = datetime.min.replace(tzinfo=UTC)


def in_turn(
    ready: Sequence[Ready], leased: Mapping[ForceCode, int], *, limit: int, most_of_force: int
) -> tuple[Ready, ...]:
    """Return up to `limit` of the ready endpoints, in the order in which it is their turn.

    The force with the fewest messages being sent comes first; among its endpoints, the one whose
    last attempt was longest ago. `leased` counts the messages being sent for each force, which are
    at most `most_of_force`.
    """
    waiting: dict[ForceCode, list[Ready]] = {}
    for one in sorted(ready, key=_last, reverse=True):
        waiting.setdefault(one.force, []).append(one)
    in_hand, chosen = Counter(leased), list[Ready]()
    while len(chosen) < limit:
        forces = [force for force in waiting if in_hand[force] < most_of_force]
        if not forces:
            break
        force = min(forces, key=lambda force: (in_hand[force], _last(waiting[force][-1])))
        chosen.append(waiting[force].pop())
        in_hand[force] += 1
        if not waiting[force]:
            del waiting[force]
    return tuple(chosen)


def _last(one: Ready) -> tuple[datetime, int]:
    return one.last_attempt_at or _NEVER, one.job_row


_LAPSED_AT_ONCE = 200

_LOOK_S = 0.5
"""How long to wait, in seconds, for messages being sent before looking for new ones."""

_SCHEDULE = RETRIES[JobKind.DELIVERY].delays

_HOPELESS = sum(_SCHEDULE, timedelta(0))
"""If an endpoint has accepted nothing for the whole schedule of attempts, later messages are not
held for it for long."""

_OVERDUE = max(_SCHEDULE)
"""How long a message for such an endpoint may be due before it is given up without an attempt."""


@dataclass(frozen=True, slots=True)
class Courier:
    """The means of delivering messages. Thread-safe."""

    services: StoreServices
    sender: MessageSender
    webhook_mac: Mac
    policy: WorkerPolicy
    stopping: threading.Event


class Carriers:
    """Worker threads that each deliver one message at a time, called from one scheduling thread.

    If a worker dies after sending a message, the message may be sent again, with the same id.
    Leaving the context waits for the messages being sent, for at most the time allowed for one
    attempt.
    """

    def __init__(self, courier: Courier) -> None:
        self._courier = courier
        self._pool = ThreadPoolExecutor(courier.policy.deliveries, thread_name_prefix="carrier")
        self._in_hand: set[Future[None]] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown()
        if error is None:
            self._collect()

    def round(self) -> int:
        """Start sending the messages whose turn it is.

        Return how many were started, or if none were, how many are still being sent. Raises the
        error of a message that could not be processed; its lease then lapses.
        """
        self._collect()
        free = self._courier.policy.deliveries - len(self._in_hand)
        begun = 0 if self._courier.stopping.is_set() else self._begin(free)
        if begun:
            return begun
        still = len(self._in_hand)
        wait(self._in_hand, timeout=_LOOK_S, return_when=FIRST_COMPLETED)
        return still

    def _begin(self, limit: int) -> int:
        courier = self._courier
        _free_lapsed(courier.services)
        jobs = _leased(courier, limit=limit) if limit else ()
        self._in_hand |= {self._pool.submit(_attempt, courier, job) for job in jobs}
        # Do this after leasing, so that the message with which an endpoint is tried again is not
        # given up.
        _give_up(courier.services)
        return len(jobs)

    def _collect(self) -> None:
        for future in [one for one in self._in_hand if one.done()]:
            self._in_hand.remove(future)
            future.result()


def _free_lapsed(services: StoreServices) -> None:
    """Release messages whose workers have gone silent."""
    now = services.now()
    with services.units.read() as unit:
        lapsed = unit.jobs.lapsed(JobKind.DELIVERY, now, limit=_LAPSED_AT_ONCE)
    if lapsed:
        with services.units.begin() as unit:
            unit.jobs.settle([abandoned(job, now) for job in lapsed])


def _give_up(services: StoreServices) -> None:
    """Stop trying to deliver long-overdue messages to endpoints that accept no messages."""
    now = services.now()
    failing_before = now - _HOPELESS
    with services.units.read() as unit:
        is_hopeless = unit.webhooks.any_failing_before(failing_before)
    if is_hopeless:
        with services.units.begin() as unit:
            unit.deliveries.give_up(
                failing_before=failing_before, due_before=now - _OVERDUE, at=now
            )


def _leased(courier: Courier, *, limit: int) -> tuple[Job, ...]:
    services, policy = courier.services, courier.policy
    now = services.now()
    with services.units.read() as unit:
        if unit.jobs.oldest_waiting(JobKind.DELIVERY) is None:
            return ()
        chosen = in_turn(
            unit.deliveries.ready(now),
            unit.deliveries.leased(),
            limit=limit,
            most_of_force=policy.deliveries_of_force,
        )
    if not chosen:
        return ()
    wanted = Lease(services.new_id(), now, now + policy.lease)
    with services.units.begin() as unit:
        return unit.deliveries.lease([one.job_row for one in chosen], wanted)


def _attempt(courier: Courier, job: Job) -> None:
    """Send one message and store the result, or put it back if the worker is stopping."""
    services, now = courier.services, courier.services.now()
    with services.units.read() as unit:
        endpoint = unit.webhooks.get(EndpointId(job.group_id))
    if courier.stopping.is_set():
        _settle(services, given_back(job, now))
    elif endpoint is None or endpoint.removed_at is not None:
        _settle(services, replace(done(job, now), state=JobState.CANCELLED))
    elif endpoint.is_paused:
        _settle(services, given_back(job, now))
    else:
        _note(services, job, _send(courier, endpoint, job))


def _send(courier: Courier, endpoint: Endpoint, job: Job) -> Receipt:
    message, surroundings = message_of(job), courier.services.surroundings
    secrets = secrets_in_use(endpoint, courier.webhook_mac, surroundings.clock())
    # Receivers refuse a message whose time is not theirs.
    headers = signed_headers(message, sent_at=surroundings.time_outside(), secrets=secrets)
    return courier.sender.send(endpoint.url, headers, message.body)


def message_of(job: Job) -> Message:
    """Return the message of a delivery job. It is the same at every attempt."""
    return Message(f"msg_{job.job_id}", Topic(job.topic), job.subject_ref, job.turn_at)


def _settle(services: StoreServices, settlement: Settlement) -> None:
    with services.units.begin() as unit:
        unit.jobs.settle([settlement])


def _note(services: StoreServices, job: Job, receipt: Receipt) -> None:
    """Store the result of sending a message, and update its endpoint's circuit breaker."""
    at, endpoint_id = services.now(), EndpointId(job.group_id)
    is_taken = receipt is Receipt.TAKEN
    with services.units.begin() as unit:
        unit.jobs.settle([done(job, at) if is_taken else failed(job, at, receipt.value)])
        endpoint = unit.webhooks.get(endpoint_id)
        if endpoint is not None:
            past = endpoint.circuit
            circuit = past.after_success(at) if is_taken else past.after_failure(at, receipt)
            unit.webhooks.note_circuit(endpoint_id, circuit)
        if receipt is Receipt.GONE:
            unit.webhooks.pause(endpoint_id, is_paused=True)


# The log is followed like a feed. The messages made from an event and the position reached in the
# log are stored in one transaction, and a message is unique by endpoint and event. So each message
# is queued only once, even if a worker is killed.


_FOLLOWER = "webhooks"
_EVENTS_AT_ONCE = 500


def queue_messages(services: StoreServices) -> int:
    """Queue the messages for up to 500 events not read before; return the number of events.

    Where links must wait for witnesses, messages wait too: events that are not cosigned are not
    read. Raises LogDamagedError if an event does not have the format of its type.
    """
    told = webhooks()
    with services.units.read() as unit:
        start = unit.jobs.followed_to(_FOLLOWER)
        told_to = may_be_told(services, unit)
        limit = _EVENTS_AT_ONCE if told_to is None else min(_EVENTS_AT_ONCE, told_to - start)
        entries = unit.events.entries(start=start, limit=limit) if limit > 0 else ()
        endpoints = unit.webhooks.every()
        messages = [
            message
            for entry in entries
            if entry.event_type in told
            for message in _messages(services, unit, entry, told[entry.event_type], endpoints)
        ]
    if not entries:
        return 0
    with services.units.begin() as unit:
        unit.jobs.queue(messages)
        unit.jobs.follow_to(_FOLLOWER, entries[-1].seq + 1)
    return len(entries)


def _messages(
    services: StoreServices,
    unit: UnitOfWork,
    entry: LoggedEvent,
    webhook: Webhook,
    endpoints: Sequence[Endpoint],
) -> Iterator[Job]:
    body = read_event(entry.body)
    subject_ref = str(getattr(body.typed(), webhook.names))
    told = _told(unit, webhook, body)
    for endpoint in endpoints:
        is_wanted = webhook.topic in endpoint.topics and endpoint.added_at <= entry.at
        if is_wanted and endpoint.force in told:
            yield Job(
                job_id=JobId(services.new_id()),
                kind=JobKind.DELIVERY,
                group_id=endpoint.endpoint_id,
                number=entry.seq,
                force=endpoint.force,
                turn_at=entry.at,
                not_before=entry.at,
                topic=webhook.topic,
                subject_ref=subject_ref,
            )


def _told(unit: UnitOfWork, webhook: Webhook, body: EventBody) -> set[ForceCode]:
    """Return the forces concerned.

    They are the event's own force, and those to which its link was disclosed.
    """
    told = {body.force} if body.force else set()
    if webhook.tells_recipients:
        told.update(unit.notices.recipients(LinkId(body.subject_refs[0])))
    return told
