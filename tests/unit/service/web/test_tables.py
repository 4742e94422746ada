"""Tables sorted by links in their headings."""

from __future__ import annotations

from starlette.requests import Request

from service.web.tables import Column, sorted_table

Row = tuple[str, int | None]
COLUMNS: tuple[Column[Row], ...] = (
    Column("Name", "name", lambda row: row[0]),
    Column("Number", "number", lambda row: row[1], is_numeric=True),
    Column("Action"),
)
ROWS: tuple[Row, ...] = (("b", 2), ("A", None), ("c", 1))


def asked(query: str) -> Request:
    return Request({"type": "http", "query_string": query.encode(), "headers": []})


def test_rows_come_as_they_are_until_an_order_is_asked_for() -> None:
    table = sorted_table(asked(""), ROWS, COLUMNS)

    assert (table.rows, table.sorted_by) == (ROWS, "")
    assert [one.address for one in table.headings] == ["?sort=name", "?sort=number", ""]


def test_a_heading_sorts_both_ways_in_turn() -> None:
    up = sorted_table(asked("sort=name"), ROWS, COLUMNS)
    down = sorted_table(asked("sort=-name"), ROWS, COLUMNS)

    assert [row[0] for row in up.rows] == ["A", "b", "c"]
    assert [row[0] for row in down.rows] == ["c", "b", "A"]
    assert [one.headings[0].order for one in (up, down)] == ["ascending", "descending"]
    assert [one.headings[0].address for one in (up, down)] == ["?sort=-name", "?sort=name"]
    assert up.headings[1].order == ""


def test_what_has_no_value_stands_last_either_way() -> None:
    for query, expected in (("sort=number", [1, 2, None]), ("sort=-number", [2, 1, None])):
        rows = sorted_table(asked(query), ROWS, COLUMNS).rows
        assert [row[1] for row in rows] == expected


def test_other_questions_of_the_address_are_kept() -> None:
    table = sorted_table(asked("kind=x%261&sort=name&settled=-by"), ROWS, COLUMNS)

    assert table.headings[1].address == "?kind=x%261&settled=-by&sort=number"


def test_a_heading_leads_to_the_first_page() -> None:
    for cursor in ("before", "after", "start"):
        table = sorted_table(asked(f"{cursor}=x&sort=name"), ROWS, COLUMNS)

        assert table.headings[1].address == "?sort=number"


def test_an_unknown_order_is_none() -> None:
    for query in ("sort=", "sort=-", "sort=action", "sort=elsewhere"):
        assert sorted_table(asked(query), ROWS, COLUMNS).rows == ROWS
