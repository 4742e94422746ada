"""Particulars and convictions: in their proportions, and in agreement with the rest."""

from __future__ import annotations

from data.synthetic import parameters as shares
from data.synthetic.population import Population
from domain.people.convictions import InformationSource
from domain.people.people import ArrestReport, DisposalType, Record
from domain.plain_values import plain, read_plain

COUNT = 3000
RECORDS = tuple(r for r in Population(11).records(0, COUNT) if r is not None)


def _share(met: int) -> float:
    return met / len(RECORDS)


def test_dual_nationals_parents_and_passports_come_in_their_shares() -> None:
    duals = sum(len(record.details.nationalities) > 1 for record in RECORDS)
    passports = sum(bool(record.details.documents) for record in RECORDS)
    mothers = sum(any(p.kind == "mother" for p in r.details.parents) for r in RECORDS)

    assert abs(_share(duals) - shares.DUAL_NATIONAL_SHARE) < 0.012
    assert abs(_share(passports) - shares.PASSPORT_SHARE) < 0.03
    assert abs(_share(mothers) - shares.PARENTS_SHARE) < 0.03


def test_every_conviction_repeats_the_disposals_of_its_report() -> None:
    for record in RECORDS:
        own = [c for c in record.convictions if c.source.kind is InformationSource.COURT]
        reports = [report for report in record.arrest_reports if _convictions(report)]

        assert [c.asn for c in own] == [report.asn for report in reports]
        for conviction, report in zip(own, reports, strict=True):
            assert len(conviction.offences) == _convictions(report)


def _convictions(report: ArrestReport) -> int:
    disposals = (one for offence in report.offences for one in offence.disposals)
    return sum(one.disposal_type is DisposalType.CONVICTED for one in disposals)


def test_foreign_convictions_come_from_a_state_of_nationality() -> None:
    foreign = [
        (record, conviction)
        for record in RECORDS
        for conviction in record.convictions
        if conviction.source.kind is InformationSource.OTHER_STATE
    ]

    assert foreign
    for record, conviction in foreign:
        assert conviction.source.name in {n.country for n in record.details.nationalities}


def test_records_survive_their_file() -> None:
    for record in RECORDS[:300]:
        assert read_plain(Record, plain(record)) == record
