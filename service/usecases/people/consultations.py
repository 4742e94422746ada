"""A person's own list of consultations: each look with its time, force, role and purpose."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from domain.access import Caller, Purpose, Role, Scope
from domain.consultations import Consultation
from domain.errors import NotFoundError
from domain.events.catalogue import looks
from domain.events.logged import LoggedEvent
from domain.events.looking import Listed, Looked, LookKind
from domain.ids import ForceCode, PersonId, UserId
from domain.list_pages import ListPage, page_of
from service.provenance.canonical import EventBody, read_event
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.looking import look
from service.usecases.people.merging import same_person
from service.usecases.services import StoreServices

_KINDS = looks() | {Listed.event_type}


def consultations(
    services: StoreServices,
    caller: Caller,
    person_id: PersonId,
    *,
    before: int | None = None,
    limit: int = 500,
) -> ListPage[Consultation, int]:
    """Return the looks at anything held about a person, newest first; the list is a look too.

    Persons that are merged with them count. Raises NotPermittedError, NotFoundError.
    """
    caller.actor.require(Scope.READ_CONSULTATIONS)
    with services.units.read() as unit:
        if unit.people.person_row(person_id) is None:
            raise NotFoundError
        one = same_person(unit, person_id)
        page = consultations_in(unit, one, before=before, limit=limit)
    look(services, caller, LookKind.CONSULTATIONS, one)
    return page


def consultations_in(
    unit: UnitOfWork, people: Sequence[PersonId], *, before: int | None = None, limit: int
) -> ListPage[Consultation, int]:
    """Return the looks at anything held about people, newest first."""
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
        # One name may call for several forces; the event knows for which it did.
        force = ForceCode(body.force) if body.force else force
    is_look = event.event_type in {Looked.event_type, Listed.event_type}
    kind = str(dict(body.facts)["kind"]) if is_look else str(event.event_type)
    return Consultation(event.at, kind, role, force, Purpose(body.purpose))
