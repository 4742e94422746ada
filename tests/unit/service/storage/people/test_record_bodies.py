"""Record payloads lose nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from domain.errors import VaultDamagedError
from domain.items import Content, ItemId, Items, numbered_items
from domain.people import ArrestReport, Details
from service.storage.people.record_bodies import (
    amended_body,
    read_details,
    read_items,
    read_record_body,
    record_body,
)
from tests.contract.builders import arrest_report, details
from tests.unit.service.storage import strategies


@given(strategies.details, strategies.reports)
def test_a_record_reads_back_equal(known: Details, reports: tuple[ArrestReport, ...]) -> None:
    assert read_record_body(record_body(Content(known, reports))) == Content(known, reports)


def test_equal_records_have_equal_bytes() -> None:
    first, second = (record_body(Content(details(), (arrest_report(),))) for _ in range(2))

    assert first == second


@given(strategies.details, strategies.reports)
def test_a_record_that_was_never_amended_reads_as_numbered_items(
    known: Details, reports: tuple[ArrestReport, ...]
) -> None:
    assert read_items(record_body(Content(known, reports))) == (
        numbered_items(known, reports),
        "",
        "",
    )


@given(strategies.details, strategies.reports)
def test_an_amended_record_reads_back_with_its_ids(
    known: Details, reports: tuple[ArrestReport, ...]
) -> None:
    plain = numbered_items(known, reports)
    held = tuple(replace(item, item_id=_later(item.item_id)) for item in plain.held)
    held = tuple(replace(item, parent=item.parent and _later(item.parent)) for item in held)
    items = Items(held, plain.last)

    body = amended_body(items, "Said so.", "a letter")

    assert read_items(body) == (items, "Said so.", "a letter")
    assert read_record_body(body) == Content(known, reports)
    assert read_details(body) == known


def _later(item_id: ItemId) -> ItemId:
    kind, _, number = item_id.rpartition("-")
    return ItemId(f"{kind}-{int(number) + 7}")


AMENDED = b'"amendment":["w","r"],"details":{"sex":"male"},"ids":["sex-2"],"last":{"sex":2}'


@pytest.mark.parametrize(
    ("part", "other"),
    [
        (b'["w","r"]', b'["w"]'),
        (b'["w","r"]', b"3"),
        (b'["sex-2"]', b"[]"),
        (b'["sex-2"]', b'["sex-2","sex-3"]'),
        (b'["sex-2"]', b"4"),
        (b'{"sex":2}', b'{"sort":2}'),
        (b'{"sex":2}', b'{"sex":"many"}'),
        (b'{"sex":2}', b"[]"),
    ],
)
def test_a_malformed_amended_body_is_damaged(part: bytes, other: bytes) -> None:
    whole = b"{" + AMENDED + b',"reports":[]}'
    assert read_items(whole)[1:] == ("w", "r")

    with pytest.raises(VaultDamagedError):
        read_items(whole.replace(part, other))


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
