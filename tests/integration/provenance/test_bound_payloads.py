"""A payload opens for the row that owns it, whatever kind it is of and wherever a row names it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, Connection, Engine, delete, event, insert, select
from typer.testing import CliRunner

from domain.errors import VaultDamagedError
from service.bootstrap.keys import open_vault_keys
from service.bootstrap.stores import open_store
from service.cli.context import CONSOLE
from service.main import app
from service.provenance.vault.key_stores import Named
from service.provenance.vault.vault import (
    COMMITTED_BYTES,
    SEAL_KEY_BYTES,
    Place,
    Vault,
    is_bound_to_rows,
)
from service.settings import Settings
from service.storage.sealed.payloads import PayloadKind, PayloadStore
from service.storage.statement.both_ways import payload_columns
from service.storage.tables.disclosure import stored_payloads
from service.storage.tables.people import payloads
from service.storage.transaction import transaction_on
from service.usecases.log import payloads as binding
from tests.forking import in_child
from tests.formats import FORMAT
from tests.integration.provenance.forging import (
    Change,
    changes_of_payloads,
    forged,
    is_refused,
    undone,
    with_payload,
)
from tests.integration.provenance.links import Linked
from tests.integration.provenance.tampering import Hand, past_triggers
from tests.integration.storage.raw import connection
from tests.kept import Kept, kind_of

ON_BOTH = pytest.mark.parametrize(
    "busy_store",
    [pytest.param("sqlite", marks=pytest.mark.promise("tampering")), "postgresql"],
    indirect=True,
)
SHARED_BY_THEIR_OWNER = frozenset({"jobs", "client_references"})
"""Several rows of one owner: the jobs of a batch, and references of one capture."""


@ON_BOTH
def test_every_payload_opens_for_each_row_that_names_it_and_for_nobody_else(
    unchecked: Hand,
) -> None:
    store, opened, kinds = _payloads(unchecked), 0, set[PayloadKind]()
    for column in payload_columns():
        for number, kind in _named(unchecked, column):
            assert store.get_withheld(kind, [number]).keys() == {number}
            assert _is_refused_to(store, kind, int(number))
            opened += 1
            kinds.add(kind)

    assert opened > 300
    assert kinds == set(PayloadKind)


@ON_BOTH
def test_no_payload_opens_after_its_row_was_swapped_or_changed(unchecked: Hand) -> None:
    tried = [
        (column, change)
        for column in payload_columns()
        for change in changes_of_payloads(unchecked, column)
        if not change.name.endswith("deleted")
    ]
    assert len({change.table for _, change in tried}) > 40
    for column, change in tried:
        with undone(unchecked):
            if not is_refused(unchecked, change):
                assert _refused(unchecked, column), change.name


@ON_BOTH
def test_no_payload_opens_for_a_row_that_was_planted(unchecked: Hand) -> None:
    """The row itself goes on to open its payload: what it says is as true as before."""
    planted = set()
    for column in payload_columns():
        row = with_payload(unchecked, column)
        if row is None or column.table.name in SHARED_BY_THEIR_OWNER:
            continue
        more = {**forged(unchecked, column.table, row), column.name: row[column.name]}
        planting = insert(column.table).values(more)
        change = Change(
            f"{column.table.name}/planted",
            frozenset({column.table.name}),
            lambda hand, planting=planting: hand.raw.execute(planting),
        )
        with undone(unchecked):
            if not is_refused(unchecked, change):
                assert _refused(unchecked, column), change.name
                planted.add(column.table.name)

    assert len(planted) > 40


def _payloads(hand: Hand) -> PayloadStore:
    return transaction_on(hand.raw, FORMAT.codec, hand.store.vault).payloads


def _named(hand: Hand, column: Column[Any]) -> Iterator[tuple[Named, PayloadKind]]:
    """Yield the payloads that a column names, as its rows name them, with their kind."""
    held = select(column, stored_payloads.c.kind).join(
        stored_payloads, stored_payloads.c.payload_id == column
    )
    for number, kind in hand.raw.execute(held):
        yield number, PayloadKind(kind)


def _is_refused_to(store: PayloadStore, kind: PayloadKind, number: int) -> bool:
    try:
        store.get_withheld(kind, [number])
    except VaultDamagedError:
        return True
    return False


def _refused(hand: Hand, column: Column[Any]) -> list[int]:
    """Return the numbers that rows of a column name in vain."""
    store = _payloads(hand)
    return [
        int(number) for number, kind in _named(hand, column) if _is_refused_to(store, kind, number)
    ]


@pytest.fixture
def earlier(
    database_url: str, tmp_path: Path, kept_link: Callable[[str], tuple[Kept, Linked]]
) -> Iterator[Settings]:
    """Return a store with a link whose payloads are as an earlier release sealed them."""
    kept, _ = kept_link(kind_of(database_url))
    with kept.copied(tmp_path / "copy") as settings:
        with past_triggers(settings.database_address) as raw:
            _seal_as_before(raw, settings)
            raw.commit()
        yield settings


def _seal_as_before(raw: Connection, settings: Settings) -> None:
    with closing(open_vault_keys(settings)) as keys:
        keys._connection.execute("DELETE FROM binding")
        store = transaction_on(raw, FORMAT.codec, None)
        rows = raw.execute(select(payloads)).all()
        raw.execute(delete(payloads))
        for row in rows:
            store.connection.execute(
                insert(payloads).values(dict(row._mapping) | {"body": _as_before(row, keys)})
            )


def _as_before(row: Any, keys: Any) -> bytes:
    ref, head = row.body[:16].hex(), row.body[:COMMITTED_BYTES]
    key, nonce = keys.get_many([ref])[ref], bytes(12)
    (body,) = _vault(keys).look_into(Place("payloads", row.kind), [(row.payload_id, row.body)])
    place = f"identlink/vault/1\0{ref}\0payloads\0{row.payload_id}\0{row.kind}".encode()
    return bytes(head) + nonce + AESGCM(key[:SEAL_KEY_BYTES]).encrypt(nonce, body, place)


def _vault(keys: Any) -> Any:
    return Vault(keys, bytes, lambda: None, keys)  # type: ignore[arg-type,return-value]


def _bodies(settings: Settings) -> Sequence[Any]:
    with connection(settings.database_address) as raw:
        return raw.execute(select(payloads).order_by(payloads.c.payload_id)).all()


def _run(settings: Settings, *words: str) -> Any:
    env = {"IDENTLINK_DATABASE_URL": settings.database_address}
    return CliRunner().invoke(app, [*words, "--store", str(settings.store), "--json"], env=env)


def test_payloads_of_an_earlier_release_are_bound_by_a_command_that_may_be_killed(
    earlier: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binding, "_BATCH", 2)
    before = _bodies(earlier)
    told = _run(earlier, "status")

    def killed(_: int) -> None:
        raise KeyboardInterrupt

    with open_store(earlier) as services, pytest.raises(KeyboardInterrupt):
        binding.bind_payloads(services, CONSOLE, killed)
    halfway = _run(earlier, "doctor")
    bound = _run(earlier, "vault", "bind")

    assert f"{len(before):,} payloads were written by an earlier release" in told.stdout
    assert f"{len(before) - 2:,} payloads were written by an earlier release" in halfway.stdout
    assert f'"payloads": {len(before) - 2}' in bound.stdout
    assert "opens only for the row that owns it" in _run(earlier, "status").stdout
    assert _run(earlier, "vault", "bind").stdout.strip() == '{"payloads": 0}'
    verified = _run(earlier, "log", "verify", "--deep")
    assert verified.exit_code == 0, verified.stdout
    heads = [row.body[:COMMITTED_BYTES] for row in _bodies(earlier)]
    assert heads == [row.body[:COMMITTED_BYTES] for row in before]


@pytest.mark.promise("kills")
@pytest.mark.dear("kills the command at many moments, and verifies the store")
def test_payloads_are_bound_once_however_often_the_command_is_killed(
    earlier: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By SIGKILL, before a statement or a commit that comes ever later."""
    monkeypatch.setattr(binding, "_BATCH", 2)
    before, left = _bodies(earlier), []
    for step in range(2, 400, 9):
        status = in_child(partial(_bind_until, earlier, step))
        left.append(sum(not is_bound_to_rows(row.body) for row in _bodies(earlier)))
        if os.WIFEXITED(status):
            break
        assert os.WTERMSIG(status) == signal.SIGKILL
    after = _bodies(earlier)

    assert os.WEXITSTATUS(status) == 0
    assert len(set(left)) > 3
    assert left == sorted(left, reverse=True)
    assert left[-1] == 0
    assert _told_of(after) == _told_of(before)
    assert _run(earlier, "vault", "bind").stdout.strip() == '{"payloads": 0}'
    verified = _run(earlier, "log", "verify", "--deep")
    assert verified.exit_code == 0, verified.stdout


