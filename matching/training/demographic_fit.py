"""Fit m and u of every level of details with Splink. Needs the optional extra `train`."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships without types
from splink import DuckDBAPI, Linker, block_on

from matching import parameters
from matching.calibration import non_decreasing
from matching.comparators.aligned_name import meeting_grades
from matching.comparators.catalogue import COMPARATORS
from matching.frequencies import TABLES, count_frequencies
from matching.levels import Bits, Probabilities
from matching.name_parameters import (
    NAME_SLOPE,
    NAME_STEADY_BITS,
    WORD_MODEL_ENTRIES,
    WORD_SHARES,
    WORD_UNMET_SHARE,
)
from matching.names.likeness import UNLIKE
from matching.names.text import NameWord
from matching.prepared import Forms, forms_of
from matching.training.inputs import DetailsSample
from matching.training.splink_settings import settings, splink_row
from matching.word_model import VARIANT, WordModel, word_model

Levels = dict[str, dict[str, Probabilities]]


def fit_demographic(sample: DetailsSample) -> dict[str, Any]:
    """Return the fitted levels and term frequencies as plain data for JSON.

    u comes from Splink's random sampling, and m from Splink's expectation maximisation without
    known answers. A level that does not occur in training keeps its starting weight. Levels are
    then made monotone.
    """
    said = [forms_of(details) for details in sample.said]
    held = [forms_of(details) for details in sample.held]
    levels = monotone(_filled(_trained(_link(said, held))))
    return {
        "comparisons": {
            source: {key: {"m": pair.m, "u": pair.u} for key, pair in pairs.items()}
            for source, pairs in levels.items()
        }
    }


def fit_frequencies(sample: DetailsSample) -> dict[str, Any]:
    """Return term frequencies over the distinct people of the sample, as plain data for JSON."""
    held = [forms_of(details) for details in sample.held]
    tables = count_frequencies(forms.main_terms() for forms in held)
    rounded = {
        name: {term: float(f"{share:.6g}") for term, share in tables[name].items()}
        for name in TABLES
    }
    return {"association": round(_association(held), 4), "tables": rounded}


def _association(people: Sequence[Forms]) -> float:
    """Return how much more often two people share both names than by chance.

    Forename and surname depend on each other through origin, so their frequencies must not simply
    be multiplied.
    """
    names = [one.names[0] for one in people if one.names]
    names = [name for name in names if name.forename and name.surname]
    both = _coincidence(Counter((name.forename, name.surname) for name in names))
    first = _coincidence(Counter(name.forename for name in names))
    last = _coincidence(Counter(name.surname for name in names))
    return both / (first * last)


def _coincidence(counter: Counter[Any]) -> float:
    """Return the share of pairs of distinct people who have the same term."""
    total = counter.total()
    return sum(n * (n - 1) for n in counter.values()) / (total * (total - 1))


def _link(said: Sequence[Forms], held: Sequence[Forms]) -> Linker:
    logging.getLogger("splink").setLevel(logging.ERROR)
    # One thread: floating-point sums then have a fixed order, and the digest is stable.
    api = DuckDBAPI(connection=duckdb.connect(config={"threads": 1}))
    frames = [
        api.register(
            pa.Table.from_pylist(
                [splink_row(f"{side}{n}", one, None) for n, one in enumerate(people)]
            )
        )
        for side, people in (("s", said), ("h", held))
    ]
    linker = Linker(frames, settings(), log_level=logging.ERROR)
    training = linker.training
    training.estimate_u_using_random_sampling(
        max_pairs=parameters.RANDOM_PAIRS, seed=parameters.TRAIN_SEED, min_count_per_level=None
    )
    for columns in parameters.EM_BLOCKS:
        training.estimate_parameters_using_expectation_maximisation(
            block_on(*columns), estimate_without_term_frequencies=True
        )
    return linker


def _trained(linker: Linker) -> dict[str, dict[str, dict[str, Any]]]:
    """Return Splink's estimates of each level, by comparison and key."""
    comparisons = linker.misc.save_model_to_json()["comparisons"]
    return {
        str(one.scale.source): {
            level["label_for_charts"]: level
            for level in data["comparison_levels"]
            if not level.get("is_null_level")
        }
        for one, data in zip(COMPARATORS, comparisons, strict=True)
    }


def _filled(trained: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Levels:
    levels: Levels = {}
    for source, starting in parameters.STARTING_LEVELS.items():
        levels[source] = {}
        for key, (m, bits) in starting.items():
            found = trained[source][key]
            known = {"m_probability", "u_probability"} <= found.keys()
            if not known or source in parameters.LEVELS_BY_HAND:
                levels[source][key] = Probabilities(m=m, u=m / 2.0**bits)
                continue
            u = max(found["u_probability"], parameters.LEAST_PROBABILITY)
            levels[source][key] = Probabilities(
                m=max(found["m_probability"], parameters.LEAST_M), u=u
            )
    return levels


def monotone(levels: Levels) -> Levels:
    """Return levels whose bits never rise from a stronger level to a weaker level.

    Levels that violate this are pooled, weighted by their share of mated pairs. m is kept and u is
    adjusted.
    """
    return {source: _monotone_scale(pairs) for source, pairs in levels.items()}


def _monotone_scale(pairs: Mapping[str, Probabilities]) -> dict[str, Probabilities]:
    bits = np.array([pair.bits for pair in pairs.values()])
    weights = np.array([pair.m for pair in pairs.values()])
    falling = -non_decreasing(-bits, weights)
    return {
        key: Probabilities(m=_short(pair.m), u=_short(pair.m / 2.0**value))
        for (key, pair), value in zip(pairs.items(), falling.tolist(), strict=True)
    }


def _short(value: float) -> float:
    """Round to six digits, because more digits of a fit are noise that would change the digest."""
    return float(f"{value:.6g}")


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
        if count >= parameters.MINIMUM_COUNT
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
