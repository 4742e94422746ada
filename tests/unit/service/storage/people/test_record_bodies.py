"""Record payloads lose nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given

from domain.errors import VaultDamagedError
from domain.people.convictions import Conviction
from domain.people.items import Content, ItemId, Items, numbered_items
from domain.people.people import ArrestReport, Details, Nationality
from matching.prepared import forms_of, kept_text, prepare, searched_forms_of
from service.storage.engine.rows import from_bytes, to_bytes
from service.storage.people.record_bodies import (
    amended_body,
    compared_from,
    read_compared,
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


@given(strategies.details, strategies.reports)
def test_the_details_that_evidence_compares_are_compared_as_all_of_them(
    known: Details, reports: tuple[ArrestReport, ...]
) -> None:
    compared = read_details(record_body(Content(known, reports)), compared_from)

    assert forms_of(compared) == forms_of(known)
    assert searched_forms_of(compared) == searched_forms_of(known)
    first = tuple(Nationality(one.country) for one in known.nationalities[:1])
    assert replace(compared, nationalities=first) == replace(
        known, nationalities=first, previous_names=(), parents=(), documents=()
    )


def _later(item_id: ItemId) -> ItemId:
    kind, _, number = item_id.rpartition("-")
    return ItemId(f"{kind}-{int(number) + 7}")


@given(strategies.details, strategies.reports)
def test_every_body_has_its_details_prepared(
    known: Details, reports: tuple[ArrestReport, ...]
) -> None:
    bodies = (
        record_body(Content(known, reports)),
        amended_body(numbered_items(known, reports), "Said so.", "a letter"),
    )

    assert [read_compared(body) for body in bodies] == [prepare(known)] * 2
    others = [body.replace(b'"prepared":"1|', b'"prepared":"0|') for body in bodies]
    others += [to_bytes({"details": from_bytes(body)["details"]}) for body in bodies]
    for body in others:
        assert read_compared(body) == read_details(body, compared_from)


@given(strategies.details)
def test_no_text_of_a_record_can_be_taken_for_prepared_details(known: Details) -> None:
    false = '","prepared":"1|' + kept_text(details()) + '"'
    report = replace(arrest_report(), asn=false)
    held = numbered_items(known, (report,))

    assert read_compared(amended_body(held, false, false)) == prepare(known)


@pytest.mark.parametrize("kept", [b'""', b'"1"', b'"1|AAAA"', b'"1|AAAA|a|b|c|d|e"'])
def test_damaged_prepared_details_are_told(kept: bytes) -> None:
    with pytest.raises(VaultDamagedError):
        read_compared(b'{"details":{},"prepared":' + kept + b',"reports":[]}')


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


@given(strategies.details, strategies.reports)
def test_details_are_read_past_everything_else(
    known: Details, reports: tuple[ArrestReport, ...]
) -> None:
    assert read_details(record_body(Content(known, reports))) == known


def test_a_text_that_looks_like_the_details_is_passed_over() -> None:
    known, false = details(), '","details":{"sex":"male"},"'
    report = replace(arrest_report(), asn=false)
    held = numbered_items(known, (report,))

    assert read_details(amended_body(held, false, '"details":')) == known


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"{}", b'{"details":', b'{"details":[]}', b'{"details":{"sex":"?"}}']
)
def test_malformed_details_are_damaged(body: bytes) -> None:
    with pytest.raises(VaultDamagedError):
        read_details(body)


def test_no_value_of_a_record_has_a_part_of_the_name_by_which_details_are_found() -> None:
    parts, seen = [Conviction, ArrestReport, Details], set[type]()
    while parts:
        kind = parts.pop()
        if kind in seen or not is_dataclass(kind):
            continue
        seen.add(kind)
        assert "details" not in {field.name for field in fields(kind)}
        parts += _types_in(get_type_hints(kind).values())
    assert len(seen) > 10


def _types_in(hints: Iterable[Any]) -> list[Any]:
    found = []
    for hint in hints:
        found += _types_in(get_args(hint)) if get_args(hint) else [hint]
    return found
