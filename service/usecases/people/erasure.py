"""Erasing a person: payloads and vectors go, the log keeps the fact and its legal basis."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.access import Caller, Scope
from domain.cases import Withdrawal
from domain.errors import InvalidInputError
from domain.events.people import Erased
from domain.ids import PersonId
from service.usecases.existing import existing
from service.usecases.log.recording import record
from service.usecases.people.merging import same_person
from service.usecases.people.withdrawing import withdraw_exemplars
from service.usecases.services import Services


class ErasureBasis(StrEnum):
    """Why a person's data may no longer be kept (England and Wales, PACE 1984 s 63D onwards)."""

    NO_POWER_TO_RETAIN = "no power to retain"
    UNLAWFUL_TAKING = "unlawful taking"
    UNLAWFUL_ARREST = "unlawful arrest"
    MISTAKEN_IDENTITY = "mistaken identity"
    RETENTION_ENDED = "retention period ended"
    COURT_ORDER = "court order"


@dataclass(frozen=True, slots=True)
class ErasePerson:
    """A request to erase; `authority` is the reference of the deciding authority."""

    caller: Caller
    person_id: PersonId
    basis: ErasureBasis
    authority: str


def erase_person(services: Services, command: ErasePerson) -> None:
    """Erase a person: no search finds them again, and no payload of theirs remains.

    Raises NotPermittedError, NotFoundError, InvalidInputError (no authority).
    """
    command.caller.actor.require(Scope.ERASE)
    if not command.authority:
        raise InvalidInputError("The erasure has no authority: name it.", pointer="/authority")
    with services.units.write() as unit:
        existing(unit.people.person_row(command.person_id))
        # Whoever is merged with them is the same human being.
        everybody = same_person(unit, command.person_id)
        items = sum(unit.people.erase_person(person_id) for person_id in everybody)
        gone = unit.findings.open_exemplars_of(everybody)
        withdraw_exemplars(services, unit, command.caller, gone, Withdrawal.ERASED)
        event = Erased(everybody, command.basis, command.authority, items)
        record(unit, services.surroundings, command.caller, event)
        unit.commit()
    services.gallery.catch_up()
