"""Tables of codes: in force, expired, unknown and unlisted are four things."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from domain.errors import UnknownRuleError
from domain.exchange.codes import ReplyCode
from rules.code_tables import (
    MEMBER_STATES,
    OFFENCES,
    REPLY_OUTCOMES,
    SANCTIONS,
    TABLES,
    Standing,
    code_table,
    table_at,
)

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_read_with_source_and_digest(name: str) -> None:
    table = code_table(name)

    assert table.identifier == name
    assert len(table.sha256) == 64
    assert table.source


@pytest.mark.parametrize(
    ("table", "code", "on", "standing"),
    [
        (OFFENCES, "0401", TODAY, Standing.IN_FORCE),
        (OFFENCES, "1905", TODAY, Standing.UNLISTED),
        (OFFENCES, "401", TODAY, Standing.UNKNOWN),
        (SANCTIONS, "1000", TODAY, Standing.UNLISTED),
        (MEMBER_STATES, "POL", TODAY, Standing.IN_FORCE),
        (MEMBER_STATES, "POL", date(2004, 4, 30), Standing.EXPIRED),
        (MEMBER_STATES, "GBR", date(2020, 1, 31), Standing.IN_FORCE),
        (MEMBER_STATES, "GBR", date(2020, 2, 1), Standing.EXPIRED),
        (MEMBER_STATES, "USA", TODAY, Standing.UNKNOWN),
    ],
)
def test_a_code_stands_in_one_way(table: str, code: str, on: date, standing: Standing) -> None:
    assert code_table(table).standing(code, on) is standing


def test_twenty_seven_states_are_members() -> None:
    assert len(code_table(MEMBER_STATES).in_force(TODAY)) == 27


def test_every_reply_has_its_row() -> None:
    assert set(code_table(REPLY_OUTCOMES).rows) == {one.value for one in ReplyCode}


def test_a_table_of_somebody_else_is_loaded_and_a_faulty_one_refused(tmp_path: Path) -> None:
    row = {"code": "7", "valid_from": None, "valid_to": "2020-01-01", "names": {"en": "Seven"}}
    stated = {"source": "A test.", "is_complete": True, "form": "[0-9]", "rows": [row]}
    path = tmp_path / "table.json"
    path.write_text(json.dumps(stated), encoding="utf-8")

    table = table_at(path, "sevens/1")
    assert (table.standing("7", TODAY), table.standing("8", TODAY)) == (
        Standing.EXPIRED,
        Standing.UNKNOWN,
    )
    assert (table.name("7"), table.name("8")) == ("Seven", "8")
    for faulty in (stated | {"form": "[a-z]"}, {"rows": []}, stated | {"rows": [{"code": "7"}]}):
        path.write_text(json.dumps(faulty), encoding="utf-8")
        with pytest.raises(UnknownRuleError):
            table_at(path, "sevens/1")
    with pytest.raises(UnknownRuleError):
        table_at(tmp_path / "nothing.json", "sevens/1")
