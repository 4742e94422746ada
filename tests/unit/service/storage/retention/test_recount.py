"""The independent count agrees with the planner over every kind of record."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import (
    EncounterId,
    EncounterRow,
    ForceCode,
    PersonId,
    PersonRow,
    RecordId,
    RequestId,
    UserId,
)
from domain.office_days import beginning_of, office_day
from domain.people.convictions import (
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
from domain.people.items import Content
from domain.people.partial_dates import PartialDate
from domain.people.people import ArrestReport, Details, Disposal, DisposalType, Offence, Record
from domain.retention.capture_facts import CaptureFact, FactDecision, FactId, FactKind
from domain.retention.retention import Review, ReviewDecision, ReviewGround, Ruling
from rules.clocks import Length, last_day
from service.storage.people.record_bodies import events_in, record_body
from service.storage.retention.held import HeldCapture, HeldHuman
from service.storage.retention.recount import recount
from service.storage.retention.recount_events import day_taken, end, number
from service.storage.retention.recount_rows import RawCapture, RawFact, RawPerson, RawRuling
from service.usecases.retention.captures import Fate
from service.usecases.retention.due import standing

ON = date(2026, 11, 1)
DAYS = st.dates(date(2014, 1, 1), date(2026, 10, 1)) | st.sampled_from(
    [date(2024, 2, 29), date(2023, 11, 2), date(2023, 11, 1), date(2021, 11, 1), date(2024, 11, 1)]
)
ITEMS = [
    *("record-1.arrest-report-1", "record-1.arrest-report-2", "record-1.conviction-1"),
    "record-9.arrest-report-1",
]
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


@st.composite
def _facts(draw: st.DrawFn, row: int) -> tuple[CaptureFact, ...]:
    """Return facts about a capture, agreed or waiting; the last may revoke one."""
    kinds = draw(st.lists(st.sampled_from(list(FactKind)), max_size=4))
    found: list[CaptureFact] = []
    for place, kind in enumerate(kinds):
        is_event, revokes = kind is FactKind.EVENT, kind is FactKind.REVOKED
        if revokes and not found:
            continue
        decision = draw(st.sampled_from([FactDecision.AGREED] * 3 + [FactDecision.REFUSED, None]))
        at = datetime(2026, 1, 1 + place, tzinfo=UTC)
        event = draw(st.sampled_from(ITEMS)) if is_event else ""
        wrong = draw(st.sampled_from(found)).fact_id if revokes else None
        on = draw(DAYS | st.dates(date(2024, 1, 1), date(2027, 6, 1)))
        fact = CaptureFact(
            *(FactId(f"fact-{row}-{place}"), EncounterId(f"capture-{row}"), kind, on, event),
            *(wrong, UserId("a"), at, decision, UserId("b") if decision else None),
            at if decision else None,
        )
        found.append(fact)
    return tuple(sorted(found, key=lambda one: (one.decided_at is None, one.fact_id)))


@st.composite
def _captures(draw: st.DrawFn, record: Record) -> dict[HeldCapture, tuple[CaptureFact, ...]]:
    days = [one.on for one in record.arrest_reports]
    days += [one.decided_on for one in record.convictions]
    taken = st.sampled_from(days) | DAYS if days else DAYS
    count = draw(st.integers(1, 3))
    return {
        HeldCapture(
            *(EncounterRow(row), EncounterId(f"capture-{row}")),
            *(ForceCode(draw(st.sampled_from(["01", "01", "02"]))), draw(taken)),
        ): draw(_facts(row))
        for row in range(1, count + 1)
    }


@st.composite
def _people(draw: st.DrawFn) -> tuple[Record, dict[HeldCapture, tuple[CaptureFact, ...]]]:
    record = draw(_records())
    return record, draw(_captures(record))


@st.composite
def _rulings(draw: st.DrawFn) -> Ruling:
    return draw(
        st.sampled_from(
            [
                Ruling(ReviewDecision.ERASE, ReviewGround.NO_POWER, None),
                Ruling(ReviewDecision.KEEP, ReviewGround.PROCEEDINGS_OPEN, date(2026, 10, 31)),
                Ruling(ReviewDecision.RESTRICT, ReviewGround.EVIDENCE, date(2027, 1, 1)),
            ]
        )
    )


@given(_people(), st.none() | _rulings(), st.integers(1, 4))
def test_planner_and_count_find_the_same_captures(
    person: tuple[Record, dict[HeldCapture, tuple[CaptureFact, ...]]],
    ruling: Ruling | None,
    reviewed: int,
) -> None:
    record, captures = person
    at = datetime(2026, 1, reviewed, 12, tzinfo=UTC)
    content = Content(record.details, record.arrest_reports, record.convictions)
    body = record_body(content)
    human = HeldHuman(
        *(PersonRow(1), PersonId("person-1"), PersonRow(1), 1, record),
        items=events_in(record, body),
    )
    stated = {one.encounter_row: facts for one, facts in captures.items() if facts}
    reviews, rulings = {}, []
    if ruling is not None:
        review = Review(
            RequestId("r"), PersonId("person-1"), ruling, "record-1@1", UserId("b"), at
        )
        reviews = {PersonRow(1): review}
        told = (ruling.decision.value, str(ruling.next_on or ""), "record-1@1", at)
        rulings = [RawRuling(1, *told)]

    planned = standing((human,), reviews, ON, stated, lambda: tuple(captures))
    counted = recount(
        [RawPerson(1, "person-1", None, "record-1@1", json.loads(body))],
        rulings,
        ON.isoformat(),
        [_raw(one, row) for row, facts in stated.items() for one in facts],
        lambda _: [_taken(one) for one in captures],
    )

    assert counted.due == {one.capture.encounter_id for one in planned.due}
    assert counted.reviews == (planned.fate is Fate.REVIEW)


def _raw(fact: CaptureFact, row: int) -> RawFact:
    return RawFact(
        *(1, row, fact.fact_id, fact.kind.value, fact.on.isoformat(), fact.event),
        *(fact.revokes or "", fact.decision.value if fact.decision else "", fact.decided_at),
    )


def _taken(one: HeldCapture) -> RawCapture:
    # In summer that is still the day before in UTC.
    at = beginning_of(one.taken_on) + timedelta(minutes=30)
    micros = int(at.timestamp()) * 10**6
    return RawCapture(one.encounter_row, one.encounter_id, one.force, micros)


@given(st.datetimes(datetime(1972, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_prints_have_the_day_of_the_office(at: datetime) -> None:
    micros = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)

    assert day_taken(micros) == number(office_day(at).isoformat())


@pytest.mark.parametrize("year", range(1972, 2101))
def test_the_clock_changes_in_the_same_hour_of_every_year(year: int) -> None:
    first = datetime(year, 1, 1, tzinfo=UTC)
    for at in (first + timedelta(hours=hour, minutes=59) for hour in range(23, 366 * 24, 24)):
        micros = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
        assert day_taken(micros) == number(office_day(at).isoformat())


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.sampled_from([1, 24, 36, 60, 216]))
def test_periods_end_on_the_same_day(start: date, months: int) -> None:
    last = last_day(start, Length(months=months))

    assert end(number(start.isoformat()), months) == number(last.isoformat())


@pytest.mark.parametrize(
    ("start", "last"),
    [("2024-05-10", "2027-05-09"), ("2024-02-29", "2027-02-28"), ("2023-12-31", "2026-12-30")],
)
def test_the_published_vectors(start: str, last: str) -> None:
    assert end(number(start), 36) == number(last)
