"""Captures moved by a merge: rows of before, and how a capture moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import CTE, Connection, Select, exists, insert, select

from service.storage.engine.rows import Among
from service.storage.people.templates_in_force import REMADE_MINUTIAE
from service.storage.tables.links import encounter_successors
from service.storage.tables.people import ERASED, encounters, gallery_changes, persons
from service.storage.tables.workbench import capture_images, capture_minutiae, capture_sources

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


_OWNERS = "owners"


def take_pictures(connection: Connection, new_id_of: Mapping[str, str]) -> None:
    """Store that captures under new ids have the pictures and minutiae of those before.

    `new_id_of`: the new id of each capture that moved. Minutiae are those in force.
    """
    owners = {_OWNERS: sorted(new_id_of)}
    for table in (capture_images, capture_sources):
        owner = table.c.owner_id if "owner_id" in table.c else table.c.encounter_id
        rows = connection.execute(select(table).where(Among(owner, _OWNERS)), owners)
        moved = [{**row, owner.name: new_id_of[row[owner.name]]} for row in rows.mappings()]
        if moved:
            connection.execute(insert(table).inline(), moved)
    minutiae = list(_minutiae(connection, new_id_of, owners))
    if minutiae:
        connection.execute(insert(capture_minutiae).inline(), minutiae)


def _minutiae(
    connection: Connection, new_id_of: Mapping[str, str], owners: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    remade = connection.execute(REMADE_MINUTIAE, owners).all()
    newest = {row.owner_id: row.after_change for row in remade}
    for row in remade:
        if row.after_change == newest[row.owner_id]:
            yield _moved(row, new_id_of)
    own = select(capture_minutiae).where(Among(capture_minutiae.c.owner_id, _OWNERS))
    for row in connection.execute(own, owners).all():
        if row.owner_id not in newest:
            yield _moved(row, new_id_of)


def _moved(row: Any, new_id_of: Mapping[str, str]) -> dict[str, Any]:
    return {
        "owner_id": new_id_of[row.owner_id],
        "position": row.position,
        "payload_id": row.payload_id,
    }
