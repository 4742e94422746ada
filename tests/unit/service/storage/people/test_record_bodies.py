"""Record payloads lose nothing."""

from __future__ import annotations

import pytest
from hypothesis import given

from domain.errors import VaultDamagedError
from domain.people import ArrestReport, Details
from service.storage.people.record_bodies import read_record_body, record_body
from tests.contract.builders import arrest_report, details
from tests.unit.service.storage import strategies


@given(strategies.details, strategies.reports)
def test_a_record_reads_back_equal(known: Details, reports: tuple[ArrestReport, ...]) -> None:
    assert read_record_body(record_body(known, reports)) == (known, reports)


def test_equal_records_have_equal_bytes() -> None:
    first, second = (record_body(details(), (arrest_report(),)) for _ in range(2))

    assert first == second


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"details":{},"reports":[1]}',
        b'{"details":{"sex":"?"},"reports":[]}',
        b'{"details":{"born":["1999-02-30"]},"reports":[]}',
        b'{"details":{"names":[["a","b","c","d"]]},"reports":[]}',
        b'{"details":[],"reports":[]}',
    ],
)
def test_a_malformed_body_is_damaged(body: bytes) -> None:
    with pytest.raises(VaultDamagedError):
        read_record_body(body)
