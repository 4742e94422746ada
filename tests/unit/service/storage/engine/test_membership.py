"""A condition on many values is one parameter on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, MetaData, String, Table, create_engine, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from service.storage.engine.rows import Among
from service.storage.tables.metadata import ROW

THINGS = Table("things", MetaData(), Column("row", ROW, primary_key=True), Column("name", String))
BY_ROW = select(THINGS.c.name).where(Among(THINGS.c.row, "rows")).order_by(THINGS.c.row)
BY_NAME = select(THINGS.c.row).where(Among(THINGS.c.name, "names")).order_by(THINGS.c.row)


def test_postgresql_takes_an_array_of_the_column_s_kind() -> None:
    dialect = postgresql.psycopg.dialect()

    numbers, texts = (str(query.compile(dialect=dialect)) for query in (BY_ROW, BY_NAME))

    assert "things.row = ANY (%(rows)s::BIGINT[])" in numbers
    assert "things.name = ANY (%(names)s::TEXT[])" in texts


def test_sqlite_takes_a_list_in_json() -> None:
    text = str(BY_ROW.compile(dialect=sqlite.dialect()))

    assert text.split("WHERE ")[1] == (
        'things."row" IN (SELECT value FROM json_each(?)) ORDER BY things."row"'
    )


def test_sqlite_finds_the_values_by_its_index() -> None:
    engine = create_engine("sqlite://")
    THINGS.create(engine)
    with engine.begin() as connection:
        plan = connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {BY_ROW.compile(dialect=sqlite.dialect())}", ("[1, 2]",)
        ).all()
    engine.dispose()

    assert any("SEARCH things" in row.detail for row in plan)


@pytest.mark.parametrize("count", [0, 1, 3, 40_000])
def test_any_number_of_values_is_looked_for(count: int) -> None:
    engine = create_engine("sqlite://")
    THINGS.create(engine)
    with engine.begin() as connection:
        connection.execute(
            insert(THINGS), [{"row": row, "name": f"it's {row}"} for row in range(1, 4)]
        )
        by_row = connection.execute(BY_ROW, {"rows": list(range(1, count + 1))}).scalars().all()
        by_name = connection.execute(BY_NAME, {"names": by_row}).scalars().all()
    engine.dispose()

    assert by_row == [f"it's {row}" for row in range(1, min(count, 3) + 1)]
    assert by_name == list(range(1, min(count, 3) + 1))
