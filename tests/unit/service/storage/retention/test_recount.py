"""The independent count agrees with the planner over every kind of record."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.convictions import (
    ConvictedOffence,
    Conviction,
    Court,
    DecisionChange,
    InformationSource,
    LaterDecision,
    Sanction,
    SentenceKind,
    Source,
)
from domain.ids import ForceCode, PersonId, PersonRow, RecordId
from domain.items import Content
from domain.partial_dates import PartialDate
from domain.people import ArrestReport, Details, Disposal, DisposalType, Offence, Record
from rules.lengths import Length, last_day
from service.storage.people.record_bodies import record_body
from service.storage.retention.held import HeldHuman
from service.storage.retention.recount import _end, _number, recount
from service.storage.retention.recount_rows import RawPerson
from service.usecases.retention.due import Fate, standing

ON = date(2026, 11, 1)
DAYS = st.dates(date(2014, 1, 1), date(2026, 10, 1)) | st.sampled_from(
    [date(2024, 2, 29), date(2023, 11, 2), date(2023, 11, 1), date(2021, 11, 1), date(2024, 11, 1)]
)
DUMMIES = ("2406SS0000000000001X", "0800NP0100000000001X")
CODES = st.sampled_from(["TH68001", "OF61016", "TH68151", "ZZ99999", "CJ88116"])
BORN = st.sampled_from(["1980-05-06", "2004-02-29", "2008-02-29", "2009-07-01", "XXXX-05-06"])
SENTENCES = st.sampled_from(
    [
        (),
        (Sanction(SentenceKind.FINE),),
        (Sanction(SentenceKind.UNSTRUCTURED, words="Some"),),
        (Sanction(SentenceKind.CUSTODY, duration="P6M"),),
        (Sanction(SentenceKind.CUSTODY, duration="P5Y"),),
        (Sanction(SentenceKind.CUSTODY, duration="P4Y11M29D"),),
        (Sanction(SentenceKind.CUSTODY),),
        (Sanction(SentenceKind.CUSTODY, duration="P1Y"), Sanction(SentenceKind.FINE)),
        (Sanction(SentenceKind.LIFE),),
        (Sanction(SentenceKind.EXTENDED, duration="P6Y"),),
    ]
)


@st.composite
def _offences(draw: st.DrawFn, arrested: date) -> Offence:
    kinds = draw(st.lists(st.sampled_from(list(DisposalType)), max_size=2))
    days = [arrested + timedelta(days=40 * n) for n in range(1, len(kinds) + 1)]
    disposals = tuple(map(Disposal, kinds, days))
    return Offence(draw(CODES), "Offence", draw(st.booleans()), arrested, disposals)


@st.composite
def _reports(draw: st.DrawFn, number: int) -> ArrestReport:
    on = draw(DAYS)
    offences = draw(st.lists(_offences(on), max_size=2))
    asn = draw(st.sampled_from([f"ASN-{number}", f"ASN-{number}", "ASN-0", "", *DUMMIES]))
    return ArrestReport(asn, ForceCode("01"), on, tuple(offences))


@st.composite
def _convictions(draw: st.DrawFn) -> Conviction:
    decided = draw(DAYS)
    quashed = LaterDecision(DecisionChange.QUASHED, decided, Court("Court"), deletes=True)
    source = draw(st.sampled_from(list(InformationSource)))
    recordable = draw(st.sampled_from([True, False, None]))
    return Conviction(
        Court("Court"),
        decided,
        (
            ConvictedOffence(
                draw(CODES),
                "Offence",
                is_recordable=recordable,
                began_on=PartialDate.parse(
                    draw(st.sampled_from([decided.isoformat(), "XXXX-01-01"]))
                ),
            ),
        ),
        draw(SENTENCES),
        Source(source),
        decisions=draw(st.sampled_from([(), (), (quashed,)])),
        asn=draw(st.sampled_from(["", "ASN-0", "ASN-7", *DUMMIES])),
        was_under_18=draw(st.sampled_from([True, False, None])),
    )


@st.composite
def _records(draw: st.DrawFn) -> Record:
    born = draw(st.lists(BORN, max_size=2))
    reports = [draw(_reports(number)) for number in range(draw(st.integers(0, 2)))]
    return Record(
        RecordId("record-1"),
        PersonId("person-1"),
        ForceCode("01"),
        Details(dates_of_birth=tuple(map(PartialDate.parse, born))),
        tuple(reports),
        tuple(draw(st.lists(_convictions(), max_size=2))),
    )


@given(_records())
def test_planner_and_count_find_the_same_fate(record: Record) -> None:
    human = HeldHuman(PersonRow(1), PersonId("person-1"), PersonRow(1), 1, record)
    planned = standing((human,), {}, ON).fate

    counted = recount([_raw(record)], (), ON.isoformat())

    assert bool(counted.due) is (planned is Fate.DUE)
    assert counted.reviews == (planned is Fate.REVIEW)


def _raw(record: Record) -> RawPerson:
    body = record_body(Content(record.details, record.arrest_reports, record.convictions))
    told: Any = json.loads(body)
    return RawPerson(1, "person-1", None, "record-1@1", told)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.sampled_from([1, 24, 36, 60, 216]))
def test_periods_end_on_the_same_day(start: date, months: int) -> None:
    end = last_day(start, Length(months=months))

    assert _end(_number(start.isoformat()), months) == _number(end.isoformat())


@pytest.mark.parametrize(
    ("start", "end"),
    [("2024-05-10", "2027-05-09"), ("2024-02-29", "2027-02-28"), ("2023-12-31", "2026-12-30")],
)
def test_the_published_vectors(start: str, end: str) -> None:
    assert _end(_number(start), 36) == _number(end)
