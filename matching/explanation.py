"""Rows of evidence in words an examiner understands; no row holds a personal value.

A note says what agreed, how common that is, and how many chances there were, never a name, a
date or an address: evidence is stored for as long as its decision, details are not.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from domain.evidence import EvidenceRow, EvidenceSource
from domain.prints import FINGERS, IMPRESSION_TYPES
from matching.levels import NOT_COMPARED

if TYPE_CHECKING:
    from matching.biometric import FingerPairs
    from matching.comparators.pairs import Compared
    from matching.levels import Bits, Level, Scale

Rows = npt.NDArray[np.int64]
NOT_COMPARED_NOTE = "One side or both say nothing that can be compared; this adds nothing."
_STRENGTHS = ((10.0, "strongly alike"), (3.0, "alike"), (-1.0, "undecided"))


def detail_rows(scale: Scale, compared: Compared) -> list[EvidenceRow]:
    """Return one row per candidate, in order, for one comparison of details.

    Candidates of the same level, bits, pairs and rarity share one row.
    """
    if not compared.rarities.any() and compared.pairs.max(initial=0) <= 1:
        # Then a level always earns the same bits.
        codes, firsts = np.unique(compared.codes, return_index=True)
        bits = compared.bits[firsts].tolist()
        by_code = {
            code: _detail_row(scale, code, worth, 1, 0.0)
            for code, worth in zip(codes.tolist(), bits, strict=True)
        }
        return [by_code[code] for code in compared.codes.tolist()]
    columns = (compared.codes, compared.bits, compared.pairs, compared.rarities)
    keys = list(zip(*(column.tolist() for column in columns), strict=True))
    rows = {key: _detail_row(scale, *key) for key in set(keys)}
    return [rows[key] for key in keys]


def _detail_row(scale: Scale, code: int, bits: float, pairs: int, rarity: float) -> EvidenceRow:
    """Return one row; a rarity of 0 means that no frequency adjusted the bits."""
    if code == NOT_COMPARED:
        return EvidenceRow(scale.source, "not compared", 0.0, NOT_COMPARED_NOTE)
    level = scale.levels[code - 1]
    return EvidenceRow(scale.source, level.key, bits, _note(level, pairs, rarity))


def _note(level: Level, pairs: int, rarity: float) -> str:
    parts = [level.sentence]
    if rarity:
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


def print_rows(pairs: FingerPairs, fingers: Bits, candidates: Rows) -> list[list[EvidenceRow]]:
    """Return for each of these candidates, int64 (n,), one row a finger that was compared.

    `fingers`: float64 (k, 10), bits, NaN where not compared.
    """
    places, columns = np.nonzero(~np.isnan(fingers[candidates]))
    at = (candidates[places], columns)
    arrays = (
        fingers[at],
        pairs.cosines[at],
        pairs.probe_codes[at],
        pairs.held_codes[at],
        pairs.probe_qualities[at],
        pairs.held_qualities[at],
    )
    values = zip(places.tolist(), columns.tolist(), *(one.tolist() for one in arrays), strict=True)
    rows: list[list[EvidenceRow]] = [[] for _ in range(len(candidates))]
    for place, finger, bits, cosine, probe_code, held_code, probe_quality, held_quality in values:
        note = (
            f"{_impressions(finger, probe_code, held_code)}: similarity {cosine:.2f}, "
            f"quality {probe_quality} against {held_quality}."
        )
        rows[place].append(EvidenceRow(EvidenceSource.PRINT, _strength(bits), bits, note))
    return rows


@cache
def _impressions(finger: int, probe_code: int, held_code: int) -> str:
    words = FINGERS[finger].words.capitalize()
    return f"{words}, {IMPRESSION_TYPES[probe_code]} against {IMPRESSION_TYPES[held_code]}"


def _strength(bits: float) -> str:
    for least, words in _STRENGTHS:
        if bits >= least:
            return words
    return "unlike"


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
