"""Deletion of data about arrests: a person's arrests, and the deletion cases opened for them.

The office passes the requests on: a case officer opens a case for each arrest, and the force that
owns the arrest decides it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from domain import errors
from domain.access.access import Caller, Scope
from domain.events.disclosure import DeletionAsked
from domain.events.looking import LookKind
from domain.ids import DeletionId, EncounterId, ForceCode, RecordId, RequestId
from domain.people.items import content_of
from domain.people.people import ArrestReport
from domain.requests.request_states import RequestState
from domain.requests.requests import RequestFile
from domain.retention import disclosure
from rules.data_files import deletion_ground
from rules.offence_codes import titled
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import Concern, look, record
from service.usecases.people.amending import live_version_of
from service.usecases.people.offence_tables import offence_table
from service.usecases.requests.assessing import people_of, rows_of
from service.usecases.services import Services, StoreServices

KIND = "record-deletion"


@dataclass(frozen=True, slots=True)
class Arrest:
    """An arrest of the person of a request, and whether its deletion can be requested."""

    record_id: RecordId
    item_id: str
    """Id of the arrest report."""
    report: ArrestReport
    why_not: str
    """A sentence for the person on why it cannot; empty if it can."""


@dataclass(frozen=True, slots=True)
class Capture:
    """Prints of the person of a request."""

    encounter_id: EncounterId
    force: ForceCode


@dataclass(frozen=True, slots=True)
class DeletionsOfRequest:
    """The arrests and prints of the person of a request, and the deletion cases opened."""

    arrests: tuple[Arrest, ...]
    captures: tuple[Capture, ...]
    cases: tuple[disclosure.DeletionCase, ...]


@dataclass(frozen=True, slots=True)
class AskDeletion:
    """A deletion case to open, for one arrest."""

    caller: Caller
    request_id: RequestId
    record_id: RecordId
    item_id: str
    asked: frozenset[disclosure.DeletionPart]
    captures: tuple[EncounterId, ...]
    """The prints taken at this arrest; needed if deletion of prints is requested."""
    ground: str
    words: str = ""


def deletions_of(
    services: StoreServices, caller: Caller, request_id: RequestId
) -> DeletionsOfRequest:
    """Return arrests, prints and cases of a request. Raises NotPermittedError, NotFoundError."""
    with services.reading(caller, Scope.READ_REQUESTS) as unit:
        file = _file(unit, request_id)
        found = DeletionsOfRequest(
            tuple(arrests(unit, file)),
            tuple(_captures(unit, file)),
            unit.deletions.of_request(request_id),
        )
    named: list[str] = [one.record_id for one in found.arrests]
    named += [one.deletion_id for one in found.cases]
    named += [one.encounter_id for one in found.captures]
    look(services, caller, LookKind.DELETIONS, (request_id, file.person_id, *named))
    return found


def _file(unit: UnitOfWork, request_id: RequestId) -> RequestFile:
    file = errors.existing(unit.requests.file(request_id))
    if file.request.kind != KIND:
        raise errors.NotFoundError
    return file


def arrests(unit: UnitOfWork, file: RequestFile) -> Iterator[Arrest]:
    """Yield the arrests of the person of a request, from the live versions of their records."""
    rows = rows_of(unit, people_of(unit, file))
    held = unit.people.records_of(rows).values() if rows else ()
    table = offence_table(unit)
    for one in sorted(held, key=lambda each: each.record_id):
        version = errors.existing(live_version_of(unit, one.record_id))
        ids = [item.item_id for item in version.items.held if isinstance(item.value, ArrestReport)]
        reports = content_of(version.items.held).reports
        for item_id, report in zip(ids, reports, strict=True):
            yield Arrest(one.record_id, item_id, titled(table, report), disclosure.why_not(report))


def arrest_of(
    unit: UnitOfWork, file: RequestFile, record_id: RecordId, item_id: str
) -> Arrest | None:
    """Return one arrest of the person of a request; None if it is not on record."""
    wanted = (record_id, item_id)
    found = (one for one in arrests(unit, file) if (one.record_id, one.item_id) == wanted)
    return next(found, None)


def _captures(unit: UnitOfWork, file: RequestFile) -> Iterator[Capture]:
    rows = rows_of(unit, people_of(unit, file))
    if rows:
        for encounter_id, force in unit.own_answers.captures(rows):
            yield Capture(encounter_id, force)


def ask_deletion(services: Services, command: AskDeletion) -> disclosure.DeletionCase:
    """Open a case for an arrest and send it to the force that owns the arrest.

    Raises NotPermittedError, NotFoundError, RequestStepError (the request is not at the decision),
    InvalidInputError (nothing requested, an unknown arrest, or prints of another person),
    UnknownRuleError (an unknown ground), ConflictError (a conviction, open proceedings, prints
    that a link is based on, or a case is already open).
    """
    command.caller.actor.require(Scope.WORK_REQUESTS)
    deletion_ground(command.ground)
    if not command.asked:
        raise errors.InvalidInputError(
            "State whether the request is about the entry, the prints or both.", pointer="/asked"
        )
    with services.units.begin() as unit:
        file = _file(unit, command.request_id)
        if file.state is not RequestState.DECIDING or file.person_id is None:
            raise errors.RequestStepError("Identify the person first, then open a case.")
        case = _case(services, unit, file, command)
        unit.deletions.open(case)
        event = DeletionAsked(
            case.deletion_id, case.request_id, case.person_id, case.owner, case.ground
        )
        record(services, unit, command.caller, event, Concern(case.owner))
    return case


def _case(
    services: Services, unit: UnitOfWork, file: RequestFile, command: AskDeletion
) -> disclosure.DeletionCase:
    arrest = arrest_of(unit, file, command.record_id, command.item_id)
    if arrest is None or file.person_id is None:
        raise errors.InvalidInputError(
            "The person has no such arrest: choose an arrest that is on the record.",
            pointer="/item_id",
        )
    if arrest.why_not:
        raise errors.ConflictError(arrest.why_not)
    return disclosure.DeletionCase(
        DeletionId(services.new_id()),
        command.request_id,
        file.person_id,
        arrest.record_id,
        arrest.item_id,
        arrest.report.force,
        command.asked,
        _prints(unit, file, command, arrest.report.force),
        command.ground,
        command.words,
        command.caller.actor.user_id,
        services.now(),
    )


def _prints(
    unit: UnitOfWork, file: RequestFile, command: AskDeletion, owner: ForceCode
) -> tuple[EncounterId, ...]:
    if disclosure.DeletionPart.PRINTS not in command.asked:
        return ()
    held = {one.encounter_id for one in _captures(unit, file) if one.force == owner}
    if not command.captures or not held.issuperset(command.captures):
        raise errors.InvalidInputError(
            "Choose the prints that this force took at the arrest.", pointer="/captures"
        )
    if unit.deletions.linked(command.captures):
        raise errors.ConflictError("A link is based on these prints: revoke the link first.")
    return tuple(sorted(set(command.captures)))
