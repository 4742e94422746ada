"""Rows of evidence in words an examiner understands; no row holds a personal value.

A note says what agreed, how common that is, and how many chances there were, never a name, a
date or an address: evidence is stored for as long as its decision, details are not.
"""

from __future__ import annotations

from functools import cache, lru_cache
from math import isnan
from typing import TYPE_CHECKING

import numpy as np

from domain.evidence import EvidenceRow, EvidenceSource
from domain.prints import FINGERS, IMPRESSION_TYPES
from matching.levels import NOT_COMPARED

if TYPE_CHECKING:
    from matching.biometric import FingerPairs
    from matching.comparators.pairs import Compared
    from matching.levels import Bits, Level, Scale

NOT_COMPARED_NOTE = "One side or both say nothing that can be compared; this adds nothing."
_STRENGTHS = ((10.0, "strongly alike"), (3.0, "alike"), (-1.0, "undecided"))


def detail_rows(scale: Scale, compared: Compared) -> list[EvidenceRow]:
    """Return one row per candidate, in order, for one comparison of details."""
    codes = compared.codes.tolist()
    bits = compared.bits.tolist()
    if not np.any(compared.pairs > 1) and np.isnan(compared.rarities).all():
        # Without frequencies or several pairs a level always earns the same row: build it once.
        table = {
            code: _detail_row(scale, code, weight)
            for code, weight in dict(zip(codes, bits, strict=True)).items()
        }
        return [table[code] for code in codes]
    values = zip(codes, bits, compared.pairs.tolist(), compared.rarities.tolist(), strict=True)
    cache: dict[tuple[int, float, int, float], EvidenceRow] = {}
    rows = []
    for code, weight, pairs, rarity in values:
        key = (code, weight, pairs, rarity if rarity == rarity else -1.0)  # noqa: PLR0124 - NaN
        row = cache.get(key)
        if row is None:
            row = cache[key] = _detail_row(scale, code, weight, pairs=pairs, rarity=rarity)
        rows.append(row)
    return rows


def _detail_row(
    scale: Scale, code: int, bits: float, *, pairs: int = 1, rarity: float = np.nan
) -> EvidenceRow:
    if code == NOT_COMPARED:
        return EvidenceRow(scale.source, "not compared", 0.0, NOT_COMPARED_NOTE)
    level = scale.levels[code - 1]
    return EvidenceRow(scale.source, level.key, bits, _note(level, pairs=pairs, rarity=rarity))


def _note(level: Level, *, pairs: int, rarity: float) -> str:
    parts = [level.sentence]
    if not np.isnan(rarity):
        parts.append(
            f"About 1 person in {_rounded(1.0 / rarity):,} has the same {level.frequency}."
        )
    if pairs > 1:
        parts.append(f"Best of {pairs} pairs; {np.log2(pairs):.1f} bits are deducted for that.")
    return " ".join(parts)


def _rounded(number: float) -> int:
    """Round to two digits that count: a frequency is an estimate."""
    digits = max(int(np.floor(np.log10(number))) - 1, 0)
    return int(round(number / 10**digits) * 10**digits)


def print_rows(pairs: FingerPairs, fingers: Bits, candidate: int) -> list[EvidenceRow]:
    """Return one row for each finger of a candidate that was compared.

    `fingers`: float64 (k, 10), bits, NaN where not compared.
    """
    columns = zip(
        fingers[candidate].tolist(),
        pairs.cosines[candidate].tolist(),
        pairs.probe_codes[candidate].tolist(),
        pairs.held_codes[candidate].tolist(),
        pairs.probe_qualities[candidate].tolist(),
        pairs.held_qualities[candidate].tolist(),
        strict=True,
    )
    rows = []
    for finger, (bits, cosine, *codes, probe_quality, held_quality) in enumerate(columns):
        if isnan(bits):
            continue
        note = (
            f"{_impressions(finger, *codes)}: similarity {cosine:.2f}, "
            f"quality {probe_quality} against {held_quality}."
        )
        rows.append(EvidenceRow(EvidenceSource.PRINT, _strength(bits), bits, note))
    return rows


@cache
def _impressions(finger: int, probe_code: int, held_code: int) -> str:
    words = FINGERS[finger].words.capitalize()
    return f"{words}, {IMPRESSION_TYPES[probe_code]} against {IMPRESSION_TYPES[held_code]}"


def _strength(bits: float) -> str:
    return next((words for least, words in _STRENGTHS if bits >= least), "unlike")


@lru_cache(maxsize=256)
def prior_row(bits: float, gallery_size: int) -> EvidenceRow:
    """Return the row of what was believed before looking."""
    note = f"Before looking, any one of {gallery_size:,} people is unlikely to be the person."
    return EvidenceRow(EvidenceSource.PRIOR, "one of many", bits, note)


def dependence_row(bits: float, *, is_mark: bool) -> EvidenceRow:
    """Return the row that turns the sum over fingers into their joint evidence."""
    if is_mark:
        note = "Which finger made the mark is not known, so every finger tried was a chance."
        return EvidenceRow(EvidenceSource.PRINT_DEPENDENCE, "fingers tried", bits, note)
    note = "Fingers captured together share their quality, so they say less than they would apart."
    return EvidenceRow(EvidenceSource.PRINT_DEPENDENCE, "fingers together", bits, note)


def bound_row(bits: float, promotion: float) -> EvidenceRow:
    """Return the row that bounds the details of a print-led search."""
    if promotion > 0:
        note = "Details may be borrowed or shared in a family, so beside prints they are capped."
        return EvidenceRow(EvidenceSource.DETAILS_BOUND, "capped", bits, note)
    note = "People may give details that are not theirs, so disagreement never lowers the prints."
    return EvidenceRow(EvidenceSource.DETAILS_BOUND, "never demotes", bits, note)
