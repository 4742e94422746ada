"""The evidence of one candidate as bars that run from the prior to the total."""

from __future__ import annotations

from dataclasses import dataclass

from domain.evidence import Evidence, EvidenceRow

_WIDTH_PX = 320
_MARGIN_PX = 6


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of evidence and where its bar lies, in pixels of the picture."""

    row: EvidenceRow
    total_bits: float
    """The sum up to and with this row."""
    x_px: float
    width_px: float
    is_gain: bool


@dataclass(frozen=True, slots=True)
class Waterfall:
    """All bars, and where zero lies."""

    bars: tuple[Bar, ...]
    zero_px: float
    width_px: int


def waterfall(evidence: Evidence) -> Waterfall | None:
    """Return the bars of an evidence, None when its rows have been erased."""
    if not evidence.rows:
        return None
    totals = _running_totals(evidence)
    low, high = min(0.0, *totals), max(0.0, *totals)
    scale = (_WIDTH_PX - 2 * _MARGIN_PX) / max(high - low, 1e-9)

    def place(bits: float) -> float:
        return round(_MARGIN_PX + (bits - low) * scale, 1)

    bars = []
    before = 0.0
    for row, after in zip(evidence.rows, totals, strict=True):
        left, right = sorted((place(before), place(after)))
        bars.append(Bar(row, after, left, round(max(right - left, 1.0), 1), after >= before))
        before = after
    return Waterfall(tuple(bars), place(0.0), _WIDTH_PX)


def _running_totals(evidence: Evidence) -> list[float]:
    totals: list[float] = []
    for row in evidence.rows:
        totals.append((totals[-1] if totals else 0.0) + row.bits)
    return totals
