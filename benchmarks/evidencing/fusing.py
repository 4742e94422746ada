"""Rules of proposing compared where people lie: `python -m benchmarks evidence --fusion`.

Thresholds are set on searches by distinct people who are not on record, of the seed that models
are calibrated on, and judged on people of another seed: half of them on record, three in ten with
a false identity in both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.evidencing.laws import LAWS
from benchmarks.evidencing.other_laws import share
from data.synthetic.bookings import Claim
from data.synthetic.parameters import CaptureProfile
from data.synthetic.population import Population
from matching.either_rule import either_thresholds, is_proposed
from matching.evaluation import Observations, observe
from matching.metrics import threshold_at
from matching.parameters import CALIBRATION_SEED
from matching.scorer import Scorer
from service.cli.training.trials import (
    TenprintSearches,
    mixed_claims,
    tenprint_trials,
    trial_gallery,
)

GALLERY = 6_000
MATED = 2_000
LIARS = 0.3
FPIRS = (0.01, 0.001)
CANDIDATES = 20
CONDITIONS = (
    ("poor, two fingers", "two fingers", "centred"),
    ("poor, one finger", "one finger", "centred"),
    ("wide, one finger", "one finger", "wide"),
)
Bits = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Both:
    """Searches by prints alone and with details: of the same people, row by row."""

    prints: Observations
    fused: Observations
    is_liar: Mask


def fusion_rows(seed: int, unseen: int, scorer: Scorer) -> list[dict[str, Any]]:
    """Return a row for each condition and rate: misses of liars and of honest people by rule."""
    sets, judged = _people(CALIBRATION_SEED, 0, unseen), _people(seed, MATED, unseen // 4)
    rows = []
    for name, kind, law in CONDITIONS:
        training, reported = (_searched(one, kind, law, scorer) for one in (sets, judged))
        rows += [{"condition": name, **_row(training, reported, fpir)} for fpir in FPIRS]
    return rows


@dataclass(frozen=True, slots=True, eq=False)
class _People:
    population: Population
    probed: npt.NDArray[np.int64]
    said: Sequence[Any]


def _people(seed: int, mated: int, unseen: int) -> _People:
    population, total = Population(seed), GALLERY * 3 // 2
    enrolled = np.array([n for n in range(total) if n % 3 != 2][:mated], dtype=np.int64)
    outsiders = np.arange(total, total + unseen, dtype=np.int64)
    said = mixed_claims(population, total + unseen, false_share=LIARS)
    return _People(population, np.concatenate([enrolled, outsiders]), said)


def _searched(people: _People, kind: str, law: str, scorer: Scorer) -> Both:
    gallery = trial_gallery(people.population, GALLERY * 3 // 2)
    vectors = LAWS[law](gallery.captures.vectors, gallery.numbers)
    bent = replace(gallery, captures=replace(gallery.captures, vectors=vectors))
    searches = TenprintSearches(
        kind,
        people.probed,
        people.said,
        candidates=CANDIDATES,
        law=LAWS[law],
        profile=CaptureProfile.POOR if law == "centred" else CaptureProfile.CONTROLLED,
    )
    prints, fused = observe(scorer, tenprint_trials(people.population, bent, searches))
    liars = [people.said[number].claim is not Claim.HONEST for number in prints.numbers.tolist()]
    return Both(prints, fused, np.array(liars))


def _row(training: Both, reported: Both, fpir: float) -> dict[str, Any]:
    """Return misses and false alarms by prints, by the sum, and by either, at a target rate."""
    unseen = ~training.prints.is_mated
    prints, totals = training.prints.top_bits[unseen], training.fused.top_bits[unseen]
    alone, summed = (np.nextafter(threshold_at(one, fpir), np.inf) for one in (prints, totals))
    both = either_thresholds(prints, totals, fpir)
    rules: dict[str, Callable[[Bits, Bits], Mask]] = {
        "prints": lambda p, _t: p >= alone,
        "sum": lambda _p, t: t >= summed,
        "either": lambda p, t: is_proposed(p, t, both),
    }
    mated = reported.prints.is_mated & ~np.isnan(reported.prints.ratios)
    found: dict[str, Any] = {
        "fpir": fpir,
        "set_on": int(unseen.sum()),
        "judged_on": int((~mated).sum()),
    }
    for name, rule in rules.items():
        hit = rule(reported.prints.mate_bits, reported.fused.mate_bits)
        raised = rule(reported.prints.top_bits, reported.fused.top_bits)
        found[name] = {
            "liars": share(~hit[mated & reported.is_liar]),
            "honest": share(~hit[mated & ~reported.is_liar]),
            "false alarms": share(raised[~reported.prints.is_mated]),
        }
    return found


def print_fusion(rows: Sequence[dict[str, Any]]) -> None:
    """Print the rows: shares with 95 % intervals."""
    for row in rows:
        print(
            f"\n{row['condition']}, target {row['fpir']}: thresholds from {row['set_on']:,}"
            f" searches, false alarms judged on {row['judged_on']:,}"
        )
        for rule in ("prints", "sum", "either"):
            shares = (
                f"{name} {value:.4f} ({low:.4f}-{high:.4f})"
                for name, (value, low, high) in row[rule].items()
            )
            print(f"  {rule:<7} " + "; ".join(shares))
