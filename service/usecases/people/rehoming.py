"""Moves entries that are about another person to that person's record, or takes them off.

Matters of the inbox and their steps are stored here too, each with its event.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.access.access import Caller
from domain.agencies.matters import Matter, MatterState, Step, details_in
from domain.errors import ConflictError, existing
from domain.events.agencies import MatterReceived, MatterStepped
from domain.events.people import DisputeOpened
from domain.ids import RecordId
from domain.people.amending import amended
from domain.people.amendments import (
    Add,
    Amendment,
    AmendmentReason,
    Change,
    ChangeKind,
    Correct,
    RecordVersion,
    SourceKind,
    Withdraw,
    changes_between,
)
from domain.people.claims import new_claims
from domain.people.disputes import Dispute
from domain.people.items import Item, Items, ItemValue, content_of, details_of
from domain.retention.disclosure import with_parts
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import record
from service.usecases.people.amending import live_version_of, store_amended
from service.usecases.services import StoreServices


def store_matter(
    services: StoreServices, unit: UnitOfWork, caller: Caller, matter: Matter
) -> bool:
    """Store a matter without its steps. False if the same content is already stored under its
    reference.
    """
    is_new = unit.matters.add(matter)
    if is_new:
        record(services, unit, caller, MatterReceived(matter.matter_id, matter.source))
    return is_new


def store_step(
    services: StoreServices,
    unit: UnitOfWork,
    caller: Caller,
    step: Step,
    kept_until: date | None = None,
) -> None:
    """Store a step of a matter. Raises the errors of `Matters.step`.

    `kept_until` is the day because of which its content was destroyed.
    """
    unit.matters.step(step)
    event = MatterStepped(
        *(step.matter_id, step.number, step.state, step.record_id, step.person_id, step.version),
        None if kept_until is None else kept_until.isoformat(),
    )
    record(services, unit, caller, event)


@dataclass(frozen=True, slots=True)
class At:
    """The transaction in which somebody changes records."""

    services: StoreServices
    unit: UnitOfWork
    caller: Caller

    def amend(self, before: RecordVersion, after: Items, reason: str, reference: str) -> int:
        """Store a version of a record from which, or to which, an entry has moved."""
        amendment = Amendment(
            (), AmendmentReason.MISTAKEN_IDENTITY, reason, SourceKind.DOCUMENT, reference
        )
        return store_amended(self.services, self.unit, self.caller, (before, after), amendment)

    def open(self, dispute: Dispute) -> None:
        """Store a dispute with its event."""
        self.unit.disputes.add(dispute)
        record(self.services, self.unit, self.caller, DisputeOpened.of(dispute))

    def changed(self, before: RecordVersion, changes: Sequence[Change]) -> Items:
        """Return the items after changes. Raises the errors of `amended`."""
        return amended(before.items, changes, today=self.services.today())


def matter_behind(unit: UnitOfWork, record_id: RecordId, entry: Item) -> Matter | None:
    """Return the matter that put an entry on a record, or a part of it; None if none did."""
    for matter in unit.matters.on_record(record_id):
        around = _around(unit, matter)
        if around is None:
            continue
        before, after = around
        of_entry = {one.item_id for one in with_parts(after.items, entry.item_id)}
        changed = {one.item.item_id for one in changes_between(before.items, after.items)}
        if not of_entry.isdisjoint(changed):
            return matter
    return None


def _around(unit: UnitOfWork, matter: Matter) -> tuple[RecordVersion, RecordVersion] | None:
    """Return the versions of the record before and after a matter was attached.

    None if the matter added nothing, because the hearing was only adjourned. Raises ConflictError
    while the versions are withheld.
    """
    laying = _laying(matter)
    if laying is None or laying.record_id is None or laying.version is None:
        return None
    after = _readable(unit.records.version(laying.record_id, laying.version))
    if not after.reference.startswith(f"matter {matter.matter_id},"):
        return None
    return _readable(unit.records.version(laying.record_id, laying.version - 1)), after


def _readable(version: RecordVersion | None) -> RecordVersion:
    if version is None:
        raise ConflictError(
            "An earlier version of this record is restricted or destroyed: lift the restriction "
            "first, or amend the record instead."
        )
    return version


def _laying(matter: Matter) -> Step | None:
    attached = [one for one in matter.steps if one.state is MatterState.ATTACHED]
    return attached[-1] if attached else None


def take_off(at: At, matter: Matter) -> None:
    """Withdraw the items that a matter added. Raises ConflictError if one was changed since."""
    around = _around(at.unit, matter)
    if around is None:
        return
    before, after = around
    now = existing(live_version_of(at.unit, after.head.record_id))
    changes = tuple(_undoing(before, after, now))
    if not changes:
        return
    amendment = Amendment(
        changes,
        AmendmentReason.RECORDED_IN_ERROR,
        "The matter was withdrawn from this record by two people.",
        SourceKind.COURT,
        f"withdrawal of matter {matter.matter_id}",
    )
    left = at.changed(now, changes)
    store_amended(at.services, at.unit, at.caller, (now, left), amendment)


def _undoing(before: RecordVersion, after: RecordVersion, now: RecordVersion) -> list[Change]:
    found: list[Change] = []
    gone: set[str] = set()
    for one in changes_between(before.items, after.items):
        item = one.item
        held = now.items.get(item.item_id)
        if held is None or item.parent in gone:
            gone.add(item.item_id)
            continue
        if held.value != item.value:
            raise ConflictError(
                "The entry that this matter added to the record has since been changed: "
                "amend the record instead."
            )
        if one.change is ChangeKind.ADDED:
            gone.add(item.item_id)
            found.append(Withdraw(item.item_id))
        else:
            earlier = existing(before.items.get(item.item_id))
            found.append(Correct(item.item_id, item.kind, earlier.value))
    return found


def move(
    at: At, entries: Sequence[Item], on: tuple[RecordVersion, RecordVersion], why: str
) -> None:
    """Move the entries of one event from one record to another, with the matters behind them.

    Raises ConflictError or InvalidInputError if the other record cannot take them.
    """
    here, there = on
    behind = {
        one.matter_id: one
        for entry in entries
        if (one := matter_behind(at.unit, here.head.record_id, entry)) is not None
    }
    claims = [one for each in behind.values() for one in claims_by(at.unit, each, here)]
    added = [
        *(_whole(here.items, one) for one in entries),
        *new_claims(there.items, details_of(claims)),
    ]
    after = at.changed(there, added)
    left = at.changed(here, [Withdraw(one.item_id) for one in (*entries, *claims)])
    matter = next(iter(behind.values()), None)
    reference = f"matter {matter.matter_id}, moved" if matter else f"record {here.head.record_id}"
    at.amend(here, left, why, f"record {there.head.record_id}")
    made = at.amend(there, after, why, reference)
    items = _new_conviction(there.items, after)
    for one in behind.values():
        _step_there(at, one, (there, made), items)


def claims_by(unit: UnitOfWork, matter: Matter, now: RecordVersion) -> tuple[Item, ...]:
    """Return the details about its person that a record has only from a matter.

    The versions around the one that added it may have been destroyed with another conviction.
    """
    laying = _laying(matter)
    if laying is None or laying.record_id != now.head.record_id or matter.content is None:
        return ()
    number = existing(laying.version)
    made = unit.records.version(now.head.record_id, number)
    is_theirs = made is None or made.reference.startswith(f"matter {matter.matter_id},")
    earlier = (unit.records.version(now.head.record_id, one) for one in range(number - 1, 0, -1))
    before = next((one for one in earlier if one is not None), None)
    if before is None or not is_theirs:
        return ()
    told = {(one.kind, one.value) for one in new_claims(before.items, details_in(matter.content))}
    known = {one.item_id for one in before.items.held}
    return tuple(
        one for one in now.items.held if (one.kind, one.value) in told and one.item_id not in known
    )


def _whole(items: Items, entry: Item) -> Add:
    content = content_of(with_parts(items, entry.item_id))
    values: Sequence[ItemValue] = (*content.reports, *content.convictions)
    return Add(entry.kind, values[0])


def _new_conviction(before: Items, after: Items) -> tuple[tuple[int, str], ...]:
    known = {one.item_id for one in before.held}
    made = (one.item_id for one in after.held if one.item_id not in known)
    return tuple((0, one) for one in made if one.startswith("conviction-"))[:1]


def _step_there(
    at: At, matter: Matter, there: tuple[RecordVersion, int], laid: tuple[tuple[int, str], ...]
) -> None:
    version, made = there
    last = _next_step(at, matter, MatterState.ATTACHED)
    head = version.head
    step = replace(
        last,
        person_id=head.person_id,
        record_id=head.record_id,
        version=made,
        # Later words of a State correct the conviction at its new place.
        laid=laid if matter.told is not None else (),
    )
    store_step(at.services, at.unit, at.caller, step)


def into_the_inbox(at: At, matter: Matter, words: str) -> None:
    """Take a matter off its record. It then waits again, and names enquiries find it."""
    take_off(at, matter)
    step = replace(_next_step(at, matter, MatterState.DOUBTFUL), words=words)
    store_step(at.services, at.unit, at.caller, replace(step, reasons=matter.steps[0].reasons))


def _next_step(at: At, matter: Matter, state: MatterState) -> Step:
    return Step(
        matter.matter_id, matter.last.number + 1, state, at.caller.actor.user_id, at.services.now()
    )
