"""Which rows are owed a digest, and which digests no event states."""

from __future__ import annotations

from domain.ids import EventType
from service.storage.statement.both_ways import OwedDigests, StatedDigests
from service.storage.statement.commitments import CommittedRow


def _row(number: int, digest: str, table: str = "persons") -> CommittedRow:
    return CommittedRow(EventType("enrolled"), table, (number,), f"ref{number}", digest)


def _owing(*rows: CommittedRow) -> OwedDigests:
    owed = OwedDigests()
    for row in rows:
        owed.add(row)
    return owed


def _stated(*digests: str) -> StatedDigests:
    stated = StatedDigests()
    for seq, digest in enumerate(digests):
        stated.add(digest, seq)
    return stated


def test_digests_that_no_event_states_are_told_by_table() -> None:
    owed = _owing(_row(1, "a"), _row(2, "b"), _row(3, "c", "links"), _row(4, "d", "cases"))

    assert owed.unstated(_stated("c", "x", "a")) == {
        "persons": frozenset({hash("b")}),
        "cases": frozenset({hash("d")}),
    }


def test_without_any_statement_every_digest_is_lacking() -> None:
    assert _owing(_row(1, "a")).unstated(_stated()) == {"persons": frozenset({hash("a")})}


def test_rows_that_a_loaded_chunk_covers_owe_none() -> None:
    owed = OwedDigests()
    owed.covered.add("persons", [1])

    owed.add(_row(1, "a"))

    assert owed.unstated(_stated()) == {}


def test_the_first_event_that_states_a_digest_of_a_table_is_told() -> None:
    owed = _owing(_row(1, "a"), _row(2, "b"), _row(3, "c", "links"))

    assert owed.first_stated(_stated("x", "b", "a"), ("persons", "links")) == {"persons": 1}
