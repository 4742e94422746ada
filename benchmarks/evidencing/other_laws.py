"""Evidence on templates whose distribution differs from the model's: `python -m benchmarks
evidence --law all`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.evidencing.accuracy import demand_unseen, outsiders_among
from benchmarks.evidencing.laws import LAWS
from benchmarks.runner import table
from data.synthetic.bookings import Claim
from data.synthetic.population import Population
from domain.conversion.acceptance import interval
from matching.evaluation import Observations, observe
from matching.metrics import cllr, least_cllr
from matching.policy import Mode
from matching.scorer import Scorer
from service.cli.training.trials import (
    TenprintSearches,
    mixed_claims,
    tenprint_trials,
    trial_gallery,
)

CANDIDATES = 50
NEARLY_SURE = 0.999
KINDS = ("one finger", "two fingers")
LIARS = 0.3
"""Share of the people searched for who give a false identity."""

Mask = npt.NDArray[np.bool_]
Figure = tuple[float | None, float | None, float | None]
"""A share, and the ends of its interval."""


@dataclass(frozen=True, slots=True)
class LawRun:
    """The size of a run: people in the gallery, searches for them, and searches for others."""

    persons: int
    seed: int
    mated: int
    unseen: int


def law_rows(laws: Sequence[str], run: LawRun, scorer: Scorer) -> list[dict[str, Any]]:
    """Return a row for each law, kind of search and kind of evidence.

    Raises ValueError for a seed that was used to fit or calibrate models.
    """
    demand_unseen(run.seed)
    population, total = Population(run.seed), run.persons * 3 // 2
    gallery = trial_gallery(population, total)
    said = mixed_claims(population, total, false_share=LIARS)
    probed = np.concatenate([gallery.numbers[: run.mated], outsiders_among(total)[: run.unseen]])
    liars = np.array([said[number].claim is not Claim.HONEST for number in range(total)])
    rows = []
    for name in laws:
        law = LAWS[name]
        vectors = law(gallery.captures.vectors, gallery.numbers)
        bent = replace(gallery, captures=replace(gallery.captures, vectors=vectors))
        for kind in KINDS:
            searches = TenprintSearches(kind, probed, said, candidates=CANDIDATES, law=law)
            rows += [
                {"law": name} | law_row(one, liars[one.numbers], scorer)
                for one in observe(scorer, tenprint_trials(population, bent, searches))
            ]
    return rows


def law_row(found: Observations, is_liar: Mask, scorer: Scorer) -> dict[str, Any]:
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


def share(mask: Mask) -> Figure:
    """Return a share and its 95 % interval (Clopper and Pearson, 1934); None thrice if empty."""
    n, k = len(mask), int(mask.sum())
    if not n:
        return None, None, None
    low, high = interval(k, n)
    return round(k / n, 5), round(low, 5), round(high, 5)


_HEADS = (
    *("law", "search", "evidence", "unseen proposed", "of .999 true", "mated proposed"),
    *("Cllr_cal", "honest / liars missed at .01", "at .001"),
)


def law_table(rows: Sequence[dict[str, Any]]) -> str:
    """Return the table in Markdown. Every share has its 95 % interval."""
    shares = ("unseen_proposed", "nearly_sure_true", "mated_proposed")
    cells = [
        (
            *(row[name] for name in ("law", "search", "evidence")),
            *(in_words(row[name]) for name in shares),
            f"{row['cllr_cal']:.4f}",
            *(
                f"{row[f'fnir_honest_{fpir}'][0]:.4f} / {in_words(row[f'fnir_liars_{fpir}'])}"
                for fpir in (0.01, 0.001)
            ),
        )
        for row in rows
    ]
    return table(_HEADS, cells)


def in_words(figure: Figure) -> str:
    """Return a share and its interval."""
    value, low, high = figure
    if value is None:
        return "none"
    return f"{value:.4f} ({low:.4f}-{high:.4f})"
