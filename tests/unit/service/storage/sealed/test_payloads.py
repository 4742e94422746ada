"""Payloads are stored once, by number, and can be erased; with a vault they are sealed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Connection, text

from domain.errors import PayloadErasedError, VaultDamagedError
from domain.ids import PersonId, RecordId, SearchId
from service.provenance.canonical import read_event
from service.provenance.vault.key_stores import Named, named, owner_text
from service.provenance.vault.vault import Place, Vault
from service.storage.database import Database
from service.storage.engine.engines import open_engine, write_connection
from service.storage.engine.settings import DatabaseSettings
from service.storage.engine.writes import RowNumbers
from service.storage.loading.bulk import LoadedChunk
from service.storage.sealed.payloads import NO_PAYLOAD, PayloadKind, PayloadStore
from service.storage.tables.links import link_revocations
from tests.contract.batches import batch
from tests.contract.builders import NOON, enrol, event, open_case, probe, record
from tests.contract.comparing import are_identical
from tests.formats import FORMAT


class KeysInMemory:
    """A key store that forgets on demand."""

    def __init__(self) -> None:
        self.keys: dict[str, bytes] = {}
        self.destroyed: dict[str, datetime] = {}
        self.writes: list[int] = []

    def add_many(self, keys: Mapping[str, bytes]) -> None:
        self.keys.update(keys)
        self.writes.append(len(keys))

    def get_many(self, refs: Sequence[str]) -> Mapping[str, bytes]:
        if any(ref in self.destroyed for ref in refs):
            raise PayloadErasedError
        return {ref: self.keys[ref] for ref in refs}

    def destroy(self, refs: Sequence[str], *, at: datetime) -> None:
        for ref in refs:
            del self.keys[ref]
            self.destroyed[ref] = at


@pytest.fixture
def keys() -> KeysInMemory:
    return KeysInMemory()


@pytest.fixture
def vault(keys: KeysInMemory) -> Vault:
    return Vault(keys, np.random.default_rng(1).bytes, lambda: NOON)


@pytest.fixture
def connection(sqlite_url: str) -> Iterator[Connection]:
    engine = open_engine(sqlite_url, DatabaseSettings())
    with write_connection(engine) as opened:
        yield opened
    engine.dispose()


@pytest.fixture
def sealed(database_url: str, vault: Vault) -> Iterator[Database]:
    database = Database(database_url, codec=FORMAT.codec, encrypt=vault)
    yield database
    database.close()


def _store(connection: Connection, vault: Vault | None = None) -> PayloadStore:
    return PayloadStore(connection, RowNumbers(connection), vault)


def _put(store: PayloadStore, *bodies: bytes) -> list[Named]:
    """Store words, each of the revocation of a link; return their numbers as rows name them."""
    ids = store.put_many(PayloadKind.WORDS, bodies)
    rows = [{"link_id": f"link-{number}", "payload_id": number} for number in ids]
    store.bind(link_revocations, rows)
    return [_named(number, number) for number in ids]


def _named(number: int, link: int) -> Named:
    return named(number, owner_text("link_revocations.payload_id", [f"link-{link}"]))


def test_items_are_found_by_number(connection: Connection) -> None:
    store = _store(connection)

    ids = store.put_many(PayloadKind.WORDS, [b"a", b"b"])

    assert store.get_many(PayloadKind.WORDS, ids) == {ids[0]: b"a", ids[1]: b"b"}
    assert store.put_many(PayloadKind.WORDS, []) == []


def test_nothing_is_found_where_nothing_was_kept(connection: Connection) -> None:
    assert _store(connection).get(PayloadKind.WORDS, NO_PAYLOAD) is None


def test_an_erased_number_is_never_given_again(connection: Connection) -> None:
    store = _store(connection)
    last = store.put(PayloadKind.WORDS, b"a")
    store.delete([last, NO_PAYLOAD])

    again = _store(connection).put(PayloadKind.WORDS, b"b")

    assert again > last
    assert store.get(PayloadKind.WORDS, last) is None


def test_more_items_than_one_statement_names_are_read_and_erased(connection: Connection) -> None:
    store = _store(connection)
    ids = store.put_many(PayloadKind.WORDS, [b"x"] * 5_001)

    found = store.get_many(PayloadKind.WORDS, ids)
    store.delete(ids)

    assert len(found) == 5_001
    assert store.get_many(PayloadKind.WORDS, ids) == {}


def test_an_item_of_another_kind_is_damaged(connection: Connection) -> None:
    store = _store(connection)
    payload_id = store.put(PayloadKind.WORDS, b"a")

    with pytest.raises(VaultDamagedError):
        store.get(PayloadKind.PROBE, payload_id)


def test_what_is_stored_sealed_does_not_hold_the_body(
    connection: Connection, vault: Vault
) -> None:
    store = _store(connection, vault)
    (payload_id,) = _put(store, b"the body itself")

    stored = connection.execute(text("SELECT body FROM payloads")).scalar_one()

    assert b"body itself" not in stored
    assert store.get(PayloadKind.WORDS, payload_id) == b"the body itself"


@pytest.mark.parametrize("swap", [(1, 2), (2, 1)])
def test_sealed_items_do_not_open_in_each_others_place(
    connection: Connection, vault: Vault, swap: tuple[int, int]
) -> None:
    store = _store(connection, vault)
    ids = _put(store, b"a", b"b")
    rows = connection.execute(text("SELECT payload_id, body FROM payloads"))
    stored = {row.payload_id: row.body for row in rows}
    moved, place = (ids[i - 1] for i in swap)

    with pytest.raises(VaultDamagedError):
        store.open_many(PayloadKind.WORDS, [(place, stored[moved])])


def test_a_sealed_item_opens_only_for_the_row_that_it_was_sealed_for(
    connection: Connection, vault: Vault
) -> None:
    store = _store(connection, vault)
    first, second = _put(store, b"a", b"b")

    for stranger in (int(first), _named(first, second), _named(second, first)):
        with pytest.raises(VaultDamagedError):
            store.get(PayloadKind.WORDS, stranger)
    with pytest.raises(VaultDamagedError):
        store.get_many(PayloadKind.WORDS, [first, _named(first, second)])
    assert store.get(PayloadKind.WORDS, first) == b"a"


def test_a_lent_item_opens_for_both_rows_and_its_commitment_stays(
    connection: Connection, vault: Vault
) -> None:
    store = _store(connection, vault)
    (first,) = _put(store, b"a")
    committed = store.take_refs()
    before = connection.execute(text("SELECT substr(body, 1, 48) FROM payloads")).scalar_one()

    store.lend(link_revocations, [{"link_id": "link-7", "payload_id": first}])

    again = connection.execute(text("SELECT substr(body, 1, 48) FROM payloads")).scalar_one()
    assert before == again == bytes.fromhex(committed[0].ref + committed[0].commitment)
    assert store.get(PayloadKind.WORDS, first) == b"a"
    assert store.get(PayloadKind.WORDS, _named(first, 7)) == b"a"
    with pytest.raises(VaultDamagedError):
        store.get(PayloadKind.WORDS, _named(first, 8))


def test_an_item_that_no_row_names_is_not_stored(connection: Connection, vault: Vault) -> None:
    store = _store(connection, vault)
    store.put(PayloadKind.WORDS, b"a")

    with pytest.raises(VaultDamagedError):
        store.committing()


def test_a_sealed_item_that_was_cut_is_damaged(vault: Vault) -> None:
    with pytest.raises(VaultDamagedError):
        vault.open_many(Place("payloads", "words"), [(1, b"short")])


def test_new_keys_are_known_at_once_and_stored_just_before_the_commit(
    connection: Connection, vault: Vault, keys: KeysInMemory
) -> None:
    keys.keys["old"] = b"o" * 64
    store = _store(connection, vault)

    ids = _put(store, b"a", b"b")
    read = store.get_many(PayloadKind.WORDS, ids)
    before = len(keys.keys)
    store.committing()

    assert read == {ids[0]: b"a", ids[1]: b"b"}
    assert (before, len(keys.keys)) == (1, 3)
    assert store.get_many(PayloadKind.WORDS, ids) == read


def test_new_and_old_items_are_opened_together(connection: Connection, vault: Vault) -> None:
    store = _store(connection, vault)
    (old,) = _put(store, b"old")
    store.committing()

    (new,) = _put(store, b"new")

    assert store.get_many(PayloadKind.WORDS, [old, new]) == {old: b"old", new: b"new"}


def test_keys_are_stored_once(connection: Connection, vault: Vault, keys: KeysInMemory) -> None:
    store = _store(connection, vault)
    (payload_id,) = _put(store, b"a")
    store.committing()
    keys.writes.clear()

    store.committing()

    assert keys.writes == []
    assert store.get(PayloadKind.WORDS, payload_id) == b"a"


def test_an_event_commits_to_the_payloads_written_before_it(sealed: Database) -> None:
    units = sealed.units_of_work()
    with units.write() as unit:
        enrol(unit, 1)
        unit.events.append(event("first"))
        unit.events.append(event("second"))
        unit.commit()

    with units.read() as unit:
        bodies = [read_event(entry.body) for entry in unit.events.every()]

    assert [len(body.payloads) for body in bodies] == [2, 0]


def test_the_whole_story_reads_back_through_the_vault(sealed: Database) -> None:
    units = sealed.units_of_work()
    with units.write() as unit:
        open_case(unit)
        unit.commit()
    sealed.bulk_writer().add_many(batch(first=50), event(), chunk=LoadedChunk("source", 0))

    with units.read() as unit:
        found = unit.searches.probe(SearchId("search-1"))
        changes = unit.gallery_feed.changes_after(0, 100)
        assert unit.people.record(RecordId("record-1")) == record()
        assert found is not None
        assert are_identical(found.impressions, probe().impressions)
        assert len(changes.enrolled) == 7


def test_erasing_destroys_the_keys_once_the_erasure_is_durable(
    sealed: Database, keys: KeysInMemory
) -> None:
    units = sealed.units_of_work()
    with units.write() as unit:
        enrol(unit, 1)
        enrol(unit, 2)
        unit.commit()
    with units.write() as unit:
        unit.people.erase_person(PersonId("person-1"))
        before = len(keys.destroyed)
        unit.commit()

    assert before == 0
    assert set(keys.destroyed.values()) == {NOON}
    assert (len(keys.destroyed), len(keys.keys)) == (2, 2)


def test_an_erasure_that_is_not_committed_destroys_nothing(
    sealed: Database, keys: KeysInMemory
) -> None:
    units = sealed.units_of_work()
    with units.write() as unit:
        enrol(unit, 1)
        unit.commit()
    with units.write() as unit:
        unit.people.erase_person(PersonId("person-1"))

    with units.read() as unit:
        assert unit.people.record(RecordId("record-1")) == record()
    assert keys.destroyed == {}


def test_erased_bytes_are_in_no_file_of_the_database(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url, codec=FORMAT.codec)
    units = database.units_of_work()
    with units.write() as unit:
        enrol(unit, 1)
        unit.commit()
    before = _holds(tmp_path, b"Llanfair")
    with units.write() as unit:
        unit.people.erase_person(PersonId("person-1"))
        unit.commit()
    engine = open_engine(sqlite_url, DatabaseSettings())
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _checkpoint(connection)
    engine.dispose()
    database.close()

    assert before
    assert not _holds(tmp_path, b"Llanfair")


def _checkpoint(connection: Any) -> None:
    raw = connection.connection.dbapi_connection
    raw.execute("ROLLBACK") if raw.in_transaction else None
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _holds(directory: Path, needle: bytes) -> bool:
    return any(needle in path.read_bytes() for path in directory.iterdir() if path.is_file())
