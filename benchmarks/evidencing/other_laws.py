"""Distributions ("laws") of templates, and a model used on prints with another law."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.evidencing.accuracy import demand_unseen, outsiders_among
from data.synthetic.bookings import Claim
from data.synthetic.parameters import DIMENSION
from data.synthetic.population import Population
from domain.arrays import Bools, Float32s, Float64s, Int64s
from domain.conversion.acceptance import interval
from matching.evaluation import Observations, observe
from matching.metrics import cllr, least_cllr
from matching.policy import Mode
from matching.scorer import Scorer
from service.cli.training import trials

Law = Callable[[Float32s, Int64s], Float32s]
"""Transforms templates float32 (n, 10, d) of people `numbers` int64 (n,). Zero rows stay zero."""

_SEED = 20_261_126
_SHIFT = 0.87
"""Length added along one direction: the strangers' mean is 0.87**2 / (1 + 0.87**2) = .43."""
_WIDE_DIMENSIONS = 28
"""Axes kept, so that the strangers' standard deviation becomes 28**-.5 = .19."""
_LOW_DIMENSIONS = 10
"""Axes kept, so that it becomes three times what it was."""
_CLUSTERS = 40
_CLUSTER_LENGTH = 0.8
_HEAVY_POWER = 3.0


def _axes(count: int) -> Float64s:
    """Return float64 (d, count): random orthonormal directions, the same every time."""
    drawn = np.random.default_rng(_SEED).standard_normal((DIMENSION, count))
    return np.asarray(np.linalg.qr(drawn)[0])


def unit_or_zero(vectors: npt.NDArray[np.floating], like: Float32s) -> Float32s:
    """Return the vectors at unit length, and zero where `like` is zero."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    present = like.any(axis=-1, keepdims=True)
    return np.where(present, vectors / np.maximum(lengths, 1e-12), 0.0).astype(np.float32)


def centred(vectors: Float32s, _numbers: Int64s) -> Float32s:
    """Keep the generator's own distribution, on which the model was fitted."""
    return vectors


def shifted(vectors: Float32s, _numbers: Int64s) -> Float32s:
    """Add the same direction to all templates."""
    return unit_or_zero(vectors + _SHIFT * _axes(1)[:, 0], vectors)


def along(dimensions: int) -> Law:
    """Return a law that keeps only a few axes, so that strangers vary more."""
    axes = _axes(dimensions).astype(np.float32)
    return lambda vectors, _numbers: unit_or_zero((vectors @ axes) @ axes.T, vectors)


def clustered(vectors: Float32s, numbers: Int64s) -> Float32s:
    """Move each finger towards one of forty centres, so that some strangers are very similar."""
    rng = np.random.default_rng(_SEED)
    centres = rng.standard_normal((_CLUSTERS, DIMENSION))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    mixed = (numbers[:, None] * 7919 + np.arange(vectors.shape[1]) * 104_729) % 1_000_003
    return unit_or_zero(vectors + _CLUSTER_LENGTH * centres[mixed * 31 % _CLUSTERS], vectors)


def heavy(vectors: Float32s, _numbers: Int64s) -> Float32s:
    """Let few components dominate each template, so that strangers' cosines have heavy tails."""
    return unit_or_zero(np.sign(vectors) * np.abs(vectors) ** _HEAVY_POWER, vectors)


LAWS: Mapping[str, Law] = {
    "centred": centred,
    "shifted": shifted,
    "wide": along(_WIDE_DIMENSIONS),
    "clustered": clustered,
    "heavy-tailed": heavy,
    "low dimension": along(_LOW_DIMENSIONS),
}


CANDIDATES = 50
NEARLY_SURE = 0.999
KINDS = ("one finger", "two fingers")
LIARS = 0.3
"""Share of the people searched for who give a false identity."""

Figure = tuple[float | None, float | None, float | None]
"""A share, and the ends of its interval."""


def law_rows(
    laws: Sequence[str], persons: int, seed: int, scorer: Scorer, *, mated: int, unseen: int
) -> list[dict[str, Any]]:
    """Return a row for each law, kind of search and kind of evidence.

    Of a gallery of `persons`, so many are searched for (`mated`), and so many others. Raises
    ValueError for a seed that was used to fit or calibrate models.
    """
    demand_unseen(seed)
    population, total = Population(seed), persons * 3 // 2
    gallery = trials.trial_gallery(population, total)
    said = trials.mixed_claims(population, total, false_share=LIARS)
    probed = np.concatenate([gallery.numbers[:mated], outsiders_among(total)[:unseen]])
    liars = np.array([said[number].claim is not Claim.HONEST for number in range(total)])
    rows = []
    for name in laws:
        law = LAWS[name]
        vectors = law(gallery.captures.vectors, gallery.numbers)
        bent = replace(gallery, captures=replace(gallery.captures, vectors=vectors))
        for kind in KINDS:
            searches = trials.TenprintSearches(kind, probed, said, candidates=CANDIDATES, law=law)
            rows += [
                {"law": name} | law_row(one, liars[one.numbers], scorer)
                for one in observe(scorer, trials.tenprint_trials(population, bent, searches))
            ]
    return rows


def law_row(found: Observations, is_liar: Bools, scorer: Scorer) -> dict[str, Any]:
    """Return the figures for one kind of search and one law.

    `is_liar`: bool (n,), the searches whose person gives a false identity.
    """
    least = scorer.policy.thresholds[Mode.TENPRINT].proposed_bits
    mated, unseen = found.is_mated, ~found.is_mated
    compared = mated & ~np.isnan(found.ratios)
    sure = found.lead_odds >= np.log2(NEARLY_SURE / (1.0 - NEARLY_SURE)) - 1e-9
    sample = found.sample(np.ones(len(mated), dtype=np.bool_))
    whole, least_cost = cllr(sample), least_cllr(sample)
    misses = {
        f"fnir_{name}_{fpir}": share(found.mate_bits[who] < _threshold(found, fpir))
        for fpir in (0.01, 0.001)
        for name, who in (("honest", compared & ~is_liar), ("liars", compared & is_liar))
    }
    return {
        "search": found.search,
        "evidence": found.evidence,
        "mated": int(compared.sum()),
        "unseen": int(unseen.sum()),
        "unseen_proposed": share(found.top_bits[unseen] >= least),
        "mated_proposed": share(found.mate_bits[compared] >= least),
        "nearly_sure": int(sure.sum()),
        "nearly_sure_true": share(found.lead_is_mate[sure]),
        "highest_unseen_odds": round(float(found.lead_odds[unseen].max()), 2),
        "cllr": round(whole, 5),
        "cllr_cal": round(whole - least_cost, 5),
        **misses,
    }


def _threshold(found: Observations, fpir: float) -> float:
    """Return the total that a share `fpir` of the searches for people not on record exceeds."""
    tops = np.sort(found.top_bits[~found.is_mated])[::-1]
    return float(np.nextafter(tops[min(int(fpir * len(tops)), len(tops) - 1)], np.inf))


def share(mask: Bools) -> Figure:
    """Return a share and its 95 % interval (Clopper and Pearson, 1934); None thrice if empty."""
    n, k = len(mask), int(mask.sum())
    if not n:
        return None, None, None
    low, high = interval(k, n)
    return round(k / n, 5), round(low, 5), round(high, 5)
