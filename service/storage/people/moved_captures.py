"""The payloads of captures that a merge, or its undoing, moved to another person.

A merge moves captures to another person, and its undoing moves them back: the rows that are left
behind name the same payloads, and templates were perhaps made again for them meanwhile. All of
them are those of the person who has the capture now.
"""

from __future__ import annotations

from sqlalchemy import CTE, ColumnElement, Select, bindparam, exists, select, union

from service.storage.engine.membership import Among
from service.storage.tables.people import ERASED, encounters, gallery_changes, persons
from service.storage.tables.provenance import encounter_successors
from service.storage.tables.remaking import remade_minutiae, remade_templates
from service.storage.tables.workbench import capture_images, capture_minutiae

_IS_ERASED: ColumnElement[bool] = exists().where(
    gallery_changes.c.encounter_row == encounters.c.encounter_row,
    gallery_changes.c.kind == ERASED,
)
_IS_OWN = encounters.c.person_row == bindparam("row")


def _sent_with(captures: CTE) -> list[Select[tuple[int]]]:
    """Return the queries for the pictures and minutiae of captures."""
    return [
        select(table.c.payload_id).join(captures, captures.c.encounter_id == table.c.owner_id)
        for table in (capture_images, capture_minutiae)
    ]


_LATER = (
    select(encounter_successors.c.successor_row)
    .join(encounters, encounters.c.encounter_row == encounter_successors.c.encounter_row)
    .where(_IS_OWN)
    .cte("later", recursive=True)
)
_LATER = _LATER.union(
    select(encounter_successors.c.successor_row).join(
        _LATER, _LATER.c.successor_row == encounter_successors.c.encounter_row
    )
)
_AWAY = (
    select(encounters.c.encounter_id, encounters.c.payload_id)
    .join(_LATER, _LATER.c.successor_row == encounters.c.encounter_row)
    .where(~_IS_OWN, ~_IS_ERASED)
    .cte("away")
)
MOVED_AWAY = union(select(_AWAY.c.payload_id), *_sent_with(_AWAY))
"""Of captures that were the person's (`row`), and are other people's now."""

_BEFORE = (
    select(encounter_successors.c.encounter_row)
    .join(encounters, encounters.c.encounter_row == encounter_successors.c.successor_row)
    .where(_IS_OWN, ~_IS_ERASED)
    .cte("before", recursive=True)
)
_BEFORE = _BEFORE.union(
    select(encounter_successors.c.encounter_row).join(
        _BEFORE, _BEFORE.c.encounter_row == encounter_successors.c.successor_row
    )
)
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

_FROM_THESE = (
    select(encounters.c.encounter_row).where(Among(encounters.c.encounter_id, IDS))
).cte("from_these", recursive=True)
_FROM_THESE = _FROM_THESE.union(
    select(encounter_successors.c.successor_row).join(
        _FROM_THESE, _FROM_THESE.c.encounter_row == encounter_successors.c.encounter_row
    )
)
_CHAIN = select(_FROM_THESE.c.encounter_row).cte("chain", recursive=True)
_CHAIN = _CHAIN.union(
    select(encounter_successors.c.encounter_row).join(
        _CHAIN, _CHAIN.c.encounter_row == encounter_successors.c.successor_row
    )
)
CHAINS = (
    select(
        encounters.c.encounter_row,
        encounters.c.encounter_id,
        encounters.c.payload_id,
        persons.c.person_id,
        (~_IS_ERASED).label("is_live"),
    )
    .join(_CHAIN, _CHAIN.c.encounter_row == encounters.c.encounter_row)
    .join(persons, persons.c.person_row == encounters.c.person_row)
    .order_by(encounters.c.encounter_row)
)
"""All rows that captures (`ids`) have and had, wherever merges moved them; one of each lives."""
