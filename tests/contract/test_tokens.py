"""The contract of tokens and idempotency keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.access.access import Actor, Role
from domain.errors import IdempotencyConflictError
from domain.ids import TokenId, UserId
from service.storage.access.sessions import RememberedRequest
from service.storage.database import UnitsOfWork
from tests.contract.builders import NOON, OFFICER, token

REQUEST = RememberedRequest(OFFICER, "key-1", "digest", "search-1", NOON)


def test_a_token_is_found_by_digest_and_by_id(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        unit.tokens.add(token())
        unit.commit()

    with units_of_work.read() as unit:
        assert unit.tokens.by_secret_sha256("sha-of-token-1") == token()
        assert unit.tokens.get(TokenId("token-1")) == token()
        assert unit.tokens.by_secret_sha256("other") is None
        assert unit.tokens.get(TokenId("other")) is None


def test_a_token_without_force_and_scopes_reads_back_equal(units_of_work: UnitsOfWork) -> None:
    bare = token(actor=Actor(OFFICER, Role.AUDITOR, None, frozenset()))
    with units_of_work.write() as unit:
        unit.tokens.add(bare)
        found = unit.tokens.get(TokenId("token-1"))

    assert found == bare


def test_the_first_revocation_of_a_token_stays(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        unit.tokens.add(token())
        unit.tokens.revoke(TokenId("token-1"), NOON)
        unit.tokens.revoke(TokenId("token-1"), NOON + timedelta(hours=1))
        found = unit.tokens.get(TokenId("token-1"))

    assert found == token(revoked_at=NOON)


def test_a_token_may_be_stored_revoked(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        unit.tokens.add(token(revoked_at=NOON))
        found = unit.tokens.get(TokenId("token-1"))

    assert found == token(revoked_at=NOON)


def test_a_request_is_remembered_for_its_user_alone(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        unit.idempotency_keys.remember(REQUEST)
        unit.commit()

    with units_of_work.read() as unit:
        assert unit.idempotency_keys.find(OFFICER, "key-1") == REQUEST
        assert unit.idempotency_keys.find(OFFICER, "key-2") is None
        assert unit.idempotency_keys.find(UserId("other"), "key-1") is None


def test_a_key_is_taken_once_for_a_user(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        unit.idempotency_keys.remember(REQUEST)
        with pytest.raises(IdempotencyConflictError):
            unit.idempotency_keys.remember(replace(REQUEST, resource_id="search-2"))
        unit.idempotency_keys.remember(replace(REQUEST, user_id=UserId("other")))
        found = unit.idempotency_keys.find(OFFICER, "key-1")

    assert found == REQUEST
