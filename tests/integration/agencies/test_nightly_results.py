"""A night's results are taken from a folder: again without effect, and a wrong line loses none."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from domain.access.access import Purpose, Role
from domain.ids import ForceCode
from service.cli.context import console_as
from service.cli.office.court import body_of_row, take_folder
from tests.court_messages import Told
from tests.integration.agencies.test_court_results import held, summonsed
from tests.integration.api.driver import World
from tests.integration.tenancy.bodies import BODIES

FEED = console_as(Role.COURT_FEED, Purpose.RECORD_MANAGEMENT, force=ForceCode("89"))


def test_a_wrong_line_loses_none_and_nothing_is_taken_twice(
    sqlite_world: World, tmp_path: Path
) -> None:
    record_id = summonsed(sqlite_world)
    body = BODIES["POST /v1/matters"]
    lines = [body, body | {"heard_on": "2026-02-30", "reference": "8"}, {"source": "court"}]
    lines.append(body | {"reference": "9", "case_number": "05CJ0000999"})
    lines.append(body | {"reference": "10", "source": "agency"})
    told = "\n".join(map(json.dumps, lines)) + "\n\nno JSON\n"
    (tmp_path / "1.xml").write_bytes(Told().delivered())
    (tmp_path / "2.xml").write_bytes(Told(reference="cut").delivered()[:-9])
    (tmp_path / "3.jsonl").write_text(told, "utf-8")
    (tmp_path / "notes.txt").write_text("No result.", "utf-8")

    first = take_folder(sqlite_world.services, FEED, tmp_path)

    assert first.states == {"attached": 1, "nothing to attach": 2}
    assert [one.partition(":")[0] for one in first.faults] == [
        *("2.xml", "3.jsonl line 2", "3.jsonl line 3", "3.jsonl line 5", "3.jsonl line 7")
    ]
    assert "/heard_on" in first.faults[1]
    assert (tmp_path / "refused" / "3.jsonl.txt").read_text("utf-8").count("\n") == 4
    assert (tmp_path / "notes.txt").exists()
    before = held(sqlite_world, record_id)

    for path in (tmp_path / "done" / "1.xml", tmp_path / "refused" / "3.jsonl"):
        path.rename(tmp_path / path.name)
    again = take_folder(sqlite_world.services, FEED, tmp_path)

    assert (again.states, again.again, len(again.faults)) == ({}, 3, 4)
    assert held(sqlite_world, record_id) == before


def columns_of(body: Any, at: str = "") -> dict[str, str]:
    """Return the cells of a row that states a body, by their columns."""
    if not isinstance(body, dict | list):
        return {at: "" if body is None else str(body)}
    inside = body.items() if isinstance(body, dict) else enumerate(body)
    return {k: v for name, one in inside for k, v in columns_of(one, f"{at}/{name}").items()}


def test_a_table_is_taken_as_the_same_bodies(sqlite_world: World, tmp_path: Path) -> None:
    body = BODIES["POST /v1/matters"]
    row = columns_of(body)
    with (tmp_path / "1.csv").open("w", encoding="utf-8", newline="") as file:
        told = csv.writer(file)
        told.writerow(row)
        told.writerow(row.values())
        told.writerow((row | {"/heard_on": "2026-02-30", "/reference": "8"}).values())
        told.writerow([*row.values(), "too much"])
        told.writerow((row | {"/reference": "9", "/case_number": "05CJ0000999"}).values())
    (tmp_path / "2.jsonl").write_text(json.dumps(body), "utf-8")

    night = take_folder(sqlite_world.services, FEED, tmp_path)

    assert body_of_row(list(row), list(row.values())) == body
    assert (sum(night.states.values()), night.again) == (2, 1)
    assert [one.partition(":")[0] for one in night.faults] == ["1.csv line 3", "1.csv line 4"]
    assert "/heard_on" in night.faults[0]


@pytest.mark.parametrize(
    ("columns", "row"),
    [
        (["/name", "/name/surname"], ["Ley", "Ley"]),
        (["/name/surname", "/name"], ["Ley", "Ley"]),
        (["/asn", "/asn"], ["1", "2"]),
        (["/asn"], ["1", "2"]),
    ],
)
def test_a_cell_that_has_no_place_of_its_own_refuses_its_row(
    columns: list[str], row: list[str]
) -> None:
    assert "cell without a column" in body_of_row(columns, row)


def a_table(file: Path, *rows: dict[str, str], encoding: str = "utf-8") -> None:
    with file.open("w", encoding=encoding, newline="") as table:
        told = csv.writer(table)
        told.writerow(rows[0])
        told.writerows(row.values() for row in rows)


UNREADABLE = {
    "a quotation mark that nothing closes": '/name/surname\n"Ley\n' + "Ley\n" * 40_000,
    "a cell of a book": f"/name/surname\n{'y' * 140_000}\n",
}
SENSELESS = [
    "/" + "a/" * 5_000,
    "/" + "0/" * 5_000,
    "/offences/²/code",
    f"/offences/{'9' * 5_000}",
]


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_a_table_that_cannot_be_read_on_keeps_no_other_file_from_being_taken(
    sqlite_world: World, tmp_path: Path, text: str
) -> None:
    body = BODIES["POST /v1/matters"]
    (tmp_path / "1.csv").write_text(text, "utf-8")
    (tmp_path / "2.jsonl").write_text(json.dumps(body), "utf-8")

    night = take_folder(sqlite_world.services, FEED, tmp_path)

    assert sum(night.states.values()) == 1
    assert len(night.faults) == 1
    assert night.faults[0].startswith("1.csv line 2: A cell is too long: a quotation mark may")
    assert (tmp_path / "refused" / "1.csv").exists()


@pytest.mark.parametrize("column", SENSELESS, ids=range(4))
def test_a_column_that_names_no_place_refuses_its_rows_only(
    sqlite_world: World, tmp_path: Path, column: str
) -> None:
    row = columns_of(BODIES["POST /v1/matters"])
    a_table(tmp_path / "1.csv", row | {column: "x"})
    a_table(tmp_path / "2.csv", row)

    night = take_folder(sqlite_world.services, FEED, tmp_path)

    assert (sum(night.states.values()), len(night.faults)) == (1, 1)
    assert night.faults[0].startswith("1.csv line 2: ")


def test_no_name_of_a_file_and_no_folder_keeps_the_others_from_being_taken(
    sqlite_world: World, tmp_path: Path
) -> None:
    (tmp_path / "1.csv").mkdir()
    (tmp_path / "2 caf\udce9.jsonl").write_text("no JSON\n", "utf-8")
    (tmp_path / "3.jsonl").write_text(json.dumps(BODIES["POST /v1/matters"]), "utf-8")

    night = take_folder(sqlite_world.services, FEED, tmp_path)

    assert (sum(night.states.values()), len(night.faults)) == (1, 1)
    told = (tmp_path / "refused" / "2 caf\udce9.jsonl.txt").read_text("utf-8")
    assert told.startswith("2 caf\\udce9.jsonl line 1: ")


def test_a_table_in_another_encoding_spoils_no_name(sqlite_world: World, tmp_path: Path) -> None:
    """Spreadsheets write such tables: a name with a replaced letter would be matched and kept."""
    row = columns_of(BODIES["POST /v1/matters"])
    (name,) = (column for column in row if column.endswith("surname"))
    spelled = row | {name: "Müller", "/reference": "8"}
    a_table(tmp_path / "1.csv", row, spelled, encoding="latin-1")
    a_table(tmp_path / "2.csv", spelled)

    night = take_folder(sqlite_world.services, FEED, tmp_path)

    assert (sum(night.states.values()), night.again) == (2, 0)
    assert night.faults == ["1.csv line 3: The body must be one JSON object in UTF-8."]
