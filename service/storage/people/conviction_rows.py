"""Which versions of convictions a version of a record makes, and how a conviction came to be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, insert, select

from domain.amendments import ChangeKind, ItemChange
from domain.convictions import Conviction, ConvictionVersion
from domain.ids import RecordId
from domain.items import ItemKind
from service.storage.tables.people import conviction_versions

COLUMNS = ("record_row", "item_id", "record_id", "version", "change")


def first_rows(
    record_row: int, record_id: RecordId, convictions: Sequence[Conviction]
) -> list[tuple[int, str, str, int, str]]:
    """Return the rows of the convictions with which a record begins, in `COLUMNS`."""
    return [
        (record_row, f"{ItemKind.CONVICTION}-{number}", record_id, 1, ChangeKind.ADDED.value)
        for number in range(1, len(convictions) + 1)
    ]


def note_changes(
    connection: Connection,
    record_row: int,
    record_id: RecordId,
    *,
    version: int,
    changes: Iterable[ItemChange],
) -> None:
    """Store the versions of convictions that a version of a record makes."""
    rows = [
        {
            "record_row": record_row,
            "item_id": change.item.item_id,
            "record_id": record_id,
            "version": version,
            "change": change.change.value,
        }
        for change in changes
        if change.item.kind is ItemKind.CONVICTION
    ]
    if rows:
        connection.execute(insert(conviction_versions), rows)


def versions_of(
    connection: Connection, record_id: RecordId, up_to: int
) -> dict[str, ConvictionVersion]:
    """Return the version of each conviction as of a version of its record, by its item."""
    query = (
        select(conviction_versions.c.item_id, conviction_versions.c.version)
        .where(
            conviction_versions.c.record_id == record_id, conviction_versions.c.version <= up_to
        )
        .order_by(conviction_versions.c.version)
    )
    return {
        item_id: ConvictionVersion(record_id, item_id, version)
        for item_id, version in connection.execute(query)
    }
