"""Results of courts laid on records by rule; what no rule can lay waits for people.

The number of an arrest says where a result belongs, and never who the person is: name and birth
must agree as well, and the offences must be those on record. Everything else waits.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain

from domain.access import Caller, Scope
from domain.amending import amended
from domain.amendments import Amendment, AmendmentReason, Change, RecordVersion, SourceKind
from domain.courts.reading import read_court_result
from domain.courts.results import TASKS, CourtResult, Defendant, Doubt, Reason
from domain.errors import (
    ConflictError,
    InvalidIdentifierError,
    InvalidInputError,
    PayloadErasedError,
)
from domain.events.agencies import MatterReceived, MatterStepped
from domain.events.looking import LookKind
from domain.identifiers import parse_pnc_id, plain_asn
from domain.ids import PersonId, PersonRow, UserId
from domain.items import Item, ItemKind, Items, details_of
from domain.matters import WAITING, WORKING_DAYS, Matter, MatterSource, MatterState, Step
from domain.people import Details, PersonName, Record
from domain.plain_values import plain
from matching.names.text import match_form
from rules.calendars import UNITED_KINGDOM, calendar_named
from rules.courts.entering import changes_of, charges_under
from rules.courts.judging import (
    Judged,
    form_doubts,
    is_recordable,
    judged,
    says_nothing,
    tasks_of,
)
from rules.courts.tables import court_tables
from service.storage.agencies.matters import WaitingCount
from service.storage.unit_of_work import UnitOfWork
from service.usecases.existing import existing
from service.usecases.log.recording import look, record
from service.usecases.people.amending import store_amended
from service.usecases.people.merging import same_person
from service.usecases.services import Services

_MOST_LOOKED_AT = 60
"""People whose records are read for one result: those whose details are nearest."""


@dataclass(frozen=True, slots=True)
class TellCourtResult:
    """A message of a court, as it was sent."""

    caller: Caller
    body: bytes


@dataclass(frozen=True, slots=True)
class ToldMatter:
    """A matter as it stands, and what it asks for beside the record."""

    matter: Matter
    tasks: tuple[str, ...] = ()
    is_new: bool = True
    """False where the same content came before."""


@dataclass(frozen=True, slots=True)
class Laid:
    """What the rules make of a result: where it stands, and what it changes."""

    state: MatterState
    reasons: tuple[Reason, ...] = ()
    on: RecordVersion | None = None
    after: Items | None = None
    """The items of the record with the result; None where it changes none."""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class _Holder:
    """A person whom the details of a result may mean, with the record."""

    person_id: PersonId
    record: Record
    agrees: bool
    """Whether name and birth are those of the result."""


def tell_court_result(services: Services, command: TellCourtResult) -> ToldMatter:
    """Take a message of a court: attach it by rule, or let it wait.

    The same content again is the same matter, and changes nothing. Raises NotPermittedError,
    InvalidInputError (no message of a court).
    """
    command.caller.actor.require(Scope.TELL_MATTERS)
    command.caller.require_force()
    result, doubts = read_court_result(command.body)
    return tell_matter(services, command.caller, MatterSource.COURT, result, doubts)


def tell_matter(
    services: Services,
    caller: Caller,
    source: MatterSource,
    result: CourtResult,
    doubts: Sequence[Reason] = (),
) -> ToldMatter:
    """Take a matter that was read, with what was doubtful in reading it."""
    digest = _digest(services, source, result)
    tasks = tasks_of(court_tables(), result)
    with services.units.read() as unit:
        seen_to = unit.records.last_change()
    rows = _likely(services, result)
    with services.units.write() as unit:
        # From here on nobody else tells a matter or is put on record.
        unit.events.lock_last_change()
        before = unit.matters.same(digest)
        if before is not None:
            return ToldMatter(before, tasks, is_new=False)
        if unit.records.last_change() != seen_to:
            rows = _likely(services, result)
        matter = _received(services, caller, source, result, digest)
        if unit.matters.is_taken(source, matter.reference):
            laid = Laid(MatterState.QUARANTINED, (Reason(Doubt.OTHER_CONTENT),))
        else:
            laid = lay(services, unit, result, rows, (*doubts, *_source_doubts(source)))
        unit.matters.add(matter)
        event = MatterReceived(matter.matter_id, source)
        record(unit, services.surroundings, caller, event)
        step = _entered(services, unit, caller, matter, laid)
        unit.commit()
    return ToldMatter(replace(matter, steps=(step,)), tasks)


def _source_doubts(source: MatterSource) -> tuple[Reason, ...]:
    return () if source is MatterSource.COURT else (Reason(Doubt.NOT_A_COURT),)


def _digest(services: Services, source: MatterSource, result: CourtResult) -> str:
    said = json.dumps([source.value, plain(replace(result, reference=""))], sort_keys=True)
    return services.reference_mac(f"matter {said}".encode()).hex()


def _received(
    services: Services, caller: Caller, source: MatterSource, result: CourtResult, digest: str
) -> Matter:
    now = services.surroundings.clock()
    return Matter(
        services.surroundings.new_id(),
        source,
        result.reference or digest,
        digest,
        caller.actor.user_id,
        now,
        result,
    )


def _likely(services: Services, result: CourtResult) -> tuple[PersonRow, ...]:
    """Return the people whom the details most likely mean."""
    return _asked(services, replace(result.details, addresses=()))


def _further(services: Services, result: CourtResult) -> tuple[PersonRow, ...]:
    """Return people of the same name, or of the same birth."""
    said = result.details
    names, births = Details(names=said.names), Details(dates_of_birth=said.dates_of_birth)
    return _asked(services, names) + _asked(services, births)


def _asked(services: Services, said: Details) -> tuple[PersonRow, ...]:
    if said.is_empty:
        return ()
    return services.names.candidates(said, services.policy.scored_candidates)


def lay(
    services: Services,
    unit: UnitOfWork,
    result: CourtResult,
    rows: Sequence[PersonRow],
    doubts: Sequence[Reason] = (),
) -> Laid:
    """Return what the rules make of a result. `rows`: people whom its details may mean."""
    tables = court_tables()
    if says_nothing(tables, result):
        return Laid(MatterState.NOTED)
    reasons = [*doubts, *form_doubts(tables, result)]
    holders = _holders(unit, result, rows)
    if not any(_lists(one.record, result.compared_asn) for one in holders):
        everybody = dict.fromkeys((*rows, *_further(services, result)))
        holders = _holders(unit, result, tuple(everybody))
    named = [one for one in holders if _lists(one.record, result.compared_asn)]
    if not named and not is_recordable(tables, result):
        return Laid(MatterState.NOTED)
    agreeing = [one for one in named if one.agrees]
    if len(agreeing) != 1:
        reasons += _without_one(agreeing, named)
        is_anybody = any(one.agrees for one in holders) or bool(named)
        return Laid(MatterState.DOUBTFUL if is_anybody else MatterState.NOBODY, _once(reasons))
    (holder,) = agreeing
    reasons += _person_doubts(unit, result, holder, holders)
    version = _live(unit, holder.record)
    found = Judged()
    if not any(one.doubt is Doubt.TOO_MANY_OFFENCES for one in reasons):
        found = judged(tables, result, charges_under(version.items.held, result.compared_asn))
        reasons += found.doubts
    if reasons:
        return Laid(MatterState.DOUBTFUL, _once(reasons))
    return tried(services, result, version, found)


def _once(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(reasons))


def _without_one(agreeing: Sequence[_Holder], named: Sequence[_Holder]) -> tuple[Reason, ...]:
    if agreeing:
        return (Reason(Doubt.NAMESAKE, "/asn"),)
    doubt = Doubt.OTHER_PERSON if named else Doubt.ASN_UNKNOWN
    return (Reason(doubt, "/defendant" if named else "/asn"),)


def _person_doubts(
    unit: UnitOfWork, result: CourtResult, holder: _Holder, holders: Sequence[_Holder]
) -> tuple[Reason, ...]:
    """Return why the holder of the number may still be somebody else."""
    said = result.defendant.pnc_id
    if said and result.heard_on is not None:
        own = _canonical(holder.record.details.pnc_ids, result)
        given = _canonical((said,), result)
        if own and given and not own & given:
            return (Reason(Doubt.OTHER_PNC_ID, "/defendant/pnc_id"),)
        if own & given:
            return ()
    others = {one.person_id for one in holders if one.agrees} - {holder.person_id}
    if others and not others <= set(same_person(unit, holder.person_id)):
        return (Reason(Doubt.NAMESAKE, "/defendant"),)
    return ()


def _canonical(numbers: Sequence[str], result: CourtResult) -> set[str]:
    found = set()
    for one in numbers:
        try:
            day = result.heard_on
            if day is not None:
                found.add(parse_pnc_id(one.upper(), reference_date=day).canonical)
        except InvalidIdentifierError:
            continue
    return found


def _holders(
    unit: UnitOfWork, result: CourtResult, rows: Sequence[PersonRow]
) -> tuple[_Holder, ...]:
    """Return the people whose details agree; where none lists the number, the nearest others."""
    held = unit.people.held(rows)
    near = [row for row in rows if row in held and held[row].details is not None]
    agreeing = [row for row in near if _agrees(result.defendant, held[row].details or Details())]
    found = _with_records(unit, agreeing, agrees=True)
    if any(_lists(one.record, result.compared_asn) for one in found):
        return found
    others = [row for row in near if row not in agreeing][:_MOST_LOOKED_AT]
    return found + _with_records(unit, others, agrees=False)


def _with_records(
    unit: UnitOfWork, rows: Sequence[PersonRow], *, agrees: bool
) -> tuple[_Holder, ...]:
    records = unit.people.records_of(rows)
    return tuple(_Holder(one.person_id, one, agrees) for one in records.values())


_ABOUT_THE_CHARGE = frozenset(
    {
        *(Doubt.OFFENCES_DIFFER, Doubt.WHICH_CHARGE, Doubt.WHICH_CASE, Doubt.PENALTY_OR_COURT),
        *(Doubt.ADDED_TO_PENALTY, Doubt.JUDGED_ALREADY, Doubt.NEVER_JUDGED, Doubt.UNRESULTED),
        *(Doubt.REMAND_AND_SENTENCE, Doubt.CHANGE_AND_SENTENCE, Doubt.NOTHING_ENTERED),
    }
)


def takes_one(matter: Matter, held: Sequence[Item], by: UserId) -> bool:
    """Whether one person may attach a matter to the record with these items.

    Number, name and birth agree, only the charge was ever in doubt, the matter stood on no record
    before, and somebody else told it.
    """
    result, first = matter.content, matter.steps[0]
    return (
        result is not None
        and bool(first.reasons)
        and {one.doubt for one in first.reasons} <= _ABOUT_THE_CHARGE
        and all(one.state is not MatterState.ATTACHED for one in matter.steps)
        and matter.received_by != by
        and _agrees(result.defendant, details_of(held))
        and bool(charges_under(held, result.compared_asn))
    )


def _agrees(said: Defendant, details: Details) -> bool:
    """Whether surname, first forename, day of birth and sex are those of a person on record."""
    born = said.born_on
    births = {one.earliest for one in details.dates_of_birth if one.is_complete}
    if born is None or born not in births:
        return False
    if said.sex is not None and details.sex is not None and said.sex is not details.sex:
        return False
    return any(_is_named(said.name, one) for one in details.names)


def _is_named(said: PersonName, held: PersonName) -> bool:
    """Whether surnames are equal, and the given names of one begin with all those of the other."""
    surnames = {match_form(said.surname), match_form(held.surname)}
    given = [match_form(f"{one.forename} {one.middle_names}").split() for one in (said, held)]
    shorter = min(map(len, given))
    is_equal = given[0][:shorter] == given[1][:shorter]
    return len(surnames) == 1 and "" not in surnames and shorter > 0 and is_equal


def _lists(held: Record, asn: str) -> bool:
    return any(plain_asn(report.asn) == asn for report in held.arrest_reports if asn)


def _live(unit: UnitOfWork, held: Record) -> RecordVersion:
    head = next(one for one in unit.records.versions(held.record_id) if one.is_live)
    version = unit.records.version(held.record_id, head.version)
    if version is None:
        raise ConflictError("The record has changed meanwhile: tell the result again.")
    return version


def tried(services: Services, result: CourtResult, version: RecordVersion, found: Judged) -> Laid:
    """Return a result that the record takes, or the doubt that it does not."""
    today = services.surroundings.clock().date()
    held = (version.items.held, version.head.force)
    try:
        changes = changes_of(court_tables(), result, found, held, today)
        after = amended(version.items, changes, today=today) if changes else None
    except (InvalidInputError, ConflictError):
        return Laid(MatterState.DOUBTFUL, (Reason(Doubt.RECORD_REFUSES),))
    return Laid(MatterState.ATTACHED, (), version, after, changes)


def _entered(
    services: Services, unit: UnitOfWork, caller: Caller, matter: Matter, laid: Laid
) -> Step:
    """Store the first step of a matter, and the version of the record that it makes."""
    version = None
    if laid.on is not None and matter.content is not None:
        version = amend_by(services, unit, caller, matter, laid)
    step = Step(
        matter.matter_id,
        1,
        laid.state,
        caller.actor.user_id,
        services.surroundings.clock(),
        laid.reasons,
        person_id=None if laid.on is None else laid.on.head.person_id,
        record_id=None if laid.on is None else laid.on.head.record_id,
        version=version,
    )
    store_step(services, unit, caller, step)
    return step


def store_step(services: Services, unit: UnitOfWork, caller: Caller, step: Step) -> None:
    """Store a step of a matter in the current transaction, with its event."""
    unit.matters.step(step)
    event = MatterStepped(
        step.matter_id, step.number, step.state, step.record_id, step.person_id, step.version
    )
    record(unit, services.surroundings, caller, event)


def amend_by(
    services: Services, unit: UnitOfWork, caller: Caller, matter: Matter, laid: Laid
) -> int:
    """Write what a result changes to its record; return the version that tells it."""
    result, before = matter.content, laid.on
    if result is None or before is None:
        raise PayloadErasedError
    if laid.after is None:
        return before.head.version
    amendment = Amendment(
        laid.changes,
        AmendmentReason.COURT_RESULT,
        "Result of a court, laid on the charges under its Arrest Summons Number.",
        SourceKind.COURT,
        f"matter {matter.matter_id}, court {result.court}, case {result.case_number}",
    )
    return store_amended(services, unit, caller, (before, laid.after), amendment)


MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class Inbox:
    """The matters that wait, oldest first, how many there are, and those past their day."""

    counts: tuple[WaitingCount, ...]
    waiting: tuple[Matter, ...]
    """At most `MOST_LISTED`."""
    late: frozenset[str]
    """Ids of those listed that should stand on a record by now."""


def list_matters(services: Services, caller: Caller) -> Inbox:
    """Return what waits. Raises NotPermittedError."""
    caller.actor.require(Scope.READ_REQUESTS)
    with services.units.read() as unit:
        counts = unit.matters.counts()
        waiting = unit.matters.waiting(sorted(WAITING), limit=MOST_LISTED)
    look(services, caller, LookKind.MATTERS, (one.matter_id for one in waiting))
    today = services.surroundings.clock().date()
    late = frozenset(
        one.matter_id for one in waiting if last_day(one.source, one.received_at) < today
    )
    return Inbox(counts, waiting, late)


def show_matter(services: Services, caller: Caller, matter_id: str) -> Matter:
    """Return a matter with its content and steps. Raises NotPermittedError, NotFoundError."""
    caller.actor.require(Scope.READ_REQUESTS)
    with services.units.read() as unit:
        matter = existing(unit.matters.get(matter_id))
    people = (step.person_id for step in matter.steps)
    look(services, caller, LookKind.MATTER, (matter_id, *people))
    return matter


def last_day(source: MatterSource, received_at: datetime) -> date:
    """Return the last day on which a matter may wait: working days from the day after."""
    calendar = calendar_named(UNITED_KINGDOM)
    start = received_at.date() + timedelta(days=1)
    return calendar.last_working_day(start, WORKING_DAYS[source])


@dataclass(frozen=True, slots=True)
class LikelyRecord:
    """A record on which a matter may belong, as it is compared by a person."""

    record: Record
    version: int
    """The live one."""
    agrees: bool
    """Whether name and birth are those of the matter."""
    lists_number: bool
    takes_one: bool
    """Whether the caller may attach the matter alone."""
    charges: tuple[Item, ...]
    """The offences of its arrest reports."""


_MOST_SHOWN = 5


def likely_records(services: Services, caller: Caller, matter_id: str) -> tuple[LikelyRecord, ...]:
    """Return the records on which a matter that waits may belong, the likeliest first.

    Raises NotPermittedError, NotFoundError, PayloadErasedError.
    """
    caller.actor.require(Scope.WORK_REQUESTS)
    with services.units.read() as unit:
        matter = existing(unit.matters.get(matter_id))
    if matter.content is None:
        raise PayloadErasedError
    rows = _likely(services, matter.content)
    with services.units.read() as unit:
        holders = _holders(unit, matter.content, rows)[:_MOST_SHOWN]
        by = caller.actor.user_id
        shown = tuple(_shown(unit, one, matter, by) for one in holders)
    people = ((one.record.person_id, one.record.record_id) for one in shown)
    look(services, caller, LookKind.MATTER, (matter_id, *chain.from_iterable(people)))
    return tuple(sorted(shown, key=lambda one: (not one.lists_number, not one.agrees)))


def _shown(unit: UnitOfWork, holder: _Holder, matter: Matter, by: UserId) -> LikelyRecord:
    version = _live(unit, holder.record)
    number = "" if matter.content is None else matter.content.compared_asn
    offences = (one for one in version.items.held if one.kind is ItemKind.OFFENCE)
    return LikelyRecord(
        holder.record,
        version.head.version,
        holder.agrees,
        _lists(holder.record, number),
        takes_one(matter, version.items.held, by),
        tuple(offences),
    )


def tasks_named(matter: Matter) -> tuple[str, ...]:
    """Return in sentences what a matter asks for beside the record."""
    raised = () if matter.content is None else tasks_of(court_tables(), matter.content)
    return tuple(TASKS[one] for one in raised)
