"""Rows by the thousand: one statement with arrays on PostgreSQL, plain rows on SQLite."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, MetaData, String, Table, create_engine, select

from service.storage.tables.metadata import ROW
from service.storage.writes import _insert_in_postgresql, insert_many

THINGS = Table(
    "things",
    MetaData(),
    Column("row", ROW, primary_key=True),
    Column("force", String(2)),
    Column("body", LargeBinary),
)


def test_postgresql_gets_a_column_as_an_array_and_text_of_any_length() -> None:
    # An array of VARCHAR(2) would cut what is too long; the column refuses it instead.
    text = _insert_in_postgresql(THINGS, ("row", "force", "body"))

    assert text == (
        "INSERT INTO things (row, force, body)"
        " SELECT * FROM unnest(%b::BIGINT[], %b::text[], %b::BYTEA[])"
    )


def test_sqlite_gets_rows_as_they_are() -> None:
    engine = create_engine("sqlite://")
    THINGS.create(engine)
    rows = [(row, None if row % 2 else "13", bytes([row % 256])) for row in range(1, 2_500)]

    with engine.begin() as connection:
        insert_many(connection, THINGS, ("row", "force", "body"), rows)
        insert_many(connection, THINGS, ("row", "force", "body"), [])
        found = connection.execute(select(THINGS).order_by(THINGS.c.row)).all()
    engine.dispose()

    assert [tuple(row) for row in found] == rows
