"""The gallery as it stood at an earlier change, for the replay of old searches."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from indexing.batches import Gallery
from service.storage.people.gallery_feed import ADDITIONS, HeldTemplates, held_of
from service.storage.people.templates_in_force import AT, IN_FORCE
from service.storage.tables.people import (
    ENROLLED,
    encounters,
    gallery_changes,
    payloads,
)
from service.storage.transaction import Transaction


@dataclass(frozen=True, slots=True, eq=False)
class PastCaptures:
    """Part of a gallery as it stood at an earlier change, in the order of enrolment."""

    cursor: int
    """The number of the last change that was looked at."""
    held: HeldTemplates
    """Captures that are still held."""
    gone: int
    """How many captures more there were, whose templates have been erased since."""
    is_last: bool
    """Whether the gallery as it stood held nothing after these."""


_LATER = gallery_changes.alias("later")
_PAST = (
    select(
        gallery_changes.c.change_seq,
        encounters.c.encounter_row,
        encounters.c.encounter_id,
        encounters.c.person_row,
        encounters.c.force,
        encounters.c.gallery,
        IN_FORCE.label("payload_id"),
        payloads.c.body,
    )
    .select_from(gallery_changes)
    .join(encounters, encounters.c.encounter_row == gallery_changes.c.encounter_row)
    # A capture that a merge has moved since is another row, and its payload is still there.
    .outerjoin(payloads, payloads.c.payload_id == IN_FORCE)
    .where(gallery_changes.c.kind == ENROLLED)
    .order_by(gallery_changes.c.change_seq)
)


def gallery_at(
    transaction: Transaction, change: int, gallery: Gallery, *, after: int, limit: int
) -> PastCaptures:
    """Return up to `limit` captures of a gallery as it stood at a change.

    Raises VaultDamagedError when a template payload is malformed.
    """
    last = (
        select(_LATER.c.kind)
        .where(
            _LATER.c.encounter_row == gallery_changes.c.encounter_row,
            _LATER.c.change_seq <= change,
        )
        .order_by(_LATER.c.change_seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = _PAST.where(
        gallery_changes.c.change_seq > after,
        gallery_changes.c.change_seq <= change,
        encounters.c.gallery == int(gallery),
        last.in_(ADDITIONS),
    )
    rows = transaction.connection.execute(query.limit(limit), {AT: change}).all()
    there = [row for row in rows if row.body is not None]
    is_last = len(rows) < limit
    return PastCaptures(
        cursor=change if is_last else rows[-1].change_seq,
        held=held_of(transaction, there),
        gone=len(rows) - len(there),
        is_last=is_last,
    )
