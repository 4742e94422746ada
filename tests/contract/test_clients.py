"""The contract of clients, their keys, and the effect of their revocation on tokens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.access.access import Actor, Role, Scope
from domain.access.accounts import Client, ClientKey
from domain.errors import ConflictError
from domain.ids import ClientId, ClientKeyId, TokenId, UserId
from service.storage.database import UnitsOfWork
from service.storage.engine.append_only import REFUSAL
from service.storage.unit_of_work import UnitOfWork
from tests.contract.builders import FORCE, NOON, token
from tests.integration.storage.raw import connection

LATER = NOON + timedelta(hours=1)
TABLES = {
    "clients": "client_id",
    "client_revocations": "client_id",
    "client_keys": "client_id",
    "client_key_revocations": "client_key_id",
}


def key(number: int = 1, client_id: str = "client-1", **changes: Any) -> ClientKey:
    made = ClientKey(
        ClientKeyId(f"key-{client_id}-{number}"),
        ClientId(client_id),
        number,
        f"sha-{client_id}-{number}",
        NOON,
    )
    return replace(made, **changes)


def client(client_id: str = "client-1", name: str = "custody", **changes: Any) -> Client:
    made = Client(
        ClientId(client_id),
        name,
        FORCE,
        frozenset({Scope.SEARCH, Scope.READ_SEARCHES}),
        UserId("console"),
        NOON,
    )
    return replace(made, **changes)


def store(unit: UnitOfWork) -> None:
    unit.clients.add(client())
    for number in (1, 2):
        assert unit.clients.add_key(key(number))


def access_token(name: str, number: int) -> Any:
    actor = Actor(UserId("client-1"), Role.FORCE, FORCE, frozenset({Scope.SEARCH}))
    return token(name, actor=actor, client_key_id=ClientKeyId(f"key-client-1-{number}"))


def test_a_client_reads_back_with_its_keys(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        store(unit)
        unit.clients.add(client("client-2", "biometrics"))
        unit.commit()

    with units_of_work.read() as unit:
        found = unit.clients.every()
        assert unit.clients.get(ClientId("client-1")) == client(keys=(key(1), key(2)))
        assert unit.clients.get(ClientId("nobody")) is None
    assert [one.name for one in found] == ["biometrics", "custody"]
    assert found[0].keys == ()


def test_a_name_is_taken_once(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        unit.clients.add(client())
        with pytest.raises(ConflictError):
            unit.clients.add(client("client-2"))


def test_a_key_of_one_number_is_taken_once(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        store(unit)

        again = unit.clients.add_key(replace(key(9), number=2))

        assert not again
        found = unit.clients.get(ClientId("client-1"))
    assert found is not None
    assert found.keys == (key(1), key(2))


def test_the_first_revocation_stays(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        store(unit)
        for at in (NOON, LATER):
            unit.clients.revoke_key(ClientKeyId("key-client-1-1"), at)
            unit.clients.revoke(ClientId("client-1"), at)
        found = unit.clients.get(ClientId("client-1"))

    assert found == client(keys=(key(1, revoked_at=NOON), key(2)), revoked_at=NOON)
    assert found.live_keys == ()


def test_a_revoked_key_ends_its_tokens_and_no_others(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        store(unit)
        for number in (1, 2):
            unit.tokens.add(access_token(f"token-{number}", number))
        unit.clients.revoke_key(ClientKeyId("key-client-1-1"), LATER)
        unit.commit()

    with units_of_work.read() as unit:
        ended = unit.tokens.by_secret_sha256("sha-of-token-1")
        lives = unit.tokens.by_secret_sha256("sha-of-token-2")
    assert ended == replace(access_token("token-1", 1), revoked_at=LATER)
    assert lives == access_token("token-2", 2)


def test_a_revoked_client_ends_all_its_tokens_whenever_they_were_issued(
    units_of_work: UnitsOfWork,
) -> None:
    by_hand = token("token-9", actor=Actor(UserId("client-9"), Role.FORCE, FORCE, frozenset()))
    with units_of_work.write() as unit:
        store(unit)
        unit.tokens.add(access_token("token-1", 1))
        unit.clients.revoke(ClientId("client-1"), LATER)
        unit.tokens.add(access_token("token-2", 2))
        unit.tokens.add(by_hand)
        unit.commit()

    with units_of_work.read() as unit:
        found = [unit.tokens.get(TokenId(f"token-{number}")) for number in (1, 2, 9)]
    assert [one and one.revoked_at for one in found] == [LATER, LATER, None]


def test_what_was_stored_is_neither_changed_nor_deleted(
    units_of_work: UnitsOfWork, database_url: str
) -> None:
    with units_of_work.write() as unit:
        store(unit)
        unit.clients.revoke(ClientId("client-1"), NOON)
        unit.clients.revoke_key(ClientKeyId("key-client-1-1"), NOON)
        unit.commit()

    with connection(database_url) as raw:
        for table, column in TABLES.items():
            for statement in (
                f"DELETE FROM {table}",  # noqa: S608
                f"UPDATE {table} SET {column} = {column}",  # noqa: S608
            ):
                with pytest.raises(DBAPIError, match=f"{REFUSAL}: {table}"), raw.begin_nested():
                    raw.execute(text(statement))
