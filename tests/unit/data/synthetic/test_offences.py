"""Arrest reports, offences and disposals."""

from __future__ import annotations

import re
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from data.synthetic.counters import Draws
from data.synthetic.offences import (
    DRAWS_EACH,
    MAX_OFFENCES,
    MAX_REPORTS,
    Offender,
    arrest_reports,
    offence_kinds,
)
from data.synthetic.parameters import PopulationParameters
from domain.ids import ForceCode
from domain.people.identifiers import is_dummy_asn, parse_asn

OFFENDER = Offender(12, ForceCode("13"), date(2019, 5, 1), date(2025, 1, 1))


def test_codes_have_the_shape_of_cjs_codes() -> None:
    codes = [kind.code for kind in offence_kinds()]

    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[A-Z]{2}[0-9]{5}|COML[0-9]{3}", code) for code in codes)
    assert {"TH68010", "CJ88116", "OF61016"} <= set(codes)
    assert {kind.is_recordable for kind in offence_kinds()} == {True, False}


@given(values=st.lists(st.floats(0.0, 0.999), min_size=DRAWS_EACH, max_size=DRAWS_EACH))
def test_any_draws_make_a_coherent_history(values: list[float]) -> None:
    reports = arrest_reports(OFFENDER, Draws(values), PopulationParameters())

    assert 1 <= len(reports) <= MAX_REPORTS
    assert reports[0].on == OFFENDER.first_booking
    assert [report.on for report in reports] == sorted(report.on for report in reports)
    assert reports[-1].on <= OFFENDER.reference_date
    for report in reports:
        assert parse_asn(report.asn)[2:4] == report.force == "13"
        assert not is_dummy_asn(report.asn)
        assert 1 <= len(report.offences) <= MAX_OFFENCES
        for offence in report.offences:
            assert offence.committed_on <= report.on <= offence.disposals[0].on


def test_longest_history_fits_the_draws() -> None:
    always = PopulationParameters(more_arrests_share=1.0, more_offences_share=1.0)

    reports = arrest_reports(OFFENDER, Draws([0.5] * (DRAWS_EACH - 3)), always)

    assert len(reports) == MAX_REPORTS
    assert len({report.asn for report in reports}) == MAX_REPORTS
    assert all(len(report.offences) == MAX_OFFENCES for report in reports)
