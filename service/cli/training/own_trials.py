"""Searches with known answers, made from own people who were set aside from fitting.

Searches under a model's home law, or under another law, as the monitoring sees them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from data.synthetic.blocks import impressions_of
from data.synthetic.captures import CaptureArrays
from data.synthetic.parameters import CaptureProfile
from data.synthetic.population import Population
from domain.arrays import Float32s, Int64s
from domain.people.people import Details
from domain.prints.captures import CaptureColumns
from domain.prints.prints import ImpressionType
from domain.searches.searches import Probe
from domain.searches.strangers import Strangers
from matching.own.own_data import OwnData, OwnPerson, Share, columns_of, controlled, is_left_out
from matching.own.own_fit import OwnInputs
from matching.policy import Mode
from matching.print_parameters import COHORT_PEOPLE
from matching.scorer import load_scorer
from matching.training.exact_search import compare_tenprint, nearest, tenprint_scores
from matching.training.inputs import Trial, TrialSet
from matching.watch.home import Observation, home_law, write_home
from service.cli.training.training_data import print_strangers
from service.cli.training.trials import (
    FINGER_SETS,
    TrialGallery,
    draw_beside,
    names_index,
    trial_of,
)

_CANDIDATES = 30
_TEN = np.arange(10, dtype=np.int64)


def own_inputs(data: OwnData, dimension: int) -> OwnInputs:
    """Return all data for fitting a model; raises ModelError for mixed template formats."""
    fitted = data.of(Share.FIT)
    asked = columns_of([one.asked for one in fitted], dimension)
    held = columns_of([one.held for one in fitted], dimension)
    has_prints = asked.presence.any() and held.presence.any()
    return OwnInputs(
        data,
        asked,
        held,
        print_strangers([(asked, held)]) if has_prints else None,
        calibration=own_trials(data.of(Share.CALIBRATE), dimension),
        test=own_trials(data.of(Share.TEST), dimension),
    )


def own_observations(data: OwnData, dimension: int) -> tuple[Observation, ...]:
    """Return what the monitoring observes for people set aside, compared with a cohort."""
    held = [one.held for one in data.of(Share.FIT) if one.held and controlled(one.held)]
    cohort = TrialGallery(
        numbers=np.arange(len(held), dtype=np.int64),
        captures=columns_of(held, dimension),
        details=(),
    )
    found = []
    for person in (*data.of(Share.CALIBRATE), *data.of(Share.TEST)):
        asked = columns_of([person.asked], dimension)
        if person.asked is None or not asked.presence.any():
            continue
        strangers = cohort.strangers(asked.vectors[0], asked.presence[0])
        found.append(Observation.of(Probe(controlled(person.asked), Details(), strangers)))
    return tuple(one for one in found if one is not None)


def own_trials(people: Sequence[OwnPerson], dimension: int) -> tuple[TrialSet, ...]:
    """Return searches by prints and names enquiries for these people; half are not on record.

    People left out of the gallery, and people without a capture on record, have no mate.
    """
    rows = [n for n, one in enumerate(people) if one.held and not is_left_out(one.person)]
    if not rows:
        return ()
    held = [people[row].held for row in rows]
    gallery = TrialGallery(
        numbers=np.array(rows, dtype=np.int64),
        captures=columns_of(held, dimension),
        details=tuple(Details() if one is None else one.details for one in held),
    )
    sets = (_by_prints(gallery, people, dimension), _by_names(gallery, people))
    return tuple(one for one in sets if one.trials)


def _by_prints(gallery: TrialGallery, people: Sequence[OwnPerson], dimension: int) -> TrialSet:
    trials = []
    probes = columns_of([one.asked for one in people], dimension)
    searched = np.flatnonzero(probes.presence.any(axis=1))
    for number in searched.tolist():
        probe = probes.take(slice(number, number + 1))
        found = nearest(tenprint_scores(probe, gallery.captures, _TEN), _CANDIDATES)[0]
        trials.append(_print_trial(gallery, people[number], number, probe, found))
    return TrialSet("prints as captured", Mode.TENPRINT, gallery.details, trials)


def _print_trial(
    gallery: TrialGallery, person: OwnPerson, number: int, probe: CaptureColumns, found: Int64s
) -> Trial:
    vectors, presence = probe.vectors[0], probe.presence[0]
    draw = draw_beside(gallery, found, number)
    compared = compare_tenprint(vectors, presence, gallery.captures, draw.rows)
    side = person.asked
    impressions = () if side is None else controlled(side)
    details = Details() if side is None else side.details
    asked = Probe(impressions, details, gallery.strangers(vectors, presence))
    return trial_of(asked, draw, compared, number)


def _by_names(gallery: TrialGallery, people: Sequence[OwnPerson]) -> TrialSet:
    index, trials = names_index(gallery), []
    for number, one in enumerate(people):
        if one.asked is None or one.asked.details.is_empty:
            continue
        said = one.asked.details
        draw = draw_beside(gallery, index.candidates(said, _CANDIDATES), number)
        trials.append(trial_of(Probe((), said, words=index.words(said)), draw, None, number))
    return TrialSet("names", Mode.NAMES, gallery.details, trials)


HOME_SEED = 730451003
"""Seed of the people for the home law; no model is fitted or calibrated on this seed."""

_HOME_SEARCHES = 4_000
_BATCH = 500
Law = Callable[[Float32s, Int64s], Float32s]


@dataclass(frozen=True, slots=True, eq=False)
class Searched:
    """The searches to draw: their people, captures, and the distribution of templates."""

    numbers: Int64s
    profile: CaptureProfile = CaptureProfile.CONTROLLED
    law: Law = lambda vectors, _: vectors
    kinds: tuple[str, ...] = tuple(FINGER_SETS)
    marks: bool = True


def observations(population: Population, searched: Searched) -> Iterator[Observation]:
    """Yield what the monitoring observes in searches by these people, one kind after another.

    The first people of the population are the cohort; the searched people have higher numbers.
    """
    first = np.arange(COHORT_PEOPLE, dtype=np.int64)
    held = population.templates(0, COHORT_PEOPLE).prints
    cohort = replace(held, vectors=searched.law(held.vectors, first))
    kinds = (*searched.kinds, *(["mark"] if searched.marks else []))
    for start in range(0, len(searched.numbers), _BATCH):
        numbers = searched.numbers[start : start + _BATCH]
        for kind in kinds:
            impression = ImpressionType.LATENT if kind == "mark" else ImpressionType.PLAIN
            captures = population.probe_templates(numbers, impression, profile=searched.profile)
            vectors = searched.law(captures.prints.vectors, numbers)
            for row, number in enumerate(numbers.tolist()):
                fingers = (number % 10 + 1,) if kind == "mark" else FINGER_SETS[kind]
                kept = [f - 1 for f in fingers if captures.prints.presence[row, f - 1]]
                one = _observed(captures, row, kept, _strangers(cohort, vectors[row], kept, kind))
                if one is not None:
                    yield one


def _strangers(
    cohort: CaptureColumns, vectors: Float32s, kept: Sequence[int], kind: str
) -> Strangers | None:
    """Return the strangers' cosines for the fingers in `kept`; `vectors` float32 (10, d)."""
    if not kept:
        return None
    if kind == "mark":
        cosines = cohort.vectors @ vectors[kept[0]]
        return Strangers.of_mark(cosines[cohort.presence])
    found = np.zeros((10, COHORT_PEOPLE), dtype=np.float32)
    compared = np.zeros((10, COHORT_PEOPLE), dtype=np.bool_)
    for finger in kept:
        found[finger] = cohort.vectors[:, finger] @ vectors[finger]
        compared[finger] = cohort.presence[:, finger]
    return Strangers.of(found, compared)


def _observed(
    captures: CaptureArrays, row: int, kept: Sequence[int], strangers: Strangers | None
) -> Observation | None:
    impressions = tuple(one for one in impressions_of(captures, row) if one.position - 1 in kept)
    return Observation.of(Probe(impressions, Details(), strangers))


def write_generated_home(directory: Path, searches: int = _HOME_SEARCHES) -> int:
    """Write a model's home law, from generated people; return the number of searches."""
    numbers = np.arange(COHORT_PEOPLE, COHORT_PEOPLE + searches, dtype=np.int64)
    found = [*observations(Population(HOME_SEED), Searched(numbers))]
    write_home(directory, home_law(load_scorer(directory).digest, found))
    return len(found)
