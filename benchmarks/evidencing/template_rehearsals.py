"""The rule of rehearsals on templates of the generator: galleries compared person by person.

Captures of enrolled people are searched against all others, as the product rehearses; plain
captures of people who are not enrolled, and of people who are, are searched as a force would.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import ks_2samp

from benchmarks.evidencing.rehearsing import FINGERS
from data.synthetic.population import Population
from domain.captures import FINGER_COUNT
from domain.experience import Counted, Experience, Kind
from domain.prints import ImpressionType
from domain.strangers import TEN_THOUSANDTHS, Strangers
from matching.experience import rates, steps_of
from matching.print_parameters import COHORT_PEOPLE

Vectors = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]
_KINDS = {"one": Kind.ONE, "two": Kind.FEW}
_COLUMNS = list(FINGERS["two"])
_CHUNK = 5_000
_AT_ONCE = 250


def template_rows(persons: int, unseen: int, rehearsals: int, seed: int) -> list[dict[str, Any]]:
    """Return a row for searches by one and by two fingers."""
    population = Population(seed)
    held = np.concatenate(list(_held(population, persons)))
    own = np.arange(persons)[:: max(persons // rehearsals, 1)][:rehearsals]
    others = np.arange(persons, persons + unseen, dtype=np.int64)
    known = np.arange(min(unseen, persons), dtype=np.int64)
    asked = (
        (held[own], own),
        (_plain(population, others), np.full(unseen, -1)),
        (_plain(population, known), known),
    )
    return [_row(fingers, held, asked) for fingers in _KINDS]


def _row(
    fingers: str, held: Vectors, asked: Sequence[tuple[Vectors, npt.NDArray[np.int64]]]
) -> dict[str, Any]:
    """Return the figures of searches by so many fingers: own captures, unseen people, mates."""
    columns, persons = slice(0, len(FINGERS[fingers])), len(held)
    found = [_tops(probes[:, columns], held[:, columns], own) for probes, own in asked]
    # People without these fingers are compared with nobody, and are none of those counted.
    met, tops, mates = (one[np.isfinite(one)] for one in (found[0][0], found[1][0], found[2][1]))
    experience = Experience(_KINDS[fingers], Counted.of([(persons, _counted(met))]))
    return {
        "fingers": fingers,
        "persons": persons,
        "rehearsals": experience.searches,
        "unseen": len(tops),
        "mated": len(mates),
        "proposed": float(rates(experience, tops, persons).proposes.mean()),
        "fnir": float((~rates(experience, mates, persons).proposes).mean()),
        "same_law": float(ks_2samp(met, tops).pvalue),
    }


def _held(population: Population, persons: int) -> Iterator[Vectors]:
    for start in range(0, persons, _CHUNK):
        captures = population.templates(start, min(start + _CHUNK, persons)).prints
        yield captures.vectors[:, _COLUMNS, :].astype(np.float32)


def _plain(population: Population, numbers: npt.NDArray[np.int64]) -> Vectors:
    captures = population.probe_templates(numbers, ImpressionType.PLAIN).prints
    found: Vectors = captures.vectors[:, _COLUMNS, :].astype(np.float32)
    return found


def _counted(alike: Floats) -> dict[int, int]:
    steps, counts = np.unique(steps_of(alike), return_counts=True)
    return dict(zip(steps.tolist(), counts.tolist(), strict=True))


def _tops(probes: Vectors, held: Vectors, own: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return how alike the most alike stranger and the own person of each probe are.

    `probes` float32 (q, f, d), `held` (n, f, d); `own` int64 (q,): the person, -1 for none. A
    missing finger is a row of zeros, and compared with nothing.
    """
    tops, mates = np.full(len(probes), -np.inf), np.full(len(probes), -np.inf)
    cohort = np.ascontiguousarray(held[:: max(len(held) // COHORT_PEOPLE, 1)][:COHORT_PEOPLE])
    there: npt.NDArray[np.bool_] = np.any(held, axis=2).T
    for start in range(0, len(probes), _AT_ONCE):
        some = probes[start : start + _AT_ONCE]
        summed = np.zeros((len(some), len(held)))
        fingers = np.zeros((len(some), len(held)))
        moments = np.array([_moments(one, cohort) for one in some])
        for finger in range(some.shape[1]):
            mean, spread = moments[:, finger].T[:, :, None]
            asked: npt.NDArray[np.bool_] = np.any(some[:, finger], axis=1)
            shared = asked[:, None] & there[finger]
            cosines = some[:, finger] @ held[:, finger].T
            summed += np.where(shared, (cosines - mean) / np.maximum(spread, 1e-6), 0.0)
            fingers += shared
        alike = np.where(fingers > 0, summed / np.sqrt(np.maximum(fingers, 1.0)), -np.inf)
        known = own[start : start + len(some)]
        rows = np.flatnonzero(known >= 0)
        mates[start + rows] = alike[rows, known[rows]]
        alike[rows, known[rows]] = -np.inf
        tops[start : start + len(some)] = alike.max(axis=1)
    return tops, mates


def _moments(probe: Vectors, cohort: Vectors) -> Floats:
    """Return float64 (f, 2), as the product measures them."""
    cosines = np.zeros((FINGER_COUNT, len(cohort)), dtype=np.float32)
    compared = np.zeros((FINGER_COUNT, len(cohort)), dtype=np.bool_)
    for finger in range(len(probe)):
        cosines[finger] = cohort[:, finger] @ probe[finger]
        there: npt.NDArray[np.bool_] = np.any(cohort[:, finger], axis=1)
        compared[finger] = there & bool(probe[finger].any())
    found = Strangers.of(cosines, compared)
    return np.array([found.means, found.spreads]).T[: len(probe)] / TEN_THOUSANDTHS
