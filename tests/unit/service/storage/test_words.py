"""Malformed evaluations are reported as damaged, never partly read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from domain.errors import VaultDamagedError
from domain.examination.cases import PointPair
from domain.examination.markups import Enhancement, Filter, PrintSide
from domain.examination.point_geometry import Places, measured
from domain.prints.prints import FingerPosition
from service.storage.engine.engines import open_engine, write_connection
from service.storage.engine.settings import DatabaseSettings
from service.storage.sealed.payloads import NO_PAYLOAD, PayloadKind
from service.storage.transaction import Transaction, TransactionPart, transaction_on
from service.storage.words import Evaluation, put_evaluation, read_evaluations
from tests.contract.builders import comparison
from tests.formats import FORMAT
from tests.points import pairs_set


@pytest.fixture
def transaction(sqlite_url: str) -> Iterator[Transaction]:
    engine = open_engine(sqlite_url, DatabaseSettings())
    with write_connection(engine) as connection:
        yield transaction_on(connection, FORMAT.codec, None)
    engine.dispose()


def test_an_empty_text_and_evaluation_need_no_payload(transaction: Transaction) -> None:
    assert TransactionPart(transaction)._put_words("") == NO_PAYLOAD
    assert put_evaluation(transaction, comparison(reason="", points=())) == NO_PAYLOAD
    assert read_evaluations(transaction, [NO_PAYLOAD]) == [Evaluation()]


def test_what_was_marked_reads_back_with_how_it_was_set_and_how_it_lies(
    transaction: Transaction,
) -> None:
    pairs = pairs_set(2)
    places = Places(
        tuple(complex(p.probe_x_px, p.probe_y_px) / 20 for p in pairs),
        tuple(complex(p.exemplar_x_px, p.exemplar_y_px) / 20 for p in pairs),
    )
    geometry = (measured(FingerPosition.RIGHT_INDEX, places),)
    sealed = comparison(reason="Seen.", points=pairs, geometry=geometry, why_close="A scar.")
    looks = (
        Enhancement(FingerPosition.RIGHT_INDEX, PrintSide.PROBE, (Filter.INVERTED,), 80, 110),
    )
    sealed = replace(sealed, enhancements=looks)

    payload_id = put_evaluation(transaction, sealed)

    told = Evaluation("Seen.", pairs, geometry, "A scar.", looks)
    assert read_evaluations(transaction, [payload_id]) == [told]


def test_an_evaluation_of_an_earlier_release_stays_readable(transaction: Transaction) -> None:
    body = b'{"points":[[2,10,20,30,40]],"reason":"Seen."}'
    payload_id = transaction.payloads.put(PayloadKind.EVALUATION, body)

    (told,) = read_evaluations(transaction, [payload_id])

    assert told == Evaluation("Seen.", (PointPair(FingerPosition.RIGHT_INDEX, 10, 20, 30, 40),))
    assert told.points[0].probe_placing is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"reason":"","points":[[1]]}',
        b'{"reason":"","points":[[11,1,1,1,1]]}',
        b'{"reason":"","points":7}',
        b'{"reason":"","points":[[2,1,1,1,1,"guessed","moved"]]}',
        b'{"reason":"","points":[[2,1,1,1,1]],"geometry":[{"position":2}]}',
    ],
)
def test_a_malformed_evaluation_is_damaged(transaction: Transaction, body: bytes) -> None:
    payload_id = transaction.payloads.put(PayloadKind.EVALUATION, body)

    with pytest.raises(VaultDamagedError):
        read_evaluations(transaction, [payload_id])
