"""Rows are stated as they are written, in the words in which they are read."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import numpy as np
import pytest
from sqlalchemy import select

from domain.events.rows import THE_CAPTURE, THE_PERSON, THE_RECORD, THE_SEARCH
from domain.people.convictions import ConvictedOffence, Conviction, Court
from domain.searches.evidence import Evidence
from domain.searches.searches import Search
from service.storage.database import UnitsOfWork
from service.storage.statement.commitments import digests_of_rows
from service.storage.tables.metadata import METADATA
from service.storage.tables.searches import searches
from service.storage.unit_of_work import UnitOfWork
from tests.contract.builders import (
    NOON,
    candidate,
    case,
    encounter,
    enrol,
    evidence,
    probe,
    record,
    search,
)

SUMMER_TIME = timezone(timedelta(hours=1))
SHARES = [0.0, 1.0, 5e-324, 1 / 3, 0.1 + 0.2, 1 - 2**-53, 1, np.float64(1 / 3)]
INSTANTS = [
    *(NOON, NOON.replace(microsecond=1), NOON.replace(microsecond=120_000)),
    NOON.astimezone(SUMMER_TIME),
]
SIZES = [0, 2**53 + 1, 2**63 - 1]


def are_as_read(unit: UnitOfWork, stated: Search, said: Evidence) -> bool:
    """Store a search with a candidate and a case; whether it is stated as it is read."""
    enrol(unit)
    proposed = [candidate(evidence=said)]
    opened = case(search_id=stated.search_id, opened_at=stated.submitted_at)
    unit.searches.add(stated, probe(), proposed, case=opened, is_whole=True)
    connection = unit.transaction.connection
    ((_, read),) = digests_of_rows(connection, THE_SEARCH, select(searches))
    text = unit.transaction.stated[stated.search_id]
    return hashlib.sha256(text.encode()).hexdigest() == read


@pytest.mark.parametrize("share", SHARES, ids=repr)
def test_any_share_is_stated_as_it_is_read(units_of_work: UnitsOfWork, share: float) -> None:
    with units_of_work.write() as unit:
        assert are_as_read(unit, search(), evidence(posterior=share))


@pytest.mark.parametrize("at", INSTANTS, ids=str)
def test_any_instant_is_stated_as_it_is_read(units_of_work: UnitsOfWork, at: datetime) -> None:
    with units_of_work.write() as unit:
        assert are_as_read(unit, search(submitted_at=at), evidence())


@pytest.mark.parametrize("size", SIZES)
def test_any_number_is_stated_as_it_is_read(units_of_work: UnitsOfWork, size: int) -> None:
    made = search()
    with units_of_work.write() as unit:
        stated = replace(made, basis=replace(made.basis, gallery_size=size))
        assert are_as_read(unit, stated, evidence())


@pytest.mark.parametrize("words", ["", "a\u0301", "\u00e1", '"\\\u2028', "\U0001d49c"])
def test_any_text_is_stated_as_it_is_read(units_of_work: UnitsOfWork, words: str) -> None:
    with units_of_work.write() as unit:
        assert are_as_read(unit, search(on_behalf_of=words), evidence())


CONVICTION = Conviction(Court("Leeds"), NOON.date(), (ConvictedOffence("TH68001", "Theft"),))


@pytest.mark.parametrize("convictions", [(), (CONVICTION,), (CONVICTION,) * 11], ids=len)
def test_an_enrolment_is_stated_as_it_is_read(
    units_of_work: UnitsOfWork, convictions: tuple[Conviction, ...]
) -> None:
    begun = record(convictions=convictions)
    ids = {THE_CAPTURE: "encounter-1", THE_PERSON: "person-1", THE_RECORD: "record-1"}

    with units_of_work.write() as unit:
        unit.enrolments.add(encounter(), 1980, begun, is_whole=True)

        connection, stated = unit.transaction.connection, unit.transaction.stated
        for rows, name in ids.items():
            query = select(METADATA.tables[rows.table])
            ((_, read),) = digests_of_rows(connection, rows, query)
            assert hashlib.sha256(stated[name].encode()).hexdigest() == read


def test_a_capture_with_more_to_come_is_left_to_be_read(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        unit.enrolments.add(encounter(), 0, None, is_whole=False)

        assert unit.transaction.stated.keys() == {"person-1"}
