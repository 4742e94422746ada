"""Items of old records that no frame stands behind any more, withdrawn from their record."""

from __future__ import annotations

from collections.abc import Sequence

from domain.access import Caller
from domain.amending import amended
from domain.amendments import Amendment, AmendmentReason, SourceKind, Withdraw
from domain.conversion.sources import items_without_a_frame
from domain.ids import FrameId, PersonId, RecordId
from service.storage.unit_of_work import UnitOfWork
from service.usecases.people.amending import store_amended
from service.usecases.services import StoreServices


def withdraw_taken_back(
    services: StoreServices, unit: UnitOfWork, caller: Caller, people: Sequence[PersonId]
) -> None:
    """Withdraw from the records of people what rests on frames that were all taken back.

    Such items are there when a restriction, or an erasure that was called back, hid them while
    their lot was taken back.
    """
    for record_id, label in unit.conversion_writings.taken_back_of(people):
        withdraw_unfounded(services, unit, caller, record_id, (None, label))


def withdraw_unfounded(
    services: StoreServices,
    unit: UnitOfWork,
    caller: Caller,
    record_id: RecordId,
    leaving: tuple[FrameId | None, str],
) -> tuple[int | None, int]:
    """Withdraw the items that no frame stands behind once `leaving` is gone.

    `leaving` is a frame, if one leaves now, and the label of its lot. Returns the version made, or
    None, and how many items were withdrawn.
    """
    frame_id, label = leaving
    live = next((head for head in unit.records.versions(record_id) if head.is_live), None)
    before = None if live is None else unit.records.version(record_id, live.version)
    if before is None:
        return None, 0
    unfounded = items_without_a_frame(unit.conversion_writings.sources(record_id), frame_id)
    gone = [item.item_id for item in before.items.held if item.item_id in unfounded]
    if not gone:
        return None, 0
    amendment = Amendment(
        tuple(Withdraw(one) for one in gone),
        AmendmentReason.RECORDED_IN_ERROR,
        "The lot of old records that this was read from was withdrawn or rejected.",
        SourceKind.DOCUMENT,
        label,
    )
    after = amended(before.items, amendment.changes, today=services.surroundings.clock().date())
    return store_amended(services, unit, caller, (before, after), amendment), len(gone)
