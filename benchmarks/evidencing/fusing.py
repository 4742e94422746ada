"""Rules of proposing compared where people lie: `python -m benchmarks evidence --fusion`.

Thresholds are set on searches by distinct people without a record, of seeds that nothing is
reported on, and judged on people of another seed. Three people in ten give a false identity in
both; most of these borrow that of a person on record.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.evidencing.laws import LAWS
from benchmarks.evidencing.other_laws import in_words, share
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
    is_held_out,
    mixed_claims,
    tenprint_trials,
    trial_gallery,
)

PEOPLE = 12_000
OUTSIDERS = PEOPLE // 3
"""One in three is not on record; their relatives are, and they borrow identities on record."""
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
    """Return a row for each condition and rate: misses of liars and of honest people by rule.

    Thresholds are set on `unseen` searches over as many galleries as that takes.
    """
    galleries = -(-unseen // OUTSIDERS)
    sets = [_people(CALIBRATION_SEED + 1 + number, 0) for number in range(galleries)]
    judged = _people(seed, MATED)
    rows = []
    for name, kind, law in CONDITIONS:
        training = [_tops(_searched(one, kind, law, scorer)) for one in sets]
        prints, totals = (np.concatenate(parts) for parts in zip(*training, strict=True))
        reported = _searched(judged, kind, law, scorer)
        rows += [{"condition": name, **_row((prints, totals), reported, fpir)} for fpir in FPIRS]
    return rows


def _tops(found: Both) -> tuple[Bits, Bits]:
    """Return the strongest totals of each search in vain: by prints, and with details."""
    unseen = ~found.prints.is_mated
    return found.prints.top_bits[unseen], found.fused.top_bits[unseen]


@dataclass(frozen=True, slots=True, eq=False)
class _People:
    population: Population
    probed: npt.NDArray[np.int64]
    said: Sequence[Any]


def _people(seed: int, mated: int) -> _People:
    """Return a population and the people to search for: all held out, all borrowers on record."""
    population = Population(seed)
    everybody = np.arange(PEOPLE, dtype=np.int64)
    is_out = np.array([is_held_out(number) for number in range(PEOPLE)])
    said = mixed_claims(population, PEOPLE, false_share=LIARS)
    probed = np.concatenate([everybody[~is_out][:mated], everybody[is_out]])
    return _People(population, probed, said)


def _searched(people: _People, kind: str, law: str, scorer: Scorer) -> Both:
    gallery = trial_gallery(people.population, PEOPLE)
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


def _row(training: tuple[Bits, Bits], reported: Both, fpir: float) -> dict[str, Any]:
    """Return misses and false alarms by prints, by the sum, and by either, at a target rate."""
    prints, totals = training
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
        "set_on": len(prints),
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


def fusion_text(rows: Sequence[dict[str, Any]]) -> str:
    """Return the rows as a person reads them: shares with 95 % intervals."""
    lines = []
    for row in rows:
        lines.append(
            f"\n{row['condition']}, target {row['fpir']}: thresholds from {row['set_on']:,}"
            f" searches, false alarms judged on {row['judged_on']:,}"
        )
        for rule in ("prints", "sum", "either"):
            shares = (f"{name} {in_words(figure)}" for name, figure in row[rule].items())
            lines.append(f"  {rule:<7} {'; '.join(shares)}")
    return "\n".join(lines)
