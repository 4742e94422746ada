"""What the tables say that people see of their own data, against the answer that they get."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import RowMapping, Table, select, text

from domain.retention.disclosure import HELD, OwnSection
from service.storage.tables.about import Seen, declared, sealed_columns
from service.storage.tables.metadata import METADATA
from service.usecases.requests.own_data import RECIPIENTS, own_sections
from tests.integration.provenance.stores import LinkedStore
from tests.integration.provenance.tampering import Hand, hand_in
from tests.integration.provenance.test_paths import Person, _free

SHOWING = (Seen.SHOWN, Seen.AS_PRINTS, Seen.AS_RECIPIENT, Seen.AS_RECORD)
"""What a table says whose rows are in the answer, as such or by what was made of them."""
TABLES = [
    one for one in METADATA.sorted_tables if (said := declared(one)) and said.seen in SHOWING
]


UNTRIED = {
    "conversion_codings": "the one frame that was coded is written to no record",
    "matters": "the result that came in waits, and is about nobody yet",
    "exchange_received": "no State asks about anybody who is neither hidden nor erased",
}
"""Tables without a row about anybody of the store who may ask."""


class _All(frozenset[Any]):
    """Every conviction may be told."""

    def __contains__(self, _one: object) -> bool:
        return True


@pytest.fixture(scope="module")
def hand(busy_store: LinkedStore) -> Iterator[Hand]:
    with hand_in(busy_store) as made:
        yield made


@pytest.mark.parametrize("table", TABLES, ids=str)
@pytest.mark.parametrize("busy_store", ["sqlite"], indirect=True)
def test_the_answer_holds_what_the_table_says_that_people_see(hand: Hand, table: Table) -> None:
    answers = _answers(hand)
    rows = [
        (row, answers[person.row])
        for person in _free(hand.raw)
        for row in _rows_about(hand, person, table)
    ]
    is_seen = _IS_SEEN[_seen(table)]

    assert rows or table.name in UNTRIED
    assert [dict(row) for row, answer in rows if not is_seen(hand, table, row, answer)] == []
    assert not rows or not all(is_seen(hand, table, row, ()) for row, _ in rows)


def _seen(table: Table) -> Seen:
    said = declared(table)
    assert said is not None
    assert said.seen is not None
    return said.seen


def _answers(hand: Hand) -> dict[int, tuple[OwnSection, ...]]:
    found = {}
    with hand.services.units.read() as unit:
        for person in _free(hand.raw):
            file: Any = SimpleNamespace(person_id=person.person_id)
            found[person.row] = own_sections(unit, file, _All())
    return found


def _rows_about(hand: Hand, person: Person, table: Table) -> list[RowMapping]:
    columns = sealed_columns(table)
    if columns:
        is_about = columns[0].in_(person.payloads(hand.raw, table.name))
    else:
        is_about = table.c.person_row == person.row
    return list(hand.raw.execute(select(table).where(is_about)).mappings())


def _places(answer: tuple[OwnSection, ...]) -> set[str]:
    """Return the ids by which the answer names what is held."""
    fields = [one for section in answer if section.key == HELD for one in section.fields]
    return {part for one in fields for part in one.place.split("/")}


def _is_shown(
    _hand: Hand, table: Table, row: Mapping[str, Any], answer: tuple[OwnSection, ...]
) -> bool:
    ids = {str(row[column.name]) for column in table.columns if column.name.endswith("_id")}
    return bool(ids & _places(answer))


def _is_of_a_named_capture(
    hand: Hand, _table: Table, row: Mapping[str, Any], answer: tuple[OwnSection, ...]
) -> bool:
    """Whether the capture, or the one it was moved to, is named; searches have none to name."""
    capture = row.get("encounter_id") or row.get("owner_id")
    if capture is None:
        query = "SELECT encounter_id FROM remade_templates WHERE remake_id = :id"
        capture = hand.value(query, id=row["remake_id"])
    while moved := hand.value(_SUCCESSOR, id=capture):
        capture = moved
    return (
        capture in _places(answer)
        or not hand.value("SELECT 1 FROM encounters WHERE encounter_id = :id", id=capture)
        or bool(hand.value(_DELETED, id=capture))
    )


_SUCCESSOR = (
    "SELECT next.encounter_id FROM encounters one JOIN encounter_successors way"
    " ON way.encounter_row = one.encounter_row JOIN encounters next"
    " ON next.encounter_row = way.successor_row WHERE one.encounter_id = :id"
)
_DELETED = (
    "SELECT 1 FROM gallery_changes WHERE kind = 1 AND encounter_row ="
    " (SELECT encounter_row FROM encounters WHERE encounter_id = :id)"
)


def _is_named_as_recipient(
    hand: Hand, _table: Table, row: Mapping[str, Any], answer: tuple[OwnSection, ...]
) -> bool:
    """Whether whoever was told is named with the day; the person, and who waits, are not."""
    if "recipient_kind" in row:
        is_other = row["recipient_kind"] != "person"
        name = _name_of(row["recipient_kind"], row["recipient_code"])
        told = (name, _written(row["sent_at"])) if is_other else None
    else:
        # A message out, or the question that it replies to.
        column = "message_id" if "receiver" in row else "response_to"
        sent = hand.raw.execute(text(_SENT.format(column=column)), {"id": row["message_id"]})
        told = next(((_COUNTRIES[one.receiver], _written(one.sent_at)) for one in sent), None)
    named = {
        (one.label, one.text.partition(":")[0])
        for section in answer
        if section.key == RECIPIENTS
        for one in section.fields
    }
    return told is None or told in named


def _name_of(kind: str, code: str) -> str:
    """Return the name that the office writes of a recipient: of a State that of its country."""
    return _COUNTRIES[code] if kind == "state" else f"{kind.capitalize()} {code}"


_COUNTRIES = {"POL": "Poland", "DEU": "Germany", "ROU": "Romania"}
"""The States that the store exchanges with."""


def _written(moment: object) -> str:
    """Return the day of a moment as the office writes it to a person."""
    on = date.fromisoformat(str(moment)[:10])
    return f"{on.day} {on:%B} {on.year}"


_SENT = (
    "SELECT m.receiver, s.sent_at FROM exchange_messages m JOIN exchange_sent s"
    " ON s.message_id = m.message_id WHERE m.{column} = :id"
)


def _is_in_a_record(
    hand: Hand, _table: Table, row: Mapping[str, Any], answer: tuple[OwnSection, ...]
) -> bool:
    """Whether the record to which a frame was written is shown."""
    written = "SELECT record_id FROM conversion_writings WHERE frame_id = :id"
    return hand.value(written, id=row["frame_id"]) in _places(answer)


_IS_SEEN: Mapping[
    Seen, Callable[[Hand, Table, Mapping[str, Any], tuple[OwnSection, ...]], bool]
] = {
    Seen.SHOWN: _is_shown,
    Seen.AS_PRINTS: _is_of_a_named_capture,
    Seen.AS_RECIPIENT: _is_named_as_recipient,
    Seen.AS_RECORD: _is_in_a_record,
}
