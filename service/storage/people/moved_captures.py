"""The rows of captures that a merge, or its undoing, moved to another person.

A merge moves captures to another person, and its undoing moves them back: the rows that are left
behind name the same payloads.
"""

from __future__ import annotations

from sqlalchemy import CTE, Select, exists, select

from service.storage.engine.membership import Among
from service.storage.tables.links import encounter_successors
from service.storage.tables.people import ERASED, encounters, gallery_changes, persons

_MOVES = encounter_successors.c


def _followed(start: Select[tuple[int]], name: str, *, is_back: bool = False) -> CTE:
    """Return the rows of captures, and those that they were moved to, or came from."""
    known, further = _MOVES.encounter_row, _MOVES.successor_row
    if is_back:
        known, further = further, known
    reached = start.cte(name, recursive=True)
    return reached.union(select(further).join(reached, reached.c.encounter_row == known))


IDS = "ids"
"""The parameter of `CHAINS`."""

_THESE = select(encounters.c.encounter_row).where(Among(encounters.c.encounter_id, IDS))
_CHAIN = _followed(select(_followed(_THESE, "from_these").c.encounter_row), "chain", is_back=True)
CHAINS = (
    select(
        encounters.c.encounter_row,
        encounters.c.encounter_id,
        encounters.c.payload_id,
        persons.c.person_id,
        (
            ~exists().where(
                gallery_changes.c.encounter_row == encounters.c.encounter_row,
                gallery_changes.c.kind == ERASED,
            )
        ).label("is_live"),
    )
    .join(_CHAIN, _CHAIN.c.encounter_row == encounters.c.encounter_row)
    .join(persons, persons.c.person_row == encounters.c.person_row)
    .order_by(encounters.c.encounter_row)
)
"""All rows that captures (`ids`) have and had, wherever merges moved them; one of each lives."""
