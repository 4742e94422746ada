"""The weights of words of names, fitted on people who have two sets of details."""

from collections import Counter
from typing import Any

import numpy as np

from matching.comparators.aligned_name import meeting_grades
from matching.levels import Bits
from matching.name_parameters import (
    NAME_SLOPE,
    NAME_STEADY_BITS,
    WORD_MODEL_ENTRIES,
    WORD_SHARES,
    WORD_UNMET_SHARE,
)
from matching.names.likeness import UNLIKE
from matching.names.words import NameWord
from matching.parameters import MINIMUM_COUNT
from matching.prepared import forms_of
from matching.training.inputs import DetailsSample
from matching.word_model import VARIANT, WordModel, word_model

ROUNDS = 4
"""Rounds of fitting. In the last one the shares change by less than .002."""

_VARIANT_GRADE = 2
"""The grade of known variants, which is the grade of `WORD_NICKNAME`."""

_LEAST_SHARE = 0.002
_FURTHEST_BITS = 100.0


def fit_words(sample: DetailsSample) -> dict[str, Any]:
    """Return the shares of words among people, and of grades among mated words, as plain data.

    Expectation maximisation with hard assignments: names of one person are aligned with the
    current weights, the grades of the words that matched are counted, and both steps are repeated.
    Words that matched nothing are counted as the rest. Words of fewer than MINIMUM_COUNT people
    are left out.
    """
    held = [forms_of(details) for details in sample.held]
    said = [forms_of(details) for details in sample.said]
    counts = Counter(
        word.text
        for one in held
        for word in dict.fromkeys(word for name in one.names for word in name.words)
    )
    shares = {
        word: float(f"{count / len(held):.6g}")
        for word, count in sorted(counts.items())
        if count >= MINIMUM_COUNT
    }
    pairs = [
        (one.names[0].words, other.names[0].words)
        for one, other in zip(said, held, strict=True)
        if one.names and other.names
    ]
    mated = np.array(WORD_SHARES)
    for _ in range(ROUNDS):
        mated = _next_shares(word_model(_data(shares, mated)), pairs)
    return _data(shares, mated)


def _data(shares: dict[str, float], mated: Bits) -> dict[str, Any]:
    bend = (_FURTHEST_BITS - NAME_STEADY_BITS) * NAME_SLOPE
    return {
        "mated": [round(float(share), 5) for share in mated],
        "calibration": {
            "statistic": [-_FURTHEST_BITS, NAME_STEADY_BITS, _FURTHEST_BITS],
            "calibrated": [-_FURTHEST_BITS, NAME_STEADY_BITS, NAME_STEADY_BITS + bend],
        },
        "shares": shares,
        "unmet": {"share": WORD_UNMET_SHARE, "entries": WORD_MODEL_ENTRIES},
    }


def _next_shares(
    model: WordModel, pairs: list[tuple[tuple[NameWord, ...], tuple[NameWord, ...]]]
) -> Bits:
    counts = np.zeros(VARIANT + 1)
    for said, held in pairs:
        if said and held:
            counts += np.bincount(meeting_grades(model, said, held), minlength=VARIANT + 1)
    counts[_VARIANT_GRADE] += counts[VARIANT]
    # Initials are not a grade of likeness. Words that matched nothing are counted as the rest.
    return np.asarray(np.maximum(counts[:UNLIKE] / counts[: UNLIKE + 1].sum(), _LEAST_SHARE))
