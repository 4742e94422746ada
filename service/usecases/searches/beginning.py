"""Starting a record without prints, for a person summonsed or reported but never arrested.

People whom the details may describe are checked first, so that nobody gets a second record by
mistake.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from domain.access.access import Caller, Scope
from domain.errors import ConflictError, InvalidInputError, NotFoundError, existing
from domain.events.conversion import RecordBegun
from domain.ids import CandidateId, PersonId, RecordId, SearchId
from domain.people.partial_dates import refuse_future
from domain.people.people import Record
from domain.plain_values import made_from
from domain.searches.searches import Candidate, SearchType
from service.ports.surroundings import planned_once
from service.storage.unit_of_work import UnitOfWork
from service.usecases.idempotency import IdempotencyKey, claimed, remember
from service.usecases.log.recording import record
from service.usecases.people.enrolment import NewRecord
from service.usecases.searches.enquiries import TOLD_BANDS, weigh_names
from service.usecases.services import Services


@dataclass(frozen=True, slots=True)
class BeginRecord:
    """A record to start, for a person without prints."""

    caller: Caller
    content: NewRecord
    enquiry_id: SearchId | None = None
    """The names enquiry in which the caller was shown the people who may be this person."""
    excluded: frozenset[CandidateId] = frozenset()
    """The candidates of that enquiry who, the caller says, are other people."""
    idempotency: IdempotencyKey | None = None


@dataclass(frozen=True, slots=True)
class BegunRecord:
    """A new record, and its person."""

    record_id: RecordId
    person_id: PersonId


@planned_once()
def begin_record(services: Services, command: BeginRecord) -> BegunRecord:
    """Start a record for a person without prints. The next names enquiry finds it.

    Raises NotPermittedError, InvalidInputError (no name, birth or entry, or an impossible day),
    NotFoundError (no such names enquiry of the caller's force), ConflictError (a person on record
    may be the same and was not excluded), IdempotencyConflictError, IndexNotReadyError.
    """
    command.caller.actor.require(Scope.BEGIN_RECORDS)
    command.caller.require_force()
    _check(command.content, services.today())
    with services.units.read() as unit:
        searched_to = unit.records.last_change()
    named = weigh_names(services, command.content.details).candidates
    with services.units.begin() as unit:
        earlier = claimed(unit, command.caller, command.idempotency)
        if earlier is not None:
            return _begun(unit, RecordId(earlier))
        # From here on no other record can be started, so two calls cannot start two records for
        # one person.
        unit.events.lock_last_change()
        if unit.records.last_change() != searched_to:
            named = weigh_names(services, command.content.details).candidates
        _meet(unit, command, named)
        begun = _store(services, unit, command)
        remember(services, unit, command.caller, command.idempotency, begun.record_id)
    return begun


def _begun(unit: UnitOfWork, record_id: RecordId) -> BegunRecord:
    heads = unit.records.versions(record_id)
    return BegunRecord(record_id, existing(heads[0] if heads else None).person_id)


def _meet(unit: UnitOfWork, command: BeginRecord, named: tuple[Candidate, ...]) -> None:
    """Refuse to start a record if a person on record may be the same and was not excluded."""
    alike = {one.person_id for one in named if one.evidence.band in TOLD_BANDS}
    if alike <= _excluded(unit, command):
        return
    detail = (
        "This person may already be on record: make a names enquiry with these details, give "
        "the id of the enquiry, and exclude each candidate who is another person."
    )
    pointer = "/enquiry_id" if command.enquiry_id is None else "/excluded"
    raise ConflictError(detail, pointer=pointer)


def _excluded(unit: UnitOfWork, command: BeginRecord) -> frozenset[PersonId]:
    if command.enquiry_id is None:
        return frozenset()
    search = unit.searches.get(command.enquiry_id)
    is_ours = search is not None and search.force == command.caller.actor.force
    if search is None or not is_ours or search.search_type is not SearchType.NAMES:
        raise NotFoundError(pointer="/enquiry_id")
    shown = unit.searches.candidates(command.enquiry_id)
    if not command.excluded <= {one.candidate_id for one in shown}:
        raise InvalidInputError(
            "The enquiry does not show this candidate: exclude only candidates that it shows.",
            pointer="/excluded",
        )
    return frozenset(one.person_id for one in shown if one.candidate_id in command.excluded)


def _store(services: Services, unit: UnitOfWork, command: BeginRecord) -> BegunRecord:
    new_id, said = services.surroundings.new_id, command.content
    begun = BegunRecord(RecordId(new_id()), PersonId(new_id()))
    unit.people.add_person(begun.person_id)
    unit.people.put_record(
        made_from(
            Record,
            said,
            record_id=begun.record_id,
            person_id=begun.person_id,
            force=command.caller.require_force(),
        )
    )
    event = RecordBegun(
        begun.record_id,
        begun.person_id,
        enquiry_id=command.enquiry_id,
        excluded=len(command.excluded) if command.enquiry_id else None,
    )
    record(services, unit, command.caller, event)
    return begun


def _check(said: NewRecord, today: date) -> None:
    """Check what is needed instead of prints.

    These are a name, a birth, and the entry that starts the record. Raises InvalidInputError with
    a pointer.
    """
    if not any(name.display.strip() for name in said.details.names):
        raise InvalidInputError("Name the person.", pointer="/names")
    births = [day.earliest for day in said.details.dates_of_birth if day.earliest is not None]
    if not births:
        raise InvalidInputError(
            "State at least the year of birth: there are no prints to identify the person.",
            pointer="/dates_of_birth",
        )
    if not said.arrest_reports:
        raise InvalidInputError(
            "State the arrest, summons or report for which the record is started.",
            pointer="/arrest_reports",
        )
    for number, report in enumerate(said.arrest_reports):
        if not report.offences:
            pointer = f"/arrest_reports/{number}/offences"
            raise InvalidInputError("State at least one offence.", pointer=pointer)
    _check_days(said, births, today)


def _check_days(said: NewRecord, births: Sequence[date], today: date) -> None:
    for day, pointer in _days(said):
        refuse_future(day, today, pointer)
        if day < min(births):
            raise InvalidInputError(
                "A date is before the person was born: correct that date, or the date of birth.",
                pointer=pointer,
            )


def _days(said: NewRecord) -> Iterator[tuple[date, str]]:
    for i, report in enumerate(said.arrest_reports):
        at = f"/arrest_reports/{i}"
        yield report.on, f"{at}/on"
        for j, offence in enumerate(report.offences):
            yield offence.committed_on, f"{at}/offences/{j}/committed_on"
            for k, disposal in enumerate(offence.disposals):
                yield disposal.on, f"{at}/offences/{j}/disposals/{k}/on"
