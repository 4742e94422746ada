"""Records as read by the forces that own them: versions, lists, and accesses to a person's data.

A force reads the records that it owns. Other callers with the scope, such as auditors, can read
any record. Each reading of a version is logged.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from operator import attrgetter

from domain.access.access import Caller, Purpose, Role, Scope
from domain.errors import NotFoundError, PayloadErasedError, existing
from domain.events.catalogue import LoggedEvent, looks
from domain.events.looking import Listed, Looked, LookKind
from domain.events.people import RecordRead
from domain.ids import ForceCode, PersonId, RecordId, UserId
from domain.list_pages import ListOrder, ListPage, page_of
from domain.people import amendments
from domain.people.claims import Claim, claims_of
from domain.requests.disclosures import Consultation
from domain.requests.releasing import HeldConviction
from service.provenance.canonical import EventBody, read_event
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import Concern, look, record
from service.usecases.people.merging import same_person
from service.usecases.services import Services, StoreServices


@dataclass(frozen=True, slots=True)
class ReadVersion:
    """A version of a record, with the changes since the previous version."""

    version: amendments.RecordVersion
    changes: tuple[amendments.ItemChange, ...]
    """Changes since the previous version; empty for the first version."""
    amended_by: str
    """The sign-in name of the person who amended it, or the opaque id if there is no name; empty
    for the first version."""
    convictions: tuple[HeldConviction, ...] = ()
    """The convictions in this version, each with its own version number."""
    reference: str = ""
    """The force's reference for the capture with which the person was enrolled; empty if there is
    none."""
    destroyed: frozenset[int] = frozenset()
    """The numbers of the versions whose content was destroyed together with an entry."""


def list_records(
    services: Services,
    caller: Caller,
    *,
    before: str | None,
    limit: int,
    order: ListOrder | None = None,
) -> amendments.RecordPage:
    """Return the records that the caller may read, without their content, newest first.

    `before` is the last record of the previous page in the chosen `order`. Raises
    NotPermittedError.
    """
    caller.actor.require(Scope.READ_RECORDS)
    force = caller.require_force() if caller.actor.role is Role.FORCE else None
    with services.units.read() as unit:
        page = unit.records.page(force, before=before, limit=limit, order=order)
        given = unit.references.of_people([head.person_id for head in page.records])
    shown = ((head.record_id, head.person_id) for head in page.records)
    look(services, caller, LookKind.RECORDS, chain.from_iterable(shown))
    names = ((h.record_id, given.get((h.person_id, h.force), "")) for h in page.records)
    return replace(page, references={record_id: name for record_id, name in names if name})


def record_versions(
    services: Services, caller: Caller, record_id: RecordId
) -> tuple[amendments.VersionHead, ...]:
    """Return the versions of a record without their content, oldest first.

    Raises NotPermittedError, NotFoundError, PayloadErasedError.
    """
    with services.reading(caller, Scope.READ_RECORDS) as unit:
        heads = _heads(unit, caller, record_id)
    shown = (record_id, *(head.person_id for head in heads))
    look(services, caller, LookKind.VERSIONS, shown, Concern(heads[0].force))
    return heads


def read_record(
    services: Services, caller: Caller, record_id: RecordId, number: int | None = None
) -> ReadVersion:
    """Return one version of a record, by default the live version, and log that it was read.

    Raises NotPermittedError, NotFoundError, PayloadErasedError.
    """
    with services.begin(caller, Scope.READ_RECORDS) as unit:
        heads = _heads(unit, caller, record_id)
        head = existing(
            next((h for h in heads if h.version == number or (h.is_live and number is None)), None)
        )
        version = version_of(unit, head)
        earlier = next((h for h in heads if h.version == head.version - 1), None)
        before = unit.records.version(record_id, earlier.version) if earlier else None
        # The previous version may have been destroyed together with an entry that it contained.
        changes = amendments.changes_between(before.items, version.items) if before else ()
        event = RecordRead(record_id, version=head.version, person_id=head.person_id)
        record(services, unit, caller, event, Concern(head.force))
        by = head.amended_by
        name = unit.accounts.names([by]).get(by, by) if by else ""
        convictions = unit.records.convictions(version)
        given = unit.references.of_people([head.person_id]).get((head.person_id, head.force), "")
        destroyed = unit.records.destroyed(record_id)
    return ReadVersion(version, changes, name, convictions, given, destroyed)


def live_head(unit: UnitOfWork, caller: Caller, record_id: RecordId) -> amendments.VersionHead:
    """Return the live version of a record that the caller may read, without its content.

    Raises NotFoundError, PayloadErasedError.
    """
    return next(head for head in _heads(unit, caller, record_id) if head.is_live)


def version_of(unit: UnitOfWork, head: amendments.VersionHead) -> amendments.RecordVersion:
    """Return a version with its content. Raises PayloadErasedError."""
    found = unit.records.version(head.record_id, head.version)
    if found is None:
        raise PayloadErasedError
    return found


def record_claims(services: Services, caller: Caller, record_id: RecordId) -> tuple[Claim, ...]:
    """Return all claims about the person of a record, each with its source and day.

    Withdrawn and corrected claims are included. Raises the errors of `read_record`.
    """
    with services.begin(caller, Scope.READ_RECORDS) as unit:
        heads = _heads(unit, caller, record_id)
        live = next(head for head in heads if head.is_live)
        found = (unit.records.version(record_id, head.version) for head in heads)
        claims = claims_of(one for one in found if one is not None)
        event = RecordRead(record_id, version=live.version, person_id=live.person_id)
        record(services, unit, caller, event, Concern(live.force))
    return claims


def _heads(
    unit: UnitOfWork, caller: Caller, record_id: RecordId
) -> tuple[amendments.VersionHead, ...]:
    heads = unit.records.versions(record_id)
    is_own = all(head.force == caller.actor.force for head in heads)
    if not heads or (caller.actor.role is Role.FORCE and not is_own):
        raise NotFoundError
    if not any(head.is_live for head in heads):
        raise PayloadErasedError
    return heads


_KINDS = looks() | {Listed.event_type}


def consultations(
    services: StoreServices,
    caller: Caller,
    person_id: PersonId,
    *,
    before: int | None = None,
    limit: int = 500,
) -> ListPage[Consultation, int]:
    """Return the accesses to data about a person, newest first. The list is itself an access.

    People merged with this person are included. Raises NotPermittedError, NotFoundError.
    """
    with services.reading(caller, Scope.READ_CONSULTATIONS) as unit:
        if unit.people.person_row(person_id) is None:
            raise NotFoundError
        one = same_person(unit, person_id)
        page = consultations_in(unit, one, before=before, limit=limit)
    look(services, caller, LookKind.CONSULTATIONS, one)
    return page


def consultations_in(
    unit: UnitOfWork, people: Sequence[PersonId], *, before: int | None = None, limit: int
) -> ListPage[Consultation, int]:
    """Return the accesses to data about these people, newest first."""
    found = unit.consultations.about(people, _KINDS, before=before, limit=limit + 1)
    page = page_of(found, limit, attrgetter("seq"))
    return ListPage(_told(unit, page.items), page.next_key)


def _told(unit: UnitOfWork, found: tuple[LoggedEvent, ...]) -> tuple[Consultation, ...]:
    bodies = [read_event(event.body) for event in found]
    places = unit.consultations.places({UserId(body.actor) for body in bodies})
    return tuple(
        _consultation(event, body, places.get(UserId(body.actor)))
        for event, body in zip(found, bodies, strict=True)
    )


def _consultation(
    event: LoggedEvent, body: EventBody, place: tuple[Role, ForceCode | None] | None
) -> Consultation:
    role, force = place or (None, None)
    if role is Role.FORCE:
        # One account may act for several forces; the event states for which force it acted.
        force = ForceCode(body.force) if body.force else force
    is_look = event.event_type in {Looked.event_type, Listed.event_type}
    kind = str(dict(body.facts)["kind"]) if is_look else str(event.event_type)
    return Consultation(event.at, kind, role, force, Purpose(body.purpose))
