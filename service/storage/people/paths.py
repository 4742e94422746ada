"""Queries that start at a person's row and find everything about the person.

They are built from the declarations of the tables.

Each table through which a path leads is queried once, as a common table expression. The parameters
are `row`, the row of the person, and `person_id`.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import sqlalchemy as sa

from service.storage.sealed.payloads import NO_PAYLOAD
from service.storage.tables.about import (
    Kept,
    OfLast,
    OfNobody,
    OfPerson,
    Path,
    Via,
    bare,
    declared,
    node,
    sealed_columns,
)
from service.storage.tables.metadata import METADATA

_Query = sa.Select[Any] | sa.CompoundSelect[Any]


@cache
def payloads_about() -> sa.CompoundSelect[Any]:
    """Return the query for the numbers of all payloads that are erased with a person."""
    walk = _Walk()
    return sa.union(
        *(
            sa.select(bare(number)).where(number > NO_PAYLOAD)
            for table in _tables()
            for column in sealed_columns(table)
            for number in (walk.about(table.name).c[column.name],)
        )
    )


@cache
def payloads_asked() -> sa.CompoundSelect[Any]:
    """Return the query for the payloads of a person's own requests that are not answered yet."""
    walk = _Walk()
    return sa.union(
        *(
            sa.select(bare(column)).where(walk.leads_to(table, said.asked))
            for table in _tables()
            if (said := declared(table)) and said.asked
            for column in sealed_columns(table)
        )
    )


@cache
def keys_about(name: str, column: str) -> sa.Select[Any]:
    """Return the query for the values of one column in the rows about a person."""
    return sa.select(_Walk().about(name).c[column])


@cache
def payloads_in(name: str) -> sa.CompoundSelect[Any]:
    """Return the query for the numbers of the payloads about a person in one table."""
    rows = _Walk().about(name)
    return sa.union(
        *(sa.select(bare(rows.c[one.name])) for one in sealed_columns(METADATA.tables[name]))
    )


def _tables() -> Iterator[sa.Table]:
    """Yield the tables whose payloads are erased with a person."""
    for table in METADATA.sorted_tables:
        said = declared(table)
        is_of_people = said is not None and not isinstance(said.paths, OfNobody)
        if is_of_people and said is not None and said.kept is not Kept.AS_REASON:
            yield table


class _Walk:
    """The rows about a person; each table and view appears once in a statement."""

    def __init__(self) -> None:
        self._found: dict[str, sa.CTE] = {}

    def about(self, name: str) -> sa.CTE:
        """Return the rows of a table or a view that are about the person."""
        if name not in self._found:
            source, paths = node(name)
            columns = _useful(source)
            self._found[name] = self._rows(source, columns, paths).cte(f"about_{name}")
        return self._found[name]

    def leads_to(self, source: Any, path: Via) -> Any:
        """Return the condition for rows that a path through another table reaches."""
        return source.c[path.column].in_(sa.select(self.about(path.to).c[path.other]))

    def _rows(self, source: Any, columns: list[sa.Column[Any]], paths: tuple[Path, ...]) -> _Query:
        found = [self._of(source, columns, path) for path in paths]
        # A union instead of OR, so that the database can use a separate index for each part.
        return found[0] if len(found) == 1 else sa.union(*found)

    def _of(self, source: Any, columns: list[sa.Column[Any]], path: Path) -> sa.Select[Any]:
        match path:
            case OfPerson():
                return sa.select(*columns).where(_names(source.c[path.column]))
            case OfLast():
                return _moved(source, columns, path)
            case Via():
                return sa.select(*columns).where(self.leads_to(source, path))


def _names(column: Any) -> Any:
    """Return the condition that a column refers to the person, by id if the column is text."""
    return column == sa.bindparam("person_id" if isinstance(column.type, sa.String) else "row")


def _moved(source: Any, columns: list[sa.Column[Any]], path: OfLast) -> sa.Select[Any]:
    """Return the last rows of the person, and all earlier rows that were moved to them."""
    moves = METADATA.tables[path.moves]
    (key,) = moves.primary_key
    row = source.c[key.name]
    last = sa.select(row).where(_names(source.c[path.column]), ~sa.exists().where(key == row))
    reached = last.cte(f"last_{source.name}", recursive=True)
    before = sa.select(key).join(reached, reached.c[key.name] == moves.c[path.successor])
    return sa.select(*columns).where(row.in_(sa.select(reached.union(before).c[key.name])))


def _useful(source: Any) -> list[sa.Column[Any]]:
    """Return the columns of a table that lead to other tables, and those that name payloads."""
    asked = {
        path.other
        for other in (*METADATA.sorted_tables, *METADATA.info["views"])
        for path in _paths(other)
        if isinstance(path, Via) and path.to == source.name
    }
    sealed = {one.name for one in source.columns if one.info.get("sealed")}
    return [one for one in source.columns if one.name in asked | sealed] or list(source.columns)


def _paths(other: Any) -> tuple[Path, ...]:
    if isinstance(other, str):
        return node(other)[1]
    said = declared(other)
    if said is None or isinstance(said.paths, OfNobody):
        return ()
    return (*said.paths, said.asked) if said.asked else said.paths
