"""The key store learns of withdrawn access before the database does, and of nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.access.access import Role
from domain.access.accounts import Account, Client, ClientKey, SubjectLink
from domain.events.catalogue import topics
from domain.ids import ClientId, ClientKeyId, EndpointId, JobId, TokenId, UserId
from domain.jobs import Job, JobKind, JobState
from domain.outages import DiskFullError
from domain.webhooks import Endpoint
from service.provenance.bundle.row_commitments import account_digest, endpoint_digest, subject_ref
from service.provenance.vault.key_files import FileKeyStore, open_key_file
from service.provenance.vault.key_stores import Access, Withdrawal, WithdrawnAgain
from service.provenance.vault.vault import Vault
from service.storage import unit_of_work
from service.storage.backup.restoring import withdraw_again
from service.storage.database import Database
from service.storage.engine.engines import open_engine, write_connection
from service.storage.engine.settings import DatabaseSettings
from service.storage.transaction import transaction_on
from service.storage.unit_of_work import UnitOfWork
from tests.contract.builders import FORCE, NOON, token
from tests.formats import FORMAT

LATER = NOON + timedelta(hours=1)
FIRST, SECOND = "hash-1", "hash-2"
ANN = Account(UserId("ann"), "ann", Role.EXAMINER, None, FIRST, NOON)
BEN = Account(UserId("ben"), "ben", Role.EXAMINER, None, "", NOON)
LINK = SubjectLink("subject-1", ANN.user_id, NOON, "blinding")
CLIENT = Client(ClientId("client-1"), "custody", FORCE, frozenset(), UserId("console"), NOON)
KEY = ClientKey(ClientKeyId("key-1"), CLIENT.client_id, 1, "sha-1", NOON)
HOOK = Endpoint(
    EndpointId("hook-1"), FORCE, "https://a.example/", frozenset(topics()), UserId("ann"), NOON
)
SIGNED = replace(HOOK, endpoint_id=EndpointId("hook-2"), url="https://b.example/")
PASSWORD = (Access.PASSWORD, account_digest(ANN))
SUBJECT = (Access.SUBJECT, subject_ref(LINK))
ALL = (
    (Access.TOKEN, "token-1"),
    (Access.CLIENT, "client-1"),
    (Access.CLIENT_KEY, "key-1"),
    (Access.ACCOUNT, "ann"),
    PASSWORD,
    SUBJECT,
    (Access.WEBHOOK, "hook-1"),
    (Access.WEBHOOK_SECRET, "hook-2:1"),
    (Access.WEBHOOK_SECRET, "hook-2:2"),
)


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[FileKeyStore]:
    store = open_key_file(tmp_path / "keys.db")
    yield store
    store.close()


@pytest.fixture
def vault(keys: FileKeyStore) -> Vault:
    return Vault(keys, os.urandom, lambda: LATER, keys)


@pytest.fixture
def held(database_url: str, vault: Vault) -> Iterator[Database]:
    """Return a database with one of each kind of access, none of it withdrawn."""
    database = Database(database_url, codec=FORMAT.codec, encrypt=vault)
    with database.units_of_work().write() as unit:
        unit.tokens.add(token())
        unit.clients.add(CLIENT)
        assert unit.clients.add_key(KEY)
        unit.accounts.add(ANN)
        unit.accounts.add(BEN)
        assert unit.accounts.link(LINK)
        unit.webhooks.add(HOOK)
        unit.webhooks.add(SIGNED)
        unit.commit()
    yield database
    database.close()


def withdraw(unit: UnitOfWork) -> None:
    unit.tokens.revoke(TokenId("token-1"), NOON)
    unit.clients.revoke(CLIENT.client_id, NOON)
    unit.clients.revoke_key(KEY.key_id, NOON)
    unit.accounts.save(replace(ANN, is_disabled=True))
    unit.accounts.save(replace(ANN, is_disabled=True, password_hash=SECOND))
    unit.accounts.unlink(ANN.user_id)
    unit.webhooks.remove(HOOK.endpoint_id, NOON)
    unit.webhooks.rotate(SIGNED.endpoint_id, to_version=2, at=NOON)
    unit.webhooks.rotate(SIGNED.endpoint_id, to_version=3, at=NOON)


def withdraw_all(held: Database) -> None:
    with held.units_of_work().write() as unit:
        withdraw(unit)
        unit.commit()


def remembered(keys: FileKeyStore) -> set[tuple[Access, str]]:
    return {(one.access, one.ref) for one in keys.withdrawals()}


def again(
    database_url: str, vault: Vault, *withdrawals: tuple[Access, str]
) -> list[WithdrawnAgain]:
    """Withdraw in one transaction the access that a key store is said to remember."""
    engine = open_engine(database_url, DatabaseSettings())
    with write_connection(engine) as connection:
        found = withdraw_again(
            transaction_on(connection, FORMAT.codec, vault),
            [Withdrawal(*one, LATER) for one in withdrawals],
        )
        connection.commit()
    engine.dispose()
    return list(found)


def test_what_is_withdrawn_is_remembered(held: Database, keys: FileKeyStore) -> None:
    with held.units_of_work().write() as unit:
        withdraw(unit)
        before = keys.withdrawals()
        unit.commit()

    assert before == ()
    assert remembered(keys) == set(ALL)
    assert {one.at for one in keys.withdrawals()} == {LATER}


def test_what_takes_nothing_away_is_never_told(
    held: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(FileKeyStore, "withdraw", lambda *given, **_: told.append(given))

    with held.units_of_work().write() as unit:
        unit.tokens.add(token("token-2"))
        unit.accounts.save(ANN)
        unit.accounts.save(replace(BEN, password_hash=FIRST))
        unit.accounts.unlink(BEN.user_id)
        unit.webhooks.pause(HOOK.endpoint_id, is_paused=True)
        assert not unit.webhooks.rotate(SIGNED.endpoint_id, to_version=3, at=NOON)
        unit.commit()
    with held.units_of_work().write() as unit:
        withdraw(unit)

    assert told == []


def test_what_is_withdrawn_already_is_not_told_again(
    held: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    withdraw_all(held)
    told: list[Any] = []
    monkeypatch.setattr(FileKeyStore, "withdraw", lambda *given, **_: told.append(given))

    with held.units_of_work().write() as unit:
        unit.tokens.revoke(TokenId("token-1"), NOON)
        unit.clients.revoke(CLIENT.client_id, NOON)
        unit.clients.revoke_key(KEY.key_id, NOON)
        unit.accounts.save(replace(ANN, is_disabled=True, password_hash=SECOND))
        unit.accounts.unlink(ANN.user_id)
        unit.webhooks.remove(HOOK.endpoint_id, NOON)
        assert not unit.webhooks.rotate(SIGNED.endpoint_id, to_version=2, at=NOON)
        unit.commit()

    assert told == []


def test_a_key_store_that_cannot_remember_refuses_the_revocation(
    held: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise DiskFullError

    monkeypatch.setattr(FileKeyStore, "withdraw", refuse)

    with pytest.raises(DiskFullError):
        withdraw_all(held)

    with held.units_of_work().read() as unit:
        assert unit.tokens.get(TokenId("token-1")) == token()


def test_a_crash_at_the_commit_leaves_a_memory_and_a_revocation_that_can_be_repeated(
    held: Database, keys: FileKeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(unit_of_work, "commit", die)
        with pytest.raises(RuntimeError):
            withdraw_all(held)
    noted = remembered(keys)
    with held.units_of_work().read() as unit:
        lives = unit.tokens.get(TokenId("token-1"))
    withdraw_all(held)

    assert (lives, noted) == (token(), set(ALL))
    assert remembered(keys) == noted
    with held.units_of_work().read() as unit:
        assert unit.tokens.get(TokenId("token-1")) == token(revoked_at=NOON)


def test_everything_remembered_is_withdrawn_again_with_its_moment(
    held: Database, database_url: str, vault: Vault
) -> None:
    found = again(database_url, vault, *ALL)

    bare = replace(ANN, is_disabled=True, password_hash="")
    signed = replace(SIGNED, secret_version=3, secret_changed_at=LATER)
    assert found == [
        WithdrawnAgain(Access.TOKEN, ("token-1",)),
        WithdrawnAgain(Access.CLIENT, ("client-1",), FORCE),
        WithdrawnAgain(Access.CLIENT_KEY, ("key-1", "client-1"), FORCE),
        WithdrawnAgain(Access.ACCOUNT, ("ann",)),
        WithdrawnAgain(Access.PASSWORD, ("ann",), row_sha256=account_digest(bare)),
        WithdrawnAgain(Access.SUBJECT, ("ann",)),
        WithdrawnAgain(Access.WEBHOOK, ("hook-1",), FORCE, endpoint_digest(HOOK), 1),
        WithdrawnAgain(Access.WEBHOOK_SECRET, ("hook-2",), FORCE, endpoint_digest(signed), 3),
    ]
    with held.units_of_work().read() as unit:
        assert unit.tokens.get(TokenId("token-1")) == token(revoked_at=LATER)
        client = unit.clients.get(CLIENT.client_id)
        assert client == replace(CLIENT, keys=(replace(KEY, revoked_at=LATER),), revoked_at=LATER)
        assert unit.accounts.get(ANN.user_id) == bare
        assert unit.accounts.by_subject("subject-1") is None
        assert unit.webhooks.get(HOOK.endpoint_id) == replace(HOOK, removed_at=LATER)
        assert unit.webhooks.every() == (signed,)


def test_the_messages_that_wait_for_a_removed_webhook_are_cancelled(
    held: Database, database_url: str, vault: Vault
) -> None:
    waiting = Job(
        JobId("job-1"), JobKind.DELIVERY, HOOK.endpoint_id, 1, FORCE, turn_at=NOON, not_before=NOON
    )
    with held.units_of_work().write() as unit:
        unit.jobs.queue([waiting])
        unit.commit()

    again(database_url, vault, (Access.WEBHOOK, HOOK.endpoint_id))

    with held.units_of_work().read() as unit:
        job = unit.jobs.get(waiting.job_id)
    assert job is not None
    assert job.state is JobState.CANCELLED


def test_what_is_withdrawn_already_or_unknown_is_passed_over(
    held: Database, database_url: str, vault: Vault
) -> None:
    withdraw_all(held)

    found = again(database_url, vault, *ALL, *((access, "unknown") for access in Access))

    assert found == []
    with held.units_of_work().read() as unit:
        assert unit.tokens.get(TokenId("token-1")) == token(revoked_at=NOON)


def test_a_password_and_a_link_that_came_after_stay(
    held: Database, database_url: str, vault: Vault
) -> None:
    newer = replace(LINK, subject_sha256="subject-2", linked_at=LATER)
    with held.units_of_work().write() as unit:
        unit.accounts.save(replace(ANN, password_hash=SECOND))
        unit.accounts.unlink(ANN.user_id)
        assert unit.accounts.link(newer)
        unit.commit()

    found = again(database_url, vault, PASSWORD, SUBJECT)

    assert found == []
    with held.units_of_work().read() as unit:
        assert unit.accounts.by_subject("subject-2") == replace(ANN, password_hash=SECOND)
