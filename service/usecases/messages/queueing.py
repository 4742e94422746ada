"""Messages by webhook, read from the log, so that each tells of a committed event.

The log is followed like a feed. The messages that an event makes and the place reached in the log
are stored in one transaction, and a message is unique by endpoint and event: each is queued once,
by any worker, killed or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.events.catalogue import webhooks
from domain.events.declaring import Webhook
from domain.events.logged import LoggedEvent
from domain.ids import ForceCode, JobId, LinkId
from domain.jobs import Job, JobKind
from domain.webhooks import Endpoint
from service.provenance.canonical import EventBody, read_event
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.witnessing import may_be_told
from service.usecases.services import StoreServices

_FOLLOWER = "webhooks"
_EVENTS_AT_ONCE = 500


def queue_messages(services: StoreServices) -> int:
    """Queue the messages of up to 500 further events; return the number of events.

    Where links await their witnesses, messages do: events that are not cosigned are not read.

    Raises LogDamagedError when an event is not in its own format.
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
    with services.units.write() as unit:
        unit.jobs.queue(messages)
        unit.jobs.follow_to(_FOLLOWER, entries[-1].seq + 1)
        unit.commit()
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
                job_id=JobId(services.surroundings.new_id()),
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
    """Return the forces concerned: the one of the event, and those that were told of its link."""
    told = {body.force} if body.force else set()
    if webhook.tells_recipients:
        told.update(unit.notices.recipients(LinkId(body.subject_refs[0])))
    return told
