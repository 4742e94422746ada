"""Searches under a model's home law, or under another distribution of templates, as the monitoring
sees them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from data.synthetic.blocks import impressions_of
from data.synthetic.captures import CaptureArrays
from data.synthetic.parameters import CaptureProfile
from data.synthetic.population import Population
from domain.people.people import Details
from domain.prints.captures import CaptureColumns
from domain.prints.prints import ImpressionType
from domain.searches.searches import Probe
from domain.searches.strangers import Strangers
from matching.print_parameters import COHORT_PEOPLE
from matching.scorer import load_scorer
from matching.watch.home import home_law, write_home
from matching.watch.measures import Observation
from service.cli.training.trials import FINGER_SETS

HOME_SEED = 730451003
"""Seed of the people for the home law; no model is fitted or calibrated on this seed."""

_HOME_SEARCHES = 4_000
_BATCH = 500
Vectors = npt.NDArray[np.float32]
Law = Callable[[Vectors, npt.NDArray[np.int64]], Vectors]


@dataclass(frozen=True, slots=True, eq=False)
class Searched:
    """The searches to draw: their people, their captures, and the distribution of their
    templates.
    """

    numbers: npt.NDArray[np.int64]
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
    cohort: CaptureColumns, vectors: Vectors, kept: Sequence[int], kind: str
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
