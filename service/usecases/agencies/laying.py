"""The rules that put a matter on a record, or say why it waits for people."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.agencies.matters import MatterContent, MatterState, told_doubts
from domain.courts.results import CourtResult, Doubt, Reason
from domain.errors import ConflictError, InvalidInputError
from domain.ids import PersonRow
from domain.people.amending import amended
from domain.people.amendments import Change, RecordVersion
from domain.people.claims import with_claims
from domain.people.items import Items
from rules.courts.entering import changes_of, charges_under
from rules.courts.judging import Judged, form_doubts, is_recordable, judged, says_nothing
from rules.courts.tables import CourtTables, court_tables
from service.storage.unit_of_work import UnitOfWork
from service.usecases.agencies.holders import (
    as_result,
    further_people,
    holders_among,
    lists_number,
    live_version,
    person_doubts,
    without_one,
)
from service.usecases.people.offence_tables import offence_table
from service.usecases.services import Services


@dataclass(frozen=True, slots=True)
class Laid:
    """The outcome of the rules for a result: its state, the reasons, and its changes to a
    record.
    """

    state: MatterState
    reasons: tuple[Reason, ...] = ()
    on: RecordVersion | None = None
    after: Items | None = None
    """The items of the record with the result; None if the result changes no items."""
    changes: tuple[Change, ...] = ()
    laid: tuple[tuple[int, str], ...] = ()
    """The items of the record that the parts of the message are, where a person laid them."""


def lay(
    services: Services,
    unit: UnitOfWork,
    content: MatterContent,
    rows: Sequence[PersonRow],
    doubts: Sequence[Reason] = (),
) -> Laid:
    """Apply the rules to a matter and return the outcome. `rows` are people whose details may
    match it.
    """
    if isinstance(content, CourtResult):
        return _laid(services, unit, content, rows, doubts)
    is_anybody = any(one.agrees for one in holders_among(unit, as_result(content), rows))
    # People decide on each conviction of another country.
    return Laid(MatterState.DOUBTFUL if is_anybody else MatterState.NOBODY, told_doubts(content))


def _laid(
    services: Services,
    unit: UnitOfWork,
    result: CourtResult,
    rows: Sequence[PersonRow],
    doubts: Sequence[Reason],
) -> Laid:
    tables = court_tables().with_office(offence_table(unit), result.heard_on)
    if says_nothing(tables, result):
        return Laid(MatterState.NOTED)
    today = services.surroundings.clock().date()
    reasons = [*doubts, *form_doubts(tables, result, today)]
    holders = holders_among(unit, result, rows)
    if not any(lists_number(one.record, result.compared_asn) for one in holders):
        everybody = dict.fromkeys((*rows, *further_people(services, result)))
        holders = holders_among(unit, result, tuple(everybody))
    named = [one for one in holders if lists_number(one.record, result.compared_asn)]
    if not named and not is_recordable(tables, result):
        return Laid(MatterState.NOTED)
    agreeing = [one for one in named if one.agrees]
    if len(agreeing) != 1:
        reasons += without_one(agreeing, named)
        is_anybody = any(one.agrees for one in holders) or bool(named)
        return Laid(MatterState.DOUBTFUL if is_anybody else MatterState.NOBODY, _once(reasons))
    (holder,) = agreeing
    reasons += person_doubts(services, unit, result, holder, holders)
    version = live_version(unit, holder.record)
    found = Judged()
    if not any(one.doubt is Doubt.TOO_MANY_OFFENCES for one in reasons):
        found = judged(tables, result, charges_under(version.items.held, result.compared_asn))
        reasons += found.doubts
    if reasons:
        return Laid(MatterState.DOUBTFUL, _once(reasons))
    return _tried(services, tables, result, (version, found))


def _once(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(reasons))


def _tried(
    services: Services,
    tables: CourtTables,
    result: CourtResult,
    judged_on: tuple[RecordVersion, Judged],
) -> Laid:
    """Return the changes that a result makes to the record, or the doubt that prevents them."""
    version, found = judged_on
    today = services.surroundings.clock().date()
    held = (version.items.held, version.head.force)
    try:
        changes = with_claims(
            changes_of(tables, result, found, held, today), version.items, result.details
        )
        after = amended(version.items, changes, today=today) if changes else None
    except (InvalidInputError, ConflictError):
        return Laid(MatterState.DOUBTFUL, (Reason(Doubt.RECORD_REFUSES),))
    return Laid(MatterState.ATTACHED, (), version, after, changes)
