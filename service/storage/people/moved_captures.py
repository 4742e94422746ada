"""The payloads of captures that a merge, or its undoing, moved to another person.

A merge moves captures to another person, and its undoing moves them back: the rows that are left
behind name the same payloads, and templates were perhaps made again for them meanwhile. All of
them are those of the person who has the capture now, whether searches find it or not.
"""

from __future__ import annotations

from sqlalchemy import CTE, ColumnElement, Select, bindparam, exists, select, union

from service.storage.engine.membership import Among
from service.storage.tables.people import ERASED, encounters, gallery_changes, persons
from service.storage.tables.provenance import encounter_successors
from service.storage.tables.remaking import remade_minutiae, remade_templates
from service.storage.tables.workbench import capture_images, capture_minutiae

_MOVES = encounter_successors.c
_IS_OWN = encounters.c.person_row == bindparam("row")
_IS_LAST: ColumnElement[bool] = ~exists().where(_MOVES.encounter_row == encounters.c.encounter_row)
"""Whether a capture was not moved on. One that searches do not find any more may be the last."""


def _followed(start: Select[tuple[int]], name: str, *, is_back: bool = False) -> CTE:
    """Return the rows of captures, and those that they were moved to, or came from."""
    known, further = _MOVES.encounter_row, _MOVES.successor_row
    if is_back:
        known, further = further, known
    reached = start.cte(name, recursive=True)
    return reached.union(select(further).join(reached, reached.c.encounter_row == known))


def _sent_with(captures: CTE) -> list[Select[tuple[int]]]:
    """Return the queries for the pictures and minutiae of captures."""
    return [
        select(table.c.payload_id).join(captures, captures.c.encounter_id == table.c.owner_id)
        for table in (capture_images, capture_minutiae)
    ]


_OWN = select(encounters.c.encounter_row).where(_IS_OWN)
_LATER = _followed(_OWN, "later")
_AWAY = (
    select(encounters.c.encounter_id, encounters.c.payload_id)
    .join(_LATER, _LATER.c.encounter_row == encounters.c.encounter_row)
    .where(~_IS_OWN, _IS_LAST)
    .cte("away")
)
MOVED_AWAY = union(select(_AWAY.c.payload_id), *_sent_with(_AWAY))
"""Of captures that were the person's (`row`), and are other people's now."""

_BEFORE = _followed(_OWN.where(_IS_LAST), "before", is_back=True)
_CAME = (
    select(encounters.c.encounter_id, encounters.c.payload_id)
    .join(_BEFORE, _BEFORE.c.encounter_row == encounters.c.encounter_row)
    .where(~_IS_OWN)
    .cte("came")
)
_REMADE = remade_templates.join(_CAME, _CAME.c.encounter_id == remade_templates.c.encounter_id)
MOVED_HERE = union(
    select(_CAME.c.payload_id),
    *_sent_with(_CAME),
    select(remade_templates.c.payload_id).select_from(_REMADE),
    select(remade_minutiae.c.payload_id).select_from(
        _REMADE.join(remade_minutiae, remade_minutiae.c.remake_id == remade_templates.c.remake_id)
    ),
)
"""Of captures that are the person's (`row`) now, and were other people's."""

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
