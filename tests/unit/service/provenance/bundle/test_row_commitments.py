from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher

from domain.access.access import ROLE_SCOPES, Actor, Role, Scope, Token
from domain.access.accounts import Account, Client, ClientKey, Session, SubjectLink
from domain.events.catalogue import topics
from domain.ids import ClientId, ClientKeyId, EndpointId, ForceCode, TokenId, UserId
from domain.webhooks import Endpoint
from service.provenance.bundle.row_commitments import (
    account_digest,
    client_digest,
    client_key_digest,
    endpoint_digest,
    session_ref,
    subject_commitment,
    subject_ref,
    token_digest,
)
from tests.unit.service.provenance.builders import START

LATER, ANN, FORCE, OTHER = START + timedelta(microseconds=1), UserId("ann"), "01", "02"
ACTOR = Actor(ANN, Role.FORCE, ForceCode(FORCE), ROLE_SCOPES[Role.FORCE])
TOKEN = Token(TokenId("token-1"), "sha-1", ACTOR, START, LATER, client_key_id=ClientKeyId("key-1"))
CLIENT = Client(ClientId("client-1"), "suite", ForceCode(FORCE), ACTOR.scopes, ANN, START)
KEY = ClientKey(ClientKeyId("key-1"), ClientId("client-1"), 1, "sha-1", START)
ACCOUNT = Account(ANN, "ann", Role.FORCE, ForceCode(FORCE), "$argon2id$", START)
LINK = SubjectLink("subject-1", ANN, START, "blinding")
SESSION = Session("sha-1", ANN, START, START)
ENDPOINT = Endpoint(
    EndpointId("endpoint-1"), ForceCode(FORCE), "https://a", frozenset(topics()), ANN, START
)

Digest = Callable[[Any], str]
CHANGES: list[tuple[Digest, Any, dict[str, Any]]] = [
    (
        token_digest,
        TOKEN,
        {
            "token_id": "token-2",
            "secret_sha256": "sha-2",
            "issued_at": LATER,
            "expires_at": START,
            "client_key_id": None,
        },
    ),
    (client_digest, CLIENT, {"client_id": "x", "force": OTHER, "scopes": {}, "added_at": LATER}),
    (
        client_key_digest,
        KEY,
        {"key_id": "x", "client_id": "x", "number": 2, "secret_sha256": "x", "added_at": LATER},
    ),
    (
        account_digest,
        ACCOUNT,
        {
            "user_id": "x",
            "role": Role.EXAMINER,
            "force": None,
            "password_hash": "",
            "added_at": LATER,
        },
    ),
    (subject_commitment, LINK, {"subject_sha256": "x", "user_id": "x", "blinding": "x"}),
    (
        session_ref,
        SESSION,
        {"secret_sha256": "x", "user_id": "x", "begun_at": LATER, "sid_sha256": "x"},
    ),
    (
        endpoint_digest,
        ENDPOINT,
        {
            "endpoint_id": "x",
            "force": OTHER,
            "url": "https://b",
            "topics": {},
            "added_by": "x",
            "added_at": LATER,
            "secret_version": 2,
        },
    ),
]
LEFT_OUT = {
    Token: {"actor", "revoked_at"},
    Client: {"name", "added_by", "keys", "revoked_at"},
    ClientKey: {"revoked_at"},
    Account: {"sign_in_name", "is_disabled"},
    SubjectLink: {"linked_at"},
    Session: {"last_seen_at", "ended_at"},
    Endpoint: {"secret_changed_at", "is_paused", "removed_at", "circuit"},
}
"""Covered by an event or a row of its own, changing without one, or a display name."""


@pytest.mark.parametrize(("digest", "row", "changes"), CHANGES)
def test_every_part_of_a_row_is_in_its_digest(
    digest: Digest, row: Any, changes: dict[str, Any]
) -> None:
    changed = {digest(replace(row, **{name: value})) for name, value in changes.items()}

    assert len(changed - {digest(row)}) == len(changes)
    assert {field.name for field in fields(row)} == changes.keys() | LEFT_OUT[type(row)]


@pytest.mark.parametrize(
    "actor",
    [
        replace(ACTOR, user_id=UserId("ben")),
        replace(ACTOR, role=Role.EXAMINER),
        replace(ACTOR, force=None),
        replace(ACTOR, scopes=frozenset({Scope.SEARCH})),
    ],
)
def test_whom_a_token_speaks_for_is_in_its_digest(actor: Actor) -> None:
    assert token_digest(replace(TOKEN, actor=actor)) != token_digest(TOKEN)


def test_what_is_left_out_changes_nothing() -> None:
    assert token_digest(replace(TOKEN, revoked_at=LATER)) == token_digest(TOKEN)
    assert session_ref(replace(SESSION, ended_at=LATER, last_seen_at=LATER)) == session_ref(
        SESSION
    )
    assert account_digest(replace(ACCOUNT, is_disabled=True)) == account_digest(ACCOUNT)


def test_a_link_is_known_by_its_account_and_moment_and_tells_no_subject() -> None:
    others = {
        subject_ref(LINK),
        subject_ref(replace(LINK, user_id=UserId("ben"))),
        subject_ref(replace(LINK, linked_at=LATER)),
    }

    assert len(others) == 3
    assert subject_ref(replace(LINK, subject_sha256="x", blinding="")) == subject_ref(LINK)


def test_rows_of_different_kinds_never_meet() -> None:
    found = {digest(row) for digest, row, _ in CHANGES}

    assert len(found) == len(CHANGES)
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in found)


def test_one_password_has_a_digest_that_nobody_can_test_a_guess_against() -> None:
    passwords = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    hashes = [passwords.hash("one password") for _ in range(2)]

    first, second = (account_digest(replace(ACCOUNT, password_hash=h)) for h in hashes)

    assert PasswordHasher().salt_len * 8 >= 128
    assert first != second
