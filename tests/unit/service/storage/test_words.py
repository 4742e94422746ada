"""Malformed evaluations are reported as damaged, never partly read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.errors import VaultDamagedError
from service.storage.engine.engines import open_engine, write_connection
from service.storage.engine.settings import DatabaseSettings
from service.storage.sealed.payloads import NO_PAYLOAD, PayloadKind
from service.storage.transaction import Transaction, transaction_on
from service.storage.words import (
    put_evaluation,
    put_words,
    read_evaluations,
    read_words,
)
from tests.formats import FORMAT


@pytest.fixture
def transaction(sqlite_url: str) -> Iterator[Transaction]:
    engine = open_engine(sqlite_url, DatabaseSettings())
    with write_connection(engine) as connection:
        yield transaction_on(connection, FORMAT.codec, None)
    engine.dispose()


def test_no_words_need_no_payload(transaction: Transaction) -> None:
    assert put_words(transaction, "") == NO_PAYLOAD
    assert put_evaluation(transaction, "", ()) == NO_PAYLOAD
    assert read_words(transaction, [NO_PAYLOAD]) == [""]
    assert read_evaluations(transaction, [NO_PAYLOAD]) == [("", ())]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"reason":"","points":[[1]]}',
        b'{"reason":"","points":[[11,1,1,1,1]]}',
        b'{"reason":"","points":7}',
    ],
)
def test_a_malformed_evaluation_is_damaged(transaction: Transaction, body: bytes) -> None:
    payload_id = transaction.payloads.put(PayloadKind.EVALUATION, body)

    with pytest.raises(VaultDamagedError):
        read_evaluations(transaction, [payload_id])
