"""The bars of an evidence add up to its total."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.searches.evidence import Band, Evidence, EvidenceRow, EvidenceSource
from service.web.examination.concluded import waterfall

BITS = st.lists(st.floats(-40, 40, allow_subnormal=False), min_size=1, max_size=20)


def evidence(bits: list[float]) -> Evidence:
    rows = tuple(EvidenceRow(EvidenceSource.PRINT, "alike", b, "") for b in bits)
    return Evidence(rows, 0.5, Band.POSSIBLE)


@given(BITS)
def test_the_last_bar_ends_at_the_total(bits: list[float]) -> None:
    found = waterfall(evidence(bits))

    assert found is not None
    assert found.bars[-1].total_bits == pytest.approx(sum(bits), abs=1e-9)


@given(BITS)
def test_every_bar_lies_inside_the_picture(bits: list[float]) -> None:
    found = waterfall(evidence(bits))

    assert found is not None
    assert 0 <= found.zero_px <= found.width_px
    for bar in found.bars:
        assert bar.x_px >= 0
        assert bar.width_px >= 1
        assert bar.x_px + bar.width_px <= found.width_px + 1


def test_a_gain_and_a_loss_meet_where_one_ends() -> None:
    found = waterfall(evidence([10.0, -4.0]))

    assert found is not None
    gain, loss = found.bars
    assert (gain.is_gain, loss.is_gain) == (True, False)
    assert gain.x_px + gain.width_px == pytest.approx(loss.x_px + loss.width_px, abs=0.2)


def test_erased_evidence_has_no_bars() -> None:
    assert waterfall(evidence([])) is None
