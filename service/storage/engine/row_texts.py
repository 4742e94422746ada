"""Rows as texts, the same on both databases; the log's digests are computed from these texts."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from typing import Any

from service.storage.engine.rows import AnyRow
from service.storage.engine.writes import NewRows
from service.storage.tables.metadata import METADATA, Protection

LABEL = "identlink/rows/1"
# Created once: given a default, `json.dumps` would create a new encoder for each row.
_as_json = json.JSONEncoder(default=str).encode


def row_text(table: str, row: AnyRow) -> str:
    """Return the columns of a row that never change, as JSON on one line."""
    return text_of(table, columns_told(table, ()), row)


def stated_texts(table: str, columns: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> list[str]:
    """Return new rows as texts, equal to those that `text_of` returns when the rows are read.

    `columns` must include every column that the database does not leave empty. Numbers must have
    the type of their column.
    """
    names = [name for name, _ in columns_told(table, ()) if name in columns]
    told = [(name, columns.index(name)) for name in names]
    # The database stores no time zone.
    in_utc = [
        [one.astimezone(UTC) if isinstance(one, datetime) else one for one in row] for row in rows
    ]
    return [
        _as_json((table, [(name, row[at]) for name, at in told if row[at] is not None]))
        for row in in_utc
    ]


def stated_as_written(row: NewRows, *parts: NewRows) -> str:
    """Return the text of a new row with its parts; the row's event commits to this text.

    The parts must be in the order of their declaration (`domain.events.rows.Committed`).
    """
    told = (sorted(stated_texts(one.table.name, one.columns, one.rows)) for one in (row, *parts))
    return "\n".join((LABEL, *chain.from_iterable(told)))


@lru_cache(maxsize=128)
def columns_told(table: str, leaves_out: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Return the columns that never change, in alphabetical order, with their positions."""
    columns = METADATA.tables[table].columns
    protection: Protection = METADATA.tables[table].info["protection"]
    return tuple(
        sorted(
            (column.name, place)
            for place, column in enumerate(columns)
            if column.name not in leaves_out
            and (not protection.fixed or column.primary_key or column.name in protection.fixed)
        )
    )


def text_of(table: str, columns: Sequence[tuple[str, int]], row: AnyRow) -> str:
    """Return the columns of a row that are not empty, as JSON on one line."""
    values = tuple(row)
    return _as_json(
        (table, [(name, values[place]) for name, place in columns if values[place] is not None])
    )
