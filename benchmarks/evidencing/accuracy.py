"""Searches for people unknown to the models, observed in two processes, and their strata."""

import multiprocessing
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.machine import one_thread_each
from data.synthetic.bookings import Booking, Claim
from data.synthetic.facts import PersonFacts, people_of
from data.synthetic.households import Relations
from data.synthetic.names.tables import origins
from data.synthetic.parameters import Parameters
from data.synthetic.population import Population
from domain.arrays import Bools, Int64s
from domain.people.people import Details
from matching.evaluation import Observations, observe
from matching.parameters import CALIBRATION_SEED, TRAIN_SEED
from matching.scorer import load_scorer
from matching.training.inputs import Trial
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
"""Searches for people on record, as a share of the gallery; twice as many for others."""


TURNS = (
    ("one finger", "marks"),
    ("two fingers", "ten fingers", "names", "names, one in ten false"),
)
"""The searches made by each of the two processes."""


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """Observations of one kind of search, and the strata of its searches, bool (n,) each."""

    observations: Observations
    strata: dict[str, Bools]


def observe_all(persons: int, seed: int) -> list[Observed]:
    """Return the observations of every kind of search in a gallery of this many people.

    Raises ValueError for a seed that was used to fit or calibrate models.
    """
    demand_unseen(seed)
    context = multiprocessing.get_context("spawn")
    with one_thread_each(), ProcessPoolExecutor(len(TURNS), context) as pool:
        observed = [pool.submit(_observe, persons, seed, names) for names in TURNS]
        return [one for turn in observed for one in turn.result()]


def demand_unseen(seed: int) -> None:
    """Raise ValueError for a seed that was used to fit or calibrate models."""
    if seed in (TRAIN_SEED, CALIBRATION_SEED):
        raise ValueError("The models were fitted on people from this seed: choose another seed.")


def outsiders_among(total: int) -> Int64s:
    """Return the people of a population who are not in the gallery of trials, int64 (n,)."""
    return np.array([n for n in range(total) if is_held_out(n)], dtype=np.int64)


def _observe(persons: int, seed: int, names: tuple[str, ...]) -> list[Observed]:
    population, scorer = Population(seed), load_scorer()
    total = persons * 3 // 2
    gallery = trial_gallery(population, total)
    said, honest = mixed_claims(population, total), population.later_bookings(0, total)
    people = person_strata(seed, total, said)
    outsiders = outsiders_among(total)
    result = []
    for name in names:
        mated = int(persons * MATED_SHARES[name])
        probed = np.concatenate([gallery.numbers[:mated], outsiders[: 2 * mated]])
        if name == "marks":
            trials = mark_trials(population, gallery, probed, candidates=CANDIDATES)
        elif name.startswith("names"):
            heard = honest if name == "names" else said
            trials = names_trials(gallery, probed, heard, candidates=CANDIDATES)
        else:
            searches = TenprintSearches(name, probed, said, candidates=CANDIDATES)
            trials = tenprint_trials(population, gallery, searches)
        trials = replace(trials, name=name)
        result += [
            Observed(one, search_strata(one, trials.trials, people))
            for one in observe(scorer, trials)
        ]
    return result


FINGER_IN_COMMON = "finger in common"
"""Searches for people whose capture on record shares a finger with the probe. No examiner could
find the others by prints."""
_THIS_YEAR = 2025
_DAYS_A_YEAR = 365.25


def person_strata(seed: int, total: int, said: Sequence[Booking]) -> dict[str, Bools]:
    """Return bool (total,) for each stratum, over people 0 to total - 1 of one population.

    `said`: the later booking of every person, by number.
    """
    people = people_of(seed, 0, total, Parameters())
    facts = people.facts[:total]
    relations = [people.households.relations(number) for number in range(total)]
    return {
        "honest": _mask(booking.claim is Claim.HONEST for booking in said),
        "false identity": _mask(booking.claim is not Claim.HONEST for booking in said),
        "borrowed identity": _mask(booking.claim is Claim.BORROWED for booking in said),
        "twins": _mask(one.twin_of is not None for one in relations),
        "siblings": _mask(bool(one.sibling_of) and one.twin_of is None for one in relations),
        "father and son": _mask(_is_father_or_son(one, facts) for one in relations),
        "missing fields": _mask(_lacks_a_field(booking.said) for booking in said),
        **_by_facts(facts),
    }


def _mask(values: Iterable[bool]) -> Bools:
    return np.fromiter(values, dtype=np.bool_)


def _is_father_or_son(one: Relations, facts: Sequence[PersonFacts]) -> bool:
    family = (*one.parent_of, *one.child_of)
    return len(one.members) == 2 and any(facts[number].is_male for number in family)


def _lacks_a_field(said: Details) -> bool:
    name = said.names[0] if said.names else None
    dates = said.dates_of_birth
    return (
        name is None
        or not (name.forename and name.surname)
        or not (dates and dates[0].is_complete)
        or not (said.place_of_birth and said.addresses)
    )


def _by_facts(facts: Sequence[PersonFacts]) -> dict[str, Bools]:
    sexes = np.array([one.is_male for one in facts])
    days = np.array([one.birth_day for one in facts])
    ages = _THIS_YEAR - days / _DAYS_A_YEAR
    named = np.array([origins()[one.origin].name for one in facts])
    by_origin = {f"origin {origin.name}": named == origin.name for origin in origins()}
    return {
        "male": sexes,
        "female": ~sexes,
        "under 25": ages < 25,
        "25 to 39": (ages >= 25) & (ages < 40),
        "40 and over": ages >= 40,
        **by_origin,
    }


def search_strata(
    observations: Observations, trials: Sequence[Trial], people: dict[str, Bools]
) -> dict[str, Bools]:
    """Return bool (n,) for each stratum: by person, by quality and by missing fingers."""
    quality = np.array([_quality(trial) for trial in trials])
    fingers = np.array([len(trial.probe.impressions) for trial in trials])
    strata = {"all": np.ones(len(trials), dtype=np.bool_)}
    if fingers.max() > 0:
        compared = ~np.isnan(observations.ratios) | ~observations.is_mated
        strata |= {FINGER_IN_COMMON: compared}
        strata |= {
            f"honest, {FINGER_IN_COMMON}": compared & people["honest"][observations.numbers]
        }
    strata |= {name: mask[observations.numbers] for name, mask in people.items()}
    if fingers.max() > 0:
        strata |= {
            "quality under 45": quality < 45,
            "quality 45 to 69": (quality >= 45) & (quality < 70),
            "quality 70 and over": quality >= 70,
            "missing fingers": fingers < fingers.max(),
        }
    return strata


def _quality(trial: Trial) -> float:
    impressions = trial.probe.impressions
    return float(np.mean([one.quality for one in impressions])) if impressions else 0.0
