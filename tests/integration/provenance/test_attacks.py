"""Attacks through the database, the files or the network, and the checks that detect them."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from domain.errors import (
    ConfigurationError,
    LogDamagedError,
    WitnessRefusedError,
)
from service.adapters.custody.files import FileCustody
from service.adapters.log_signer import open_signer
from service.bootstrap.keys import open_log_signer
from service.provenance.log.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from service.provenance.log.merkle import EMPTY, append_many, leaf_hash
from service.provenance.log.note_keys import SignatureType, SigningKey
from service.provenance.log.witness import CosignRequest, Witness, cosign_first, cosign_next
from service.usecases.log.checkpoints import make_checkpoint
from tests.integration.provenance.stores import LinkedStore
from tests.integration.provenance.tampering import Hand, hand_in
from tests.integration.storage.raw import connection

pytestmark = pytest.mark.promise("tampering")


def test_an_untouched_store_verifies(store: LinkedStore) -> None:
    with hand_in(store) as hand:
        assert hand.findings(store.checkpoint) == set()


def test_a_byte_flipped_in_any_event_is_found(store: LinkedStore) -> None:
    with hand_in(store) as hand:
        size = hand.value("SELECT count(*) FROM events")
    for seq in range(0, size, max(1, size // 6)):
        with hand_in(store) as hand:
            body = bytes(hand.value("SELECT body FROM events WHERE seq = :seq", seq=seq))
            at = (seq * 37) % len(body)
            flipped = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
            hand.run("UPDATE events SET body = :body WHERE seq = :seq", body=flipped, seq=seq)

            assert {"root-differs", "node-differs"} <= hand.findings()


ATTACKS: dict[str, tuple[str, str]] = {
    "a node of the tree": (
        "UPDATE log_nodes SET digest = (SELECT digest FROM log_nodes WHERE level = 0"
        " AND node_index = 1) WHERE level = 1 AND node_index = 0",
        "node-differs",
    ),
    "a node too many": (
        "INSERT INTO log_nodes SELECT 40, node_index, digest FROM log_nodes"
        " WHERE level = 0 AND node_index = 0",
        "node-differs",
    ),
    "the size in the head": ("UPDATE log_head SET size = size * 2", "root-differs"),
    "a size that the frontier does not fit": (
        "UPDATE log_head SET size = 4 * size + 1",
        "root-differs",
    ),
    "the tail deleted": (
        "DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)",
        "log-shortened",
    ),
    "the middle deleted": ("DELETE FROM events WHERE seq = 3", "gap"),
    "the actor beside an event": (
        "UPDATE events SET actor = 'somebody-else' WHERE seq = 2",
        "column-differs",
    ),
    "the force beside an event": (
        "UPDATE events SET force = '99' WHERE force = '01'",
        "column-differs",
    ),
    "the time beside an event": (
        "UPDATE events SET at = '2026-01-01 12:00:00' WHERE seq = 2",
        "column-differs",
    ),
    "a subject of an event": (
        "DELETE FROM event_subjects WHERE seq = (SELECT max(seq) FROM event_subjects)",
        "column-differs",
    ),
    "the person of a decision": (
        "UPDATE decisions SET decided_by = 'somebody-else' WHERE decision_row = 1",
        "row-without-event",
    ),
    "a decision deleted": ("DELETE FROM decisions WHERE decision_row = 1", "event-without-row"),
    "a link deleted": ("DELETE FROM links", "event-without-row"),
    "a link under another id": ("UPDATE links SET link_id = 'forged'", "row-without-event"),
    "a revocation out of nothing": (
        "INSERT INTO link_revocations SELECT link_id, linked_at, first_decided_by, 0 FROM links",
        "row-without-event",
    ),
    "a search out of nothing": (
        "UPDATE searches SET search_id = 'forged' WHERE search_row = 1",
        "row-without-event",
    ),
    "an encounter out of nothing": (
        "UPDATE encounters SET encounter_id = 'forged' WHERE encounter_row = 2",
        "row-without-event",
    ),
    "an erasure that nobody ordered": (
        "INSERT INTO person_erasures SELECT person_row FROM persons WHERE person_row = 2",
        "row-without-event",
    ),
    "a checkpoint of another log": (
        "UPDATE checkpoints SET note = (SELECT body FROM events WHERE seq = 0)",
        "checkpoint-damaged",
    ),
}


@pytest.mark.parametrize("attack", list(ATTACKS), ids=lambda name: name.replace(" ", "-"))
def test_a_change_straight_in_the_database_is_found(store: LinkedStore, attack: str) -> None:
    statement, code = ATTACKS[attack]
    with hand_in(store) as hand:
        changed = hand.run(statement)

        assert changed >= 1
        assert code in hand.findings(store.checkpoint)


def test_events_that_changed_places_are_found(store: LinkedStore) -> None:
    with hand_in(store) as hand:
        second, third = (
            bytes(hand.value("SELECT body FROM events WHERE seq = :seq", seq=seq))
            for seq in (2, 3)
        )
        for seq, body in ((2, third), (3, second)):
            hand.run("UPDATE events SET body = :body WHERE seq = :seq", body=body, seq=seq)

        assert {"gap", "root-differs"} <= hand.findings()


def test_a_swapped_actor_in_the_body_is_found_though_everything_else_was_made_anew(
    store: LinkedStore,
) -> None:
    with hand_in(store) as hand:
        hand.rewrite({b"examiner-a": b"examiner-z"})

        assert "root-differs" in hand.findings(store.checkpoint)


def test_a_history_rewritten_and_signed_again_is_a_fork_to_whoever_kept_a_checkpoint(
    store: LinkedStore,
) -> None:
    held = open_checkpoint(store.checkpoint, store.log_key).checkpoint
    signer = open_log_signer(store.settings)
    forged = sign_checkpoint(Checkpoint(held.origin, held.size, b"\x01" * 32), signer.key).encode()
    with hand_in(store) as hand:
        hand.run("UPDATE checkpoints SET note = :note", note=forged)

        assert "fork" in hand.findings(store.checkpoint)


def test_an_older_backup_in_place_of_the_log_is_found_by_a_held_checkpoint(
    store: LinkedStore,
) -> None:
    with hand_in(store) as hand:
        _take_back(hand, to=4)

        assert "log-shortened" in hand.findings(store.checkpoint)


def test_the_signing_key_signs_no_log_that_was_taken_back(store: LinkedStore) -> None:
    signer = open_log_signer(store.settings)
    with hand_in(store) as hand:
        _take_back(hand, to=4)

        with pytest.raises(LogDamagedError, match="events are missing"):
            make_checkpoint(hand.services, signer)


def test_the_signing_key_signs_no_head_that_its_tree_does_not_give(store: LinkedStore) -> None:
    signer = open_log_signer(store.settings)
    with hand_in(store) as hand:
        hand.run("UPDATE log_nodes SET digest = :zero WHERE level > 1", zero=b"\0" * 32)

        with pytest.raises(LogDamagedError):
            make_checkpoint(hand.services, signer)


def test_a_signing_key_or_its_memory_that_was_changed_is_refused(
    store: LinkedStore, tmp_path: Path
) -> None:
    for name in ("checkpoint.key", "checkpoint.last"):
        keys = tmp_path / name
        shutil.copytree(store.settings.keys_directory, keys)
        data = bytearray((keys / name).read_bytes())
        data[len(data) // 2] ^= 1
        (keys / name).write_bytes(data)

        with hand_in(store) as hand, pytest.raises((ConfigurationError, LogDamagedError)):
            _sign_again(hand, keys)


def test_a_key_file_open_to_others_or_of_another_log_is_refused(
    store: LinkedStore, tmp_path: Path
) -> None:
    shutil.copytree(store.settings.keys_directory, tmp_path / "keys")
    with pytest.raises(ConfigurationError, match="log with another name"):
        FileCustody(tmp_path / "keys").log_key("another.example/log")
    (tmp_path / "keys" / "checkpoint.key").chmod(0o644)
    with pytest.raises(ConfigurationError, match="read by other accounts"):
        FileCustody(tmp_path / "keys").log_key(store.settings.log_name)


REFUSED = (
    "UPDATE events SET actor = 'x'",
    "DELETE FROM events",
    "UPDATE checkpoints SET size = size + 1",
    "DELETE FROM checkpoints",
    "UPDATE link_recipients SET force = '99'",
    "DELETE FROM link_recipients",
    "UPDATE decisions SET decided_by = 'x'",
    "DELETE FROM links",
)


@pytest.mark.parametrize("statement", REFUSED)
def test_an_update_or_delete_in_sql_is_refused_by_the_database(
    store: LinkedStore, statement: str
) -> None:
    with (
        connection(store.database_url) as raw,
        pytest.raises(DBAPIError, match="append-only"),
    ):
        raw.exec_driver_sql(statement)


def test_a_witness_refuses_a_rollback_and_a_fork(store: LinkedStore, tmp_path: Path) -> None:
    signer = open_log_signer(store.settings)
    me = Witness(SigningKey("w.example", b"\x05" * 32, SignatureType.COSIGNATURE), store.log_key)
    held = open_checkpoint(store.checkpoint, store.log_key).checkpoint
    cosign_first(tmp_path / "w", me, CosignRequest(0, (), store.checkpoint), at=_now())
    forged = [
        sign_checkpoint(Checkpoint(held.origin, size, b"\x02" * 32), signer.key).encode()
        for size in (held.size, held.size - 1)
    ]

    for note in forged:
        with pytest.raises(WitnessRefusedError):
            cosign_next(tmp_path / "w", me, CosignRequest(held.size, (), note), at=_now())


def _take_back(hand: Hand, *, to: int) -> None:
    """Reset the log to an earlier size, as from an older backup, checkpoints and all."""
    rows = hand.raw.exec_driver_sql("SELECT body FROM events ORDER BY seq").scalars().all()
    frontier, nodes = append_many(EMPTY, [leaf_hash(bytes(body)) for body in rows[:to]])
    hand.run("DELETE FROM checkpoints WHERE size > :to", to=to)
    hand.run("DELETE FROM event_subjects WHERE seq >= :to", to=to)
    hand.run("DELETE FROM events WHERE seq >= :to", to=to)
    kept = {(node.level, node.index) for node in nodes}
    stored = hand.raw.exec_driver_sql("SELECT level, node_index FROM log_nodes").all()
    for level, index in stored:
        if (level, index) not in kept:
            hand.run(
                "DELETE FROM log_nodes WHERE level = :l AND node_index = :i", l=level, i=index
            )
    hand.run("UPDATE log_head SET size = :s, frontier = :f", s=to, f=b"".join(frontier.digests))


def _sign_again(hand: Hand, keys: Path) -> None:
    """Have the key sign once more: its file and its memory are read on the way."""
    hand.run("DELETE FROM checkpoints")
    make_checkpoint(
        hand.services, open_signer(keys, FileCustody(keys).log_key(hand.store.settings.log_name))
    )


def _now() -> datetime:
    return datetime.now(UTC)
