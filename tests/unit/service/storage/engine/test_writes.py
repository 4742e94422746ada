"""Rows by the thousand: one statement with arrays on PostgreSQL, plain rows on SQLite."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import (
    Column,
    ForeignKey,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    select,
)

from service.storage.engine.writes import (
    Moved,
    NewRows,
    _insert_all_in_postgresql,
    _insert_in_postgresql,
    insert_many,
    insert_together,
)
from service.storage.tables.metadata import ROW, UtcDateTime

THINGS = Table(
    "things",
    MetaData(),
    Column("row", ROW, primary_key=True),
    Column("force", String(2)),
    Column("body", LargeBinary),
)


NAMES = Table(
    "names",
    THINGS.metadata,
    Column("thing", ROW, ForeignKey("things.row"), primary_key=True),
    Column("given_at", UtcDateTime),
)


def test_postgresql_gets_rows_of_several_tables_in_one_statement() -> None:
    targets = ((THINGS, ("row", "force"), False), (NAMES, ("thing", "given_at"), False))

    assert _insert_all_in_postgresql(targets) == (
        "WITH part_0 AS (INSERT INTO things (row, force)"
        " SELECT * FROM unnest(%b::BIGINT[], %b::text[]))"
        " INSERT INTO names (thing, given_at)"
        " SELECT * FROM unnest(%b::BIGINT[], %b::TIMESTAMP WITH TIME ZONE[])"
    )
    assert _insert_all_in_postgresql(targets[:1]).startswith("INSERT INTO things")


def test_postgresql_gets_a_single_row_as_its_values() -> None:
    targets = ((THINGS, ("row", "force"), True), (NAMES, ("thing",), False))

    assert _insert_all_in_postgresql(targets) == (
        "WITH part_0 AS (INSERT INTO things (row, force) VALUES (%b, %b))"
        " INSERT INTO names (thing) SELECT * FROM unnest(%b::BIGINT[])"
    )


def test_postgresql_moves_a_row_in_the_statement_that_inserts() -> None:
    targets = ((NAMES, ("thing",), False),)
    text = _insert_all_in_postgresql(targets, (THINGS, ("force", "body")))

    assert text == (
        "WITH part_0 AS (UPDATE things SET force = %b, body = %b)"
        " INSERT INTO names (thing) SELECT * FROM unnest(%b::BIGINT[])"
    )


@pytest.mark.parametrize("rows", [[(1, None, b"a")], []])
def test_sqlite_moves_a_row_beside_what_is_inserted(rows: list[tuple[int, None, bytes]]) -> None:
    engine = create_engine("sqlite://")
    THINGS.metadata.create_all(engine)

    with engine.begin() as connection:
        insert_many(connection, NAMES, ("thing", "given_at"), [(1, None)])
        insert_together(
            connection,
            (NewRows(THINGS, ("row", "force", "body"), rows),),
            Moved(NAMES, {"thing": 2}),
        )
        found = connection.execute(select(NAMES.c.thing)).scalars().all()
        kept = connection.execute(select(THINGS)).all()
    engine.dispose()

    assert found == [2]
    assert [tuple(row) for row in kept] == rows


def test_rows_of_several_tables_are_inserted_with_their_instants() -> None:
    engine = create_engine("sqlite://")
    THINGS.metadata.create_all(engine)
    noon = datetime(2026, 5, 4, 12, 0, tzinfo=timezone(timedelta(hours=1)))

    with engine.begin() as connection:
        insert_together(
            connection,
            (
                NewRows(THINGS, ("row", "force", "body"), [(1, "13", b"a"), (2, None, b"b")]),
                NewRows(NAMES, ("thing", "given_at"), [(1, noon), (2, None)]),
                NewRows(NAMES, ("thing", "given_at"), []),
            ),
        )
        found = connection.execute(select(NAMES).order_by(NAMES.c.thing)).all()
        stored = connection.exec_driver_sql("SELECT given_at FROM names ORDER BY thing").scalars()
        texts = stored.all()
        nowhere = [(3, datetime(2026, 5, 4, 12, 0))]  # noqa: DTZ001 - that is the mistake
        with pytest.raises(ValueError, match="time zone"):
            insert_together(connection, (NewRows(NAMES, ("thing", "given_at"), nowhere),))
    engine.dispose()

    assert [tuple(row) for row in found] == [(1, noon.astimezone(UTC)), (2, None)]
    # In SQLAlchemy's format, so that texts sort in the order of instants.
    assert texts == ["2026-05-04 11:00:00.000000", None]


def test_postgresql_gets_a_column_as_an_array_and_text_of_any_length() -> None:
    # An array of VARCHAR(2) would truncate long values; the column refuses them instead.
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
