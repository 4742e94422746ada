"""The bases on which data of one person is kept, shown with their provisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.access import Caller, Scope
from domain.events.looking import LookKind
from domain.ids import EncounterId, PersonId, RecordId
from service.usecases.existing import existing
from service.usecases.log.looking import look
from service.usecases.people.merging import same_person
from service.usecases.retention.due import Standing, standing_of
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class ShownBases:
    """The standing of a person, and the items that are kept on its longest basis."""

    standing: Standing
    on: date
    records: tuple[RecordId, ...]
    captures: tuple[EncounterId, ...]


def show_bases(services: StoreServices, caller: Caller, person_id: PersonId) -> ShownBases:
    """Return the basis of each event, and of the items of a person, as of today.

    Raises NotPermittedError, NotFoundError.
    """
    caller.actor.require(Scope.READ_REQUESTS)
    today = services.surroundings.clock().date()
    with services.units.read() as unit:
        found = existing(standing_of(unit, person_id, today))
        people = same_person(unit, person_id)
        group = unit.held_people.these(people)
        captures = unit.held_people.captures([one.person_row for one in group])
    records = tuple(one.record.record_id for one in group if one.record is not None)
    look(services, caller, LookKind.RETENTION, (*people, *records, *captures))
    return ShownBases(found, today, records, captures)