def _bind_until(settings: Settings, step: int) -> None:
    """Bind payloads in a process that dies before its nth statement or commit."""
    left = iter(range(step))

    def count(*_: object) -> None:
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    with open_store(settings) as services:
        for moment in ("before_cursor_execute", "commit"):
            event.listen(Engine, moment, count)
        binding.bind_payloads(services, CONSOLE, lambda _: None)


def _told_of(rows: Sequence[Any]) -> list[tuple[int, str, bytes]]:
    """Return what the log and the rows say of payloads: number, kind, reference, commitment."""
    return [(row.payload_id, row.kind, row.body[:COMMITTED_BYTES]) for row in rows]


def test_a_payload_of_an_earlier_release_that_is_put_back_does_not_open(
    earlier: Settings, database_url: str
) -> None:
    old = _bodies(earlier)
    _run(earlier, "vault", "bind")
    with past_triggers(earlier.database_address) as raw:
        raw.execute(delete(payloads))
        raw.execute(insert(payloads), [dict(row._mapping) for row in old])
        with closing(open_vault_keys(earlier)) as keys:
            store = transaction_on(raw, FORMAT.codec, _vault(keys)).payloads
            for column in payload_columns():
                numbers = raw.execute(select(column).where(column > 0)).scalars().all()
                kinds = {row.payload_id: PayloadKind(row.kind) for row in old}
                for number in numbers:
                    assert _is_refused_to(store, kinds[int(number)], number)


def test_rows_that_share_a_payload_are_not_made_its_owners(earlier: Settings) -> None:
    with past_triggers(earlier.database_address) as raw:
        column = next(one for one in payload_columns() if one.table.name == "comparisons")
        numbers = raw.execute(select(column).where(column > 0)).scalars().all()
        raw.execute(column.table.update().values({column.name: int(numbers[0])}))
        raw.commit()
    before = _bodies(earlier)

    refused = _run(earlier, "vault", "bind")

    assert refused.exit_code != 0
    assert "several rows or to none" in str(refused.exception)
    assert _bodies(earlier) == before
