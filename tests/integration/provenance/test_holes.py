"""Attacks that went unseen once: one change each, past the triggers, with the database alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import insert, select, text

from domain.examination.cases import CaseState
from service.provenance.bundle.bundle import TrustedKeys
from service.provenance.bundle.findings import Finding, FindingCode
from service.storage.log import head
from service.storage.tables.metadata import METADATA
from service.usecases.log.verification import verify_store
from tests.integration.api.driver import World
from tests.integration.provenance.forging import undone
from tests.integration.provenance.links import make_link
from tests.integration.provenance.stores import LinkedStore
from tests.integration.provenance.tampering import Hand, hand_in

LOADED = (
    "SELECT e.encounter_id FROM encounters e JOIN gallery_changes g"
    " ON g.encounter_row = e.encounter_row JOIN loads l"
    " ON g.change_seq BETWEEN l.first_change AND l.last_change ORDER BY e.encounter_row LIMIT 1"
)
PAYLOAD_OF = {
    "candidates": "the evidence of a search",
    "comparisons": "a sealed comparison",
    "decisions": "a sealed decision",
    "certificates": "a certificate",
    "analyses": "an analysis",
    "asn_results": "the result of a court",
}


@pytest.fixture(scope="module")
def store(busy_store: LinkedStore) -> Iterator[Hand]:
    with hand_in(busy_store) as hand:
        yield hand


@pytest.fixture
def hand(store: Hand) -> Iterator[Hand]:
    with undone(store):
        yield store


def _found(hand: Hand) -> tuple[Finding, ...]:
    keys = TrustedKeys(hand.store.log_key, hand.store.witness_keys)
    return verify_store(hand.services, keys, held=(hand.store.checkpoint,)).log.findings


@pytest.mark.parametrize("table", ["capture_minutiae", "capture_images"])
@pytest.mark.parametrize("payload", ["its own", "none"])
def test_prints_planted_under_a_loaded_capture_are_found(
    hand: Hand, table: str, payload: str
) -> None:
    """An innocent person gets the minutiae or the picture of the mark."""
    planted = METADATA.tables[table]
    row = dict(hand.raw.execute(select(planted).limit(1)).mappings().one())
    row["owner_id"] = hand.value(LOADED)
    if payload == "none":
        row["payload_id"] = 0
    hand.raw.execute(insert(planted).values(row))

    assert FindingCode.ROW_CHANGED in {found.code for found in _found(hand)}


def test_a_record_taken_from_the_live_ones_is_found(hand: Hand) -> None:
    assert hand.run("DELETE FROM live_records WHERE record_id = :id", id=hand.store.record_id)

    assert [found.code for found in _found(hand)] == [FindingCode.ROW_MISDERIVED]


def test_a_forged_acknowledgement_of_another_state_is_found(hand: Hand) -> None:
    assert hand.run(
        "INSERT INTO exchange_answers (answer_id, message_id, kind, answered_at) SELECT 'x1',"
        " message_id, kind, queued_at FROM exchange_messages LIMIT 1"
    )

    assert [found.detail for found in _found(hand)] == [
        "Row x1 of exchange_answers: no event states its digest."
    ]


def test_a_message_that_is_said_to_be_sent_is_found(hand: Hand) -> None:
    assert hand.run(
        "INSERT INTO exchange_sent (message_id, sent_at) SELECT message_id, queued_at FROM"
        " exchange_messages WHERE message_id NOT IN (SELECT message_id FROM exchange_sent) LIMIT 1"
    )

    assert FindingCode.ROW_WITHOUT_EVENT in {found.code for found in _found(hand)}


@pytest.mark.parametrize("table", PAYLOAD_OF)
def test_a_deleted_payload_is_found_by_its_event(hand: Hand, table: str) -> None:
    numbers = METADATA.tables[table].c.payload_id
    payloads = METADATA.tables["payloads"].c.payload_id
    number = (
        hand.raw.execute(select(numbers).where(numbers.in_(select(payloads)))).scalars().first()
    )
    assert number
    assert hand.run("DELETE FROM payloads WHERE payload_id = :number", number=number)

    (found,) = _found(hand)

    assert found.code is FindingCode.PAYLOAD_GONE
    assert found.seq is not None
    assert table in found.detail


_OF_ITS_OWN = (
    "SELECT search_id FROM searches WHERE search_type = 'TP/TP' AND search_id NOT IN"
    " (SELECT result_ref FROM jobs WHERE kind = 'search') LIMIT 1"
)


@pytest.mark.parametrize("told", ["another's", "exchanged", "a search of its own"])
def test_a_line_of_a_batch_that_tells_another_search_is_found(hand: Hand, told: str) -> None:
    """A force would read the answer about one person as the answer about another."""
    query = "SELECT job_row, result_ref FROM jobs WHERE kind = 'search' AND result_ref <> ''"
    (one, own), (two, other) = hand.raw.execute(text(query)).all()
    said = hand.value(_OF_ITS_OWN) if told == "a search of its own" else other
    moved = {one: said, **({two: own} if told == "exchanged" else {})}
    for row, ref in moved.items():
        assert hand.run("UPDATE jobs SET result_ref = :ref WHERE job_row = :row", ref=ref, row=row)

    found = _found(hand)

    assert {one.code for one in found} <= {
        FindingCode.ROW_WITHOUT_EVENT,
        FindingCode.ROW_MISDERIVED,
    }
    assert found


@pytest.mark.parametrize("state", CaseState)
def test_a_case_moved_to_another_state_is_found(hand: Hand, state: CaseState) -> None:
    moved = hand.run(
        "UPDATE cases SET state = :state WHERE case_id = :id AND state <> :state",
        state=state.value,
        id=hand.store.case_id,
    )

    assert bool(_found(hand)) == bool(moved)


def test_another_person_of_an_unsolved_mark_is_found(hand: Hand) -> None:
    changed = hand.run(
        "UPDATE persons SET person_id = 'x1' WHERE person_row IN"
        " (SELECT person_row FROM encounters WHERE gallery = 1 LIMIT 1)"
    )

    assert changed
    assert any("persons" in found.detail for found in _found(hand))


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE certificates SET issued_at = 'never'", "certificates"),
        (
            "UPDATE live_records SET record_row = 'none' WHERE record_id ="
            " (SELECT min(record_id) FROM live_records)",
            "live_records",
        ),
        ("UPDATE decisions SET payload_id = 'none'", "decisions"),
        ("UPDATE sessions SET begun_at = 'never'", "accounts and access"),
        ("DELETE FROM log_head", ""),
    ],
)
@pytest.mark.parametrize("busy_store", ["sqlite"], indirect=True)
def test_damaged_values_are_findings(hand: Hand, statement: str, named: str) -> None:
    """SQLite takes any text in any column."""
    hand.run("PRAGMA ignore_check_constraints = ON")
    assert hand.run(statement)

    assert any(named in found.detail for found in _found(hand))


def test_rows_of_a_release_that_committed_to_none_raise_no_alarm(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(head, "committed", lambda _connection, queued, _stated: list(queued))
        world.enrol(31)
        world.search(31)
    of_before = _findings_of(world)
    make_link(world, first=21)

    assert of_before == ()
    assert _findings_of(world) == ()


def _findings_of(world: World) -> tuple[Finding, ...]:
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    return verify_store(world.services, keys).log.findings
