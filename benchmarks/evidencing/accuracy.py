"""Searches by people unknown to the models, observed in two processes and stratified."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.evidencing.strata import Mask, person_strata, search_strata
from benchmarks.machine import one_thread_each
from data.synthetic.population import Population
from matching.evaluation import Observations, observe
from matching.parameters import CALIBRATION_SEED, TRAIN_SEED
from matching.scorer import load_scorer
from service.cli.training.trials import (
    TenprintSearches,
    is_held_out,
    mark_trials,
    mixed_claims,
    names_trials,
    tenprint_trials,
    trial_gallery,
)

CANDIDATES = 100
"""Length of the candidate list, as NIST prescribes."""

MATED_SHARES = {
    "one finger": 0.16,
    "two fingers": 0.16,
    "ten fingers": 0.05,
    "marks": 0.06,
    "names": 0.06,
    "names, one in ten false": 0.06,
}
"""Searches of people on record, as a share of the gallery; twice as many of people not on
record."""

_BY_DETAILS = ", and by details"
PEOPLE_BY_DETAILS = 20
"""People that a look-up of details adds to the candidates of such a search."""

TURNS = (
    ("one finger", "marks"),
    ("two fingers", "ten fingers", "names", "names, one in ten false"),
)
"""The searches of each of the two processes."""

BY_DETAILS_TURNS = tuple((name, f"{name}{_BY_DETAILS}") for name in ("one finger", "two fingers"))
"""Searches by few fingers in which details propose people too."""


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """Observations of one kind of search, and the strata of its searches, bool (n,) each."""

    observations: Observations
    strata: dict[str, Mask]


def observe_all(
    persons: int, seed: int, turns: Sequence[tuple[str, ...]] = TURNS
) -> list[Observed]:
    """Return the observations of every kind of search in a gallery of so many people.

    `turns`: the kinds of search per process.

    Raises ValueError for a seed that models are fitted or calibrated on.
    """
    if seed in (TRAIN_SEED, CALIBRATION_SEED):
        raise ValueError("The models were fitted on people of this seed; choose another.")
    context = multiprocessing.get_context("spawn")
    with one_thread_each(), ProcessPoolExecutor(len(turns), context) as pool:
        observed = [pool.submit(_observe, persons, seed, names) for names in turns]
        return [one for turn in observed for one in turn.result()]


def _observe(persons: int, seed: int, names: tuple[str, ...]) -> list[Observed]:
    population, scorer = Population(seed), load_scorer()
    total = persons * 3 // 2
    gallery = trial_gallery(population, total)
    said, honest = mixed_claims(population, total), population.later_bookings(0, total)
    people = person_strata(seed, total, said)
    outsiders = np.array([n for n in range(total) if is_held_out(n)], dtype=np.int64)
    result = []
    for name in names:
        kind = name.removesuffix(_BY_DETAILS)
        mated = int(persons * MATED_SHARES[kind])
        probed = np.concatenate([gallery.numbers[:mated], outsiders[: 2 * mated]])
        if name == "marks":
            trials = mark_trials(population, gallery, probed, candidates=CANDIDATES)
        elif name.startswith("names"):
            heard = honest if name == "names" else said
            trials = names_trials(gallery, probed, heard, candidates=CANDIDATES)
        else:
            added = 0 if name == kind else PEOPLE_BY_DETAILS
            searches = TenprintSearches(
                kind, probed, said, candidates=CANDIDATES, by_details=added
            )
            trials = tenprint_trials(population, gallery, searches)
        trials = replace(trials, name=name)
        result += [
            Observed(one, search_strata(one, trials.trials, people))
            for one in observe(scorer, trials)
        ]
    return result
