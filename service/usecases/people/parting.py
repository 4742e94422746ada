"""The second supervisor's part in a merge, or in undoing one because the person is really two.

Each entry recorded during the merge then goes to the person whom its own evidence shows. Where
nothing decides, a dispute waits for case officers, and neither person gets a certificate.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from domain.access.access import Caller, Scope
from domain.errors import ConflictError, InvalidInputError, existing
from domain.events.people import PersonsMerged, PersonsUnmerged
from domain.examination.cases import Withdrawal
from domain.ids import EncounterId, PersonId, RecordId
from domain.people.amendments import RecordVersion
from domain.people.disputes import Dispute, DisputeCause, Home, Known, homes_of, known_in
from domain.people.items import Items
from domain.people.people import Record
from domain.retention.capture_facts import CaptureFact, FactKind, in_force
from domain.retention.erasures import Merge
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import record
from service.usecases.people.amending import join_nationalities, live_version_of
from service.usecases.people.ended_cases import withdraw_exemplars
from service.usecases.people.merging import claimed_human, same_person
from service.usecases.people.rehoming import At, move
from service.usecases.services import Services, StoreServices

NOTHING = Items((), ())


def part_matters(
    services: StoreServices,
    unit: UnitOfWork,
    caller: Caller,
    undone: Merge,
    moved: Collection[EncounterId],
) -> None:
    """Divide the entries between two people whose merge has just been undone, or open disputes.

    `undone` is the undoing and `moved` the captures that it gives back to the second person. Call
    this in its transaction.
    """
    at = At(services, unit, caller)
    merges = unit.events.about(str(undone.undoes), [PersonsMerged.event_type])
    merged_at = existing(next(iter(merges), None)).seq
    own, other = _prints(unit, undone, moved)
    sides = (
        _Side(unit, undone.surviving, merged_at, own),
        _Side(unit, undone.absorbed, merged_at, other),
    )
    planned = [one.homes(other) for one, other in (sides, sides[::-1])]
    for side, beside, homes in zip(sides, sides[::-1], planned, strict=True):
        for home in homes:
            _settle(at, undone, (side, beside), home)


def _prints(
    unit: UnitOfWork, undone: Merge, moved: Collection[EncounterId]
) -> tuple[Known, Known]:
    """Return the facts shown by the prints of each of the two people.

    Until the transaction commits, captures that the undoing gives back to the second person are
    still read as the first person's.
    """
    back = {*unit.merges.origins(moved), *moved}
    first = unit.people.person_row(undone.surviving)
    rows = [row for row in (first, unit.people.person_row(undone.absorbed)) if row is not None]
    taken = [(row, one) for row in rows for one in unit.held_people.taken([row])]
    facts = unit.capture_facts.of(rows)

    def known(*, other: bool) -> Known:
        mine = [one for row, one in taken if (row != first or one.encounter_id in back) is other]
        named = (_event(facts.get(one.encounter_row, ())) for one in mine)
        arrests = frozenset((one.force, one.taken_on) for one in mine)
        return Known(arrests=arrests, named=frozenset(named) - {""})

    return known(other=False), known(other=True)


class _Side:
    """One of the two people: their record before the merge and now, and the facts about them."""

    def __init__(
        self, unit: UnitOfWork, person_id: PersonId, merged_at: int, prints: Known
    ) -> None:
        self.person_id = person_id
        row = unit.people.person_row(person_id)
        record = None if row is None else unit.people.records_of([row]).get(row)
        self.record_id = None if record is None else record.record_id
        self.before = _before(unit, record, merged_at)
        self.now = NOTHING if record is None else _now(unit, record.record_id)
        known = known_in(self.before)
        self.known = replace(known, arrests=prints.arrests, named=prints.named)

    def homes(self, other: _Side) -> tuple[Home, ...]:
        """Return, for each entry that this record gained during the merge, whom it is about."""
        if self.record_id is None:
            return ()
        return homes_of(self.before, self.now, self.record_id, (self.known, other.known))


def _before(unit: UnitOfWork, record: Record | None, merged_at: int) -> Items:
    """Return the items of a record before the merge; none if that version is withheld."""
    if record is None:
        return NOTHING
    version = unit.records.version(
        record.record_id, unit.records.number_at(record.record_id, merged_at)
    )
    return NOTHING if version is None else version.items


def _now(unit: UnitOfWork, record_id: RecordId) -> Items:
    version = live_version_of(unit, record_id)
    return NOTHING if version is None else version.items


def _event(facts: Sequence[CaptureFact]) -> str:
    """Return the entry at which officers say a capture was taken; empty if they have not said."""
    said = in_force(facts).get(FactKind.EVENT)
    return "" if said is None else said.event


def _settle(at: At, undone: Merge, sides: tuple[_Side, _Side], home: Home) -> None:
    side, other = sides
    if home.is_elsewhere and other.record_id is not None and _moved(at, sides, home):
        return
    if not home.is_doubtful and not home.is_elsewhere:
        return
    dispute = Dispute(
        at.services.new_id(),
        DisputeCause.PARTING,
        side.person_id,
        other.person_id,
        _known(side.record_id),
        home.entries[0].item_id,
        None,
        undone.merge_id,
        at.caller.actor.user_id,
        at.services.now(),
        home.words,
    )
    at.open(dispute)


def _moved(at: At, sides: tuple[_Side, _Side], home: Home) -> bool:
    """Move entries to the other record. False if that record cannot take them."""
    on = tuple(live_version_of(at.unit, _known(one.record_id)) for one in sides)
    why = f"Two people were parted; {', '.join(home.other)} shows whose entry it is."
    try:
        move(at, home.entries, (_live(on[0]), _live(on[1])), why)
    except (ConflictError, InvalidInputError):
        return False
    return True


def _live(version: RecordVersion | None) -> RecordVersion:
    if version is None:
        raise ConflictError("The record is no longer in use: reload the page.")
    return version


def _known(record_id: RecordId | None) -> RecordId:
    if record_id is None:
        raise ConflictError("The person has no record.")
    return record_id


def confirm_merge(services: Services, caller: Caller, merge_id: str) -> int:
    """Confirm another person's proposal; return the number of captures moved.

    The next search finds them under the other person. Their records have the nationalities of both
    while they are one, so that States are told. Undoing a merge also parts the matters that were
    put on record meanwhile (`parting`). Raises NotPermittedError, NotFoundError,
    SelfVerificationError (the same person proposed it), ConflictError (already confirmed, or one
    of the two has meanwhile been merged).
    """
    with services.begin(caller, Scope.MERGE) as unit:
        proposal = existing(unit.merges.get(merge_id))
        # From here on nobody attaches a matter to either record, or identifies their captures.
        claimed_human(unit, proposal.surviving, proposal.absorbed)
        merge = replace(
            proposal,
            confirmed_by=caller.actor.user_id,
            confirmed_at=services.now(),
        )
        moved = unit.merges.confirm(merge)
        gone = unit.findings.open_exemplars_from(unit.merges.origins(moved))
        withdraw_exemplars(services, unit, caller, gone, Withdrawal.MERGED)
        kind = PersonsUnmerged if merge.undoes else PersonsMerged
        event = kind(
            merge_id,
            merge.surviving,
            merge.absorbed,
            moved=tuple(moved),
            captures=len(moved),
            undoes=merge.undoes,
        )
        record(services, unit, caller, event)
        for one in (merge.surviving, merge.absorbed):
            join_nationalities(services, unit, caller, same_person(unit, one))
        if merge.undoes is not None:
            part_matters(services, unit, caller, merge, moved)
    services.gallery.catch_up()
    return len(moved)
