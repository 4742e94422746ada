"""The tables of an earlier schema, as a backup holds them or a database has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Column, Connection, MetaData, Table, inspect
from sqlalchemy.engine.reflection import Inspector

from domain.errors import BackupDamagedError
from service.storage.tables.metadata import METADATA

_OF_MIGRATIONS = "alembic_version"


def present_columns() -> Mapping[str, tuple[str, ...]]:
    """Return the columns of each table of the present schema, in their order."""
    return {table.name: tuple(table.columns.keys()) for table in METADATA.sorted_tables}


def tables_in(connection: Connection) -> tuple[Table, ...]:
    """Return the tables of a database with an earlier schema, in an order for inserting."""
    look = inspect(connection)
    names = [name for name in look.get_table_names() if name != _OF_MIGRATIONS]
    found = {
        name: tuple(str(column["name"]) for column in look.get_columns(name)) for name in names
    }
    return _tables(look, {name: found[name] for name in sorted(found, key=_place)})


def tables_of(connection: Connection, columns: Mapping[str, tuple[str, ...]]) -> tuple[Table, ...]:
    """Return the tables of a backup, which the database has as well, in its order.

    Raises BackupDamagedError for a table or column that its schema does not have.
    """
    look = inspect(connection)
    there = set(look.get_table_names()) - {_OF_MIGRATIONS}
    for table, names in columns.items():
        held = {str(each["name"]) for each in look.get_columns(table)} if table in there else set()
        if not held or not held.issuperset(names):
            raise BackupDamagedError(
                "The backup contains tables that do not belong to its schema: use another backup."
            )
    return _tables(look, columns)


def _tables(look: Inspector, columns: Mapping[str, Sequence[str]]) -> tuple[Table, ...]:
    apart = MetaData()
    return tuple(_table(look, apart, name, names) for name, names in columns.items())


def _table(look: Inspector, apart: MetaData, name: str, columns: Sequence[str]) -> Table:
    """Return a table whose columns have today's types, or their own where they are gone since."""
    known = METADATA.tables.get(name)
    types = {} if known is None else {each.name: each.type for each in known.columns}
    found = {str(each["name"]): each["type"] for each in look.get_columns(name)}
    keys = set(look.get_pk_constraint(name)["constrained_columns"])
    return Table(
        name,
        apart,
        *(
            Column(each, types.get(each, found[each]), primary_key=each in keys)
            for each in columns
        ),
    )


def _place(name: str) -> tuple[int, str]:
    order = [table.name for table in METADATA.sorted_tables]
    return (order.index(name) if name in order else len(order), name)
