"""Evidence: the rows sum to the parts, and the parts to the total."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.searches.evidence import (
    BIOMETRIC_SOURCES,
    Band,
    Evidence,
    EvidenceRow,
    EvidenceSource,
    millibits,
)

ROWS = st.lists(
    st.builds(
        EvidenceRow,
        source=st.sampled_from(EvidenceSource),
        level=st.just("level"),
        bits=st.floats(-60.0, 60.0),
        note=st.just(""),
    ),
    max_size=25,
)


@given(rows=ROWS)
def test_parts_sum_to_the_total(rows: list[EvidenceRow]) -> None:
    evidence = Evidence(tuple(rows), posterior=0.5, band=Band.POSSIBLE)

    parts = evidence.prior_bits + evidence.biometric_bits + evidence.demographic_bits

    assert parts == pytest.approx(evidence.total_bits, abs=1e-9)
    assert evidence.total_bits == pytest.approx(sum(row.bits for row in rows), abs=1e-9)


@pytest.mark.parametrize("source", list(EvidenceSource))
def test_every_source_counts_in_exactly_one_part(source: EvidenceSource) -> None:
    evidence = Evidence((EvidenceRow(source, "", 3.0, ""),), posterior=0.5, band=Band.UNLIKELY)

    parts = (evidence.prior_bits, evidence.biometric_bits, evidence.demographic_bits)

    assert sorted(parts) == [0.0, 0.0, 3.0]
    assert (evidence.biometric_bits == 3.0) is (source in BIOMETRIC_SOURCES)


def test_no_evidence_is_no_bits() -> None:
    assert Evidence((), posterior=0.0, band=Band.UNLIKELY).total_bits == 0.0


@given(bits=st.floats(-1e6, 1e6))
def test_millibits_are_bits_to_the_thousandth(bits: float) -> None:
    assert abs(millibits(bits) - 1000 * bits) <= 0.5 + 1e-6
