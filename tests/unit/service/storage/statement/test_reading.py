"""Which tables have rows is read of the tables themselves."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, create_engine, text

from service.storage.statement.reading import filled_tables

_INDEX_ENTRY = "FROM sqlite_master WHERE name = 'of_force'"


def test_a_row_that_a_damaged_index_lacks_is_seen() -> None:
    things = Table("things", MetaData(), Column("number", Integer, primary_key=True))
    for name in ("force", "purpose", "words"):
        things.append_column(Column(name, String))
    Index("of_force", things.c.force)
    with create_engine("sqlite://").connect() as connection:
        things.create(connection)
        connection.execute(text("PRAGMA writable_schema = ON"))
        entry = connection.execute(text(f"SELECT * {_INDEX_ENTRY}")).one()
        connection.execute(text(f"DELETE {_INDEX_ENTRY}"))
        connection.execute(text("PRAGMA writable_schema = RESET"))
        connection.execute(things.insert(), {"number": 1, "force": "one"})
        connection.execute(text("PRAGMA writable_schema = ON"))
        columns = dict(zip("abcde", entry, strict=True))
        connection.execute(text("INSERT INTO sqlite_master VALUES (:a, :b, :c, :d, :e)"), columns)
        connection.execute(text("PRAGMA writable_schema = RESET"))

        assert filled_tables(connection, [things]) == {"things"}
