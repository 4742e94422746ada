"""What forces are told by webhook, read from the log: nothing is told that was not committed.

The log is followed like a feed. The messages that an event makes and the place reached in the log
are stored in one transaction, and a message is unique by endpoint and event: each is queued once,
whichever worker reads the log, and whenever it is killed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.events import EventType, LoggedEvent
from domain.ids import ForceCode, JobId, LinkId
from domain.jobs import Job, JobKind
from domain.webhooks import TOPIC_OF_EVENT, Endpoint, Topic
from service.provenance.canonical import EventBody, read_event
from service.storage.unit_of_work import UnitOfWork
from service.usecases.services import StoreServices

_FOLLOWER = "webhooks"
_EVENTS_AT_ONCE = 500


def queue_messages(services: StoreServices) -> int:
    """Queue the messages of up to 500 events that nobody has followed yet; return how many events.

    Raises LogDamagedError when an event is not in its own format.
    """
    with services.units.read() as unit:
        start = unit.jobs.followed_to(_FOLLOWER)
        entries = unit.events.entries(start=start, limit=_EVENTS_AT_ONCE)
        endpoints = unit.webhooks.every()
        messages = [
            message
            for entry in entries
            if entry.event_type in TOPIC_OF_EVENT
            for message in _messages(services, unit, entry, endpoints)
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
    endpoints: Sequence[Endpoint],
) -> Iterator[Job]:
    topic, body = TOPIC_OF_EVENT[entry.event_type], read_event(entry.body)
    told = _told(unit, topic, body)
    for endpoint in endpoints:
        is_wanted = topic in endpoint.topics and endpoint.added_at <= entry.at
        if is_wanted and endpoint.force in told:
            yield Job(
                job_id=JobId(services.surroundings.new_id()),
                kind=JobKind.DELIVERY,
                group_id=endpoint.endpoint_id,
                number=entry.seq,
                force=endpoint.force,
                turn_at=entry.at,
                not_before=entry.at,
                topic=topic,
                subject_ref=_subject(unit, body),
            )


def _told(unit: UnitOfWork, topic: Topic, body: EventBody) -> set[ForceCode]:
    """Return the forces concerned: whose case it is, and whoever was told of a revoked link."""
    told = {body.force} if body.force else set()
    if topic is Topic.LINK_REVOKED:
        told.update(unit.notices.recipients(LinkId(body.subject_refs[0])))
    return told


def _subject(unit: UnitOfWork, body: EventBody) -> str:
    """Return the id that the force reads on with: its search, the link, or its batch."""
    case = unit.cases.get(body.case_id) if body.case_id else None
    is_conclusion = body.event_type in {EventType.LINKED, EventType.NOT_LINKED}
    return case.search_id if case and is_conclusion else body.subject_refs[0]
