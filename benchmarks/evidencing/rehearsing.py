"""Rehearsals under other distributions of strangers: how often is an unseen person proposed?

Each simulated run draws the most similar strangers of this many trial searches, and asks the
product's rule for the lowest similarity at which it proposes. It then computes exactly how often
the most similar stranger of an unseen person reaches that similarity. Mates come from the
generator.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.stats import binom, ks_2samp

from benchmarks.evidencing.stranger_laws import GRID, StrangerLaw
from data.synthetic.captures import CaptureArrays
from data.synthetic.population import Population
from domain.arrays import Bools, Float32s, Float64s, Int64s
from domain.prints.captures import FINGER_COUNT
from domain.prints.prints import ImpressionType
from domain.searches.models import Counted, Experience, Kind, kind_of
from domain.searches.strangers import TEN_THOUSANDTHS, OwnStrangers, Strangers
from matching.experience import rates, steps_of, upper_share
from matching.parameters import PROPOSED_FPIR
from matching.policy import Mode
from matching.print_parameters import COHORT_PEOPLE
from service.usecases.models.rehearsing import ENDS

FINGERS: Mapping[str, tuple[int, ...]] = {
    "one": (1,),
    "two": (1, 6),
    "three": (1, 2, 6),
    "four": (1, 2, 6, 7),
    "five": tuple(range(5)),
    "eight": (1, 2, 3, 4, 6, 7, 8, 9),
    "ten": tuple(range(10)),
}
"""Columns of the fingers that are searched with."""
STEPS = steps_of(GRID + 1e-6)


def mates(people: int, seed: int) -> Float64s:
    """Return float64 (n, 10): cosines of plain captures with the rolled captures on record."""
    population = Population(seed)
    numbers = np.arange(people, dtype=np.int64)
    held = population.templates(0, people).prints
    said = population.probe_templates(numbers, ImpressionType.PLAIN).prints
    cosines = np.einsum(
        "nfd,nfd->nf", held.vectors.astype(np.float32), said.vectors.astype(np.float32)
    )
    return np.where(held.presence & said.presence, cosines, np.nan).astype(np.float64)


def rule_rows(
    laws: Mapping[str, StrangerLaw],
    sizes: Iterable[int],
    rehearsals: int,
    experiences: int,
    *,
    mated: Float64s,
    seed: int,
) -> Iterator[dict[str, Any]]:
    """Yield a row for each law, number of fingers and gallery size."""
    rng = np.random.default_rng(seed)
    for name, law in laws.items():
        for persons in sizes:
            for fingers, columns in FINGERS.items():
                below = law.top_below(len(columns), persons)
                met = met_below(law, len(columns), persons)
                drawn = drawn_steps(met, min(rehearsals, persons), experiences, rng)
                least = [_least_proposed(one, persons) for one in drawn]
                head = {"law": name, "fingers": fingers, "persons": persons}
                head |= {"rehearsals": min(rehearsals, persons), "experiences": experiences}
                exact = over_exactly(below, met, min(rehearsals, persons))
                yield (
                    head | {"exact": exact} | _rates(below, least, _alike(mated[:, columns], law))
                )


def met_below(law: StrangerLaw, fingers: int, persons: int) -> Float64s:
    """Return float64 (z,): the probability that the rehearsals which count for this many fingers
    meet nobody as similar as each step.

    Between the ends of a kind, as if both ends met their most similar strangers together, which is
    the least that they can meet: in truth false positives are at most as frequent.
    """
    kind = kind_of((), fingers)
    ends = [count for one, count in ENDS if one is kind]
    counted = [fingers] if fingers in ends else ends
    return np.asarray(np.min([law.top_below(count, persons) for count in counted], axis=0))


def over_exactly(below: Float64s, met: Float64s, rehearsals: int) -> float:
    """Return the exact probability that a run has a false positive rate above the target.

    The rate is above the target if too few trial searches reach a similarity that unseen people
    reach more often than the target allows.
    """
    target = PROPOSED_FPIR[Mode.TENPRINT]
    allowed = max((n for n in range(50) if upper_share(n, rehearsals) <= target), default=-1)
    often = np.flatnonzero(1.0 - below > target)
    return float(binom.cdf(allowed, rehearsals, 1.0 - met[often[-1]])) if len(often) else 0.0


def _rates(below: Float64s, least: list[int], alike: Float64s) -> dict[str, Any]:
    """Return how often unseen people reach the lowest similarity proposed, and mates do not."""
    fpir = 1.0 - np.append(below, 1.0)[least]
    reach = np.append(GRID, np.inf)[least]
    return {
        "fpir": float(fpir.mean()),
        "over": int((fpir > 0.001).sum()),
        "worst": float(fpir.max()),
        "fnir": float(np.mean([(alike < one).mean() for one in reach])),
    }


def drawn_steps(
    below: Float64s, rehearsals: int, experiences: int, rng: np.random.Generator
) -> Iterator[dict[int, int]]:
    """Yield the steps of each simulated run, with the number of trial searches ending in each."""
    shares = np.maximum(np.diff(np.append(below, 1.0), prepend=0.0), 0.0)[1:]
    for counts in rng.multinomial(rehearsals, shares / shares.sum(), experiences):
        met = np.flatnonzero(counts)
        yield dict(zip(STEPS[met].tolist(), counts[met].tolist(), strict=True))


def _least_proposed(steps: Mapping[int, int], persons: int) -> int:
    """Return the grid place from which the product proposes, or its end if it never does."""
    experience = Experience(Kind.ONE, Counted.of([(persons, steps)]))
    # If a step is proposed, all higher steps are too.
    return bisect_left(
        range(len(GRID)),
        True,
        key=lambda at: bool(rates(experience, GRID[at : at + 1] + 1e-6, persons).proposes[0]),
    )


def _alike(cosines: Float64s, law: StrangerLaw) -> Float64s:
    """Return the similarity z of mates, float64 (n,), without people who lack these fingers."""
    deviations = (cosines - law.mean) / law.spread
    counts = (~np.isnan(cosines)).sum(axis=1)
    summed = np.nansum(deviations, axis=1) / np.sqrt(np.maximum(counts, 1))
    return np.asarray(summed[counts > 0])


def summary(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the share of simulated runs with a false positive rate above .001, and the worst."""
    found = list(rows)
    experiences = sum(row["experiences"] for row in found)
    return {
        "experiences": experiences,
        "over_001": sum(row["over"] for row in found) / experiences,
        "most_over_of_one_row": max(row["over"] / row["experiences"] for row in found),
        "expected": float(np.mean([row["exact"] for row in found])),
        "most_expected_of_one_row": max(row["exact"] for row in found),
        "worst": max(row["worst"] for row in found),
        "mean": float(np.mean([row["fpir"] for row in found])),
    }


_COLUMNS = list(FINGERS["two"])
_CHUNK = 5_000
_AT_ONCE = 250


def template_rows(persons: int, unseen: int, rehearsals: int, seed: int) -> list[dict[str, Any]]:
    """Return a row for searches with one finger and a row for searches with two."""
    population = Population(seed)
    held = _held(population, persons)
    asked = _asked(population, held, unseen, rehearsals)
    return [_row(fingers, held, asked) for fingers in ("one", "two")]


_USUAL, _ALIKE, _ONE_IN = 0.5, 0.95, 1_000
"""All fingers share so much of one direction, and those of one person in so many far more of it:
their cosine with everybody is about .22 higher than that of others."""


def alike_rows(persons: int, unseen: int, rehearsals: int, seed: int) -> list[dict[str, Any]]:
    """Return rows for galleries where some people resemble everybody, with and without the excess.

    `leading`: the share of searches of people not on record that such a person leads.
    """
    population, rng = Population(seed), np.random.default_rng(seed)
    held = _held(population, persons)
    toward = rng.standard_normal(held.shape[1:])
    toward /= np.linalg.norm(toward, axis=1, keepdims=True)
    is_alike = np.arange(persons) % _ONE_IN == _ONE_IN - 1
    bent = _bent(held, toward, np.where(is_alike, _ALIKE, _USUAL))
    asked = tuple(
        (_bent(probes, toward, np.where(is_alike[known] & (known >= 0), _ALIKE, _USUAL)), known)
        for probes, known in _asked(population, held, unseen, rehearsals)
    )
    own = _measured(bent)
    return [
        {"excess": kept} | _row(fingers, bent, asked, taken_off, is_alike)
        for fingers in ("one", "two")
        for kept, taken_off in (("kept", None), ("taken off", own))
    ]


def _asked(
    population: Population, held: Float32s, unseen: int, rehearsals: int
) -> tuple[tuple[Float32s, Int64s], ...]:
    """Return the probes of rehearsals, of people not on record and of mates, with their people."""
    persons = len(held)
    own = np.arange(persons)[:: max(persons // rehearsals, 1)][:rehearsals]
    others = np.arange(persons, persons + unseen, dtype=np.int64)
    known = np.arange(min(unseen, persons), dtype=np.int64)
    return (
        (held[own], own),
        (_plain(population, others), np.full(unseen, -1)),
        (_plain(population, known), known),
    )


def _bent(vectors: Float32s, toward: Float64s, share: Float64s) -> Float32s:
    """Return fingers mixed with a common direction by float64 (n,) shares; missing ones stay 0."""
    there = np.any(vectors, axis=2, keepdims=True)
    along = np.einsum("nfd,fd->nf", vectors, toward)[..., None] * toward
    own = vectors - along
    own = own / np.maximum(np.linalg.norm(own, axis=2, keepdims=True), 1e-9)
    part = share[:, None, None]
    found: Float32s = np.where(there, part * toward + np.sqrt(1.0 - part**2) * own, 0.0)
    return found.astype(np.float32)


def _measured(held: Float32s) -> OwnStrangers:
    """Return the measure of who resembles everybody, by the cohort."""
    cohort = held[:: max(len(held) // COHORT_PEOPLE, 1)][:COHORT_PEOPLE]
    vectors = np.zeros((FINGER_COUNT, len(cohort), held.shape[2]))
    vectors[: held.shape[1]] = cohort.transpose(1, 0, 2)
    return OwnStrangers.of(vectors, np.any(vectors, axis=2))


def _row(
    fingers: str,
    held: Float32s,
    asked: Sequence[tuple[Float32s, Int64s]],
    taken_off: OwnStrangers | None = None,
    is_alike: Bools | None = None,
) -> dict[str, Any]:
    """Return the figures of searches with these fingers: own captures, unseen people and mates."""
    columns, persons = slice(0, len(FINGERS[fingers])), len(held)
    excess = np.zeros((persons, len(FINGERS[fingers])), dtype=np.float32)
    if taken_off is not None:
        units = taken_off.units[: held.shape[1]]
        alike = np.full((persons, FINGER_COUNT), np.nan)
        alike[:, : held.shape[1]] = np.einsum("nfd,fd->nf", held, units)
        excess = taken_off.excess(alike)[:, columns]
    found = [_tops(probes[:, columns], held[:, columns], own, excess) for probes, own in asked]
    # People without these fingers are compared with nobody and are not counted.
    met, tops, mates = (one[np.isfinite(one)] for one in (found[0][0], found[1][0], found[2][1]))
    experience = Experience(Kind.ONE, Counted.of([(persons, _counted(met))]))
    leading = found[1][2][np.isfinite(found[1][0])]
    return {
        "fingers": fingers,
        "leading": 0.0 if is_alike is None else float(is_alike[leading].mean()),
        "persons": persons,
        "rehearsals": experience.searches,
        "unseen": len(tops),
        "mated": len(mates),
        "proposed": float(rates(experience, tops, persons).proposes.mean()),
        "fnir": float((~rates(experience, mates, persons).proposes).mean()),
        "same_law": float(ks_2samp(met, tops).pvalue),
    }


def _held(population: Population, persons: int) -> Float32s:
    return np.concatenate(
        [
            _searched_with(population.templates(start, min(start + _CHUNK, persons)))
            for start in range(0, persons, _CHUNK)
        ]
    )


def _plain(population: Population, numbers: Int64s) -> Float32s:
    return _searched_with(population.probe_templates(numbers, ImpressionType.PLAIN))


def _searched_with(captures: CaptureArrays) -> Float32s:
    return captures.prints.vectors[:, _COLUMNS, :].astype(np.float32)


def _counted(alike: Float64s) -> dict[int, int]:
    steps, counts = np.unique(steps_of(alike), return_counts=True)
    return dict(zip(steps.tolist(), counts.tolist(), strict=True))


def _tops(
    probes: Float32s, held: Float32s, own: Int64s, excess: Float32s
) -> tuple[Float64s, Float64s, Int64s]:
    """Return, for each probe, the similarity of the most similar stranger and of the probe's own
    person, and who that stranger is.

    `probes` float32 (q, f, d), `held` (n, f, d); `own` int64 (q,): the person, -1 for none;
    `excess` float32 (n, f): what is taken off. A missing finger is a row of zeros and is compared
    with nothing.
    """
    leaders = np.zeros(len(probes), dtype=np.int64)
    tops, mates = np.full(len(probes), -np.inf), np.full(len(probes), -np.inf)
    cohort = np.ascontiguousarray(held[:: max(len(held) // COHORT_PEOPLE, 1)][:COHORT_PEOPLE])
    there: Bools = np.any(held, axis=2).T
    for start in range(0, len(probes), _AT_ONCE):
        some = probes[start : start + _AT_ONCE]
        summed = np.zeros((len(some), len(held)))
        fingers = np.zeros((len(some), len(held)))
        moments = np.array([_moments(one, cohort) for one in some])
        for finger in range(some.shape[1]):
            mean, spread = moments[:, finger].T[:, :, None]
            asked: Bools = np.any(some[:, finger], axis=1)
            shared = asked[:, None] & there[finger]
            cosines = some[:, finger] @ held[:, finger].T - excess[:, finger]
            summed += np.where(shared, (cosines - mean) / np.maximum(spread, 1e-6), 0.0)
            fingers += shared
        alike = np.where(fingers > 0, summed / np.sqrt(np.maximum(fingers, 1.0)), -np.inf)
        known = own[start : start + len(some)]
        rows = np.flatnonzero(known >= 0)
        mates[start + rows] = alike[rows, known[rows]]
        alike[rows, known[rows]] = -np.inf
        tops[start : start + len(some)] = alike.max(axis=1)
        leaders[start : start + len(some)] = alike.argmax(axis=1)
    return tops, mates, leaders


def _moments(probe: Float32s, cohort: Float32s) -> Float64s:
    """Return float64 (f, 2): the moments, computed as the product computes them."""
    cosines = np.zeros((FINGER_COUNT, len(cohort)), dtype=np.float32)
    compared = np.zeros((FINGER_COUNT, len(cohort)), dtype=np.bool_)
    for finger in range(len(probe)):
        cosines[finger] = cohort[:, finger] @ probe[finger]
        there: Bools = np.any(cohort[:, finger], axis=1)
        compared[finger] = there & bool(probe[finger].any())
    found = Strangers.of(cosines, compared)
    return np.array([found.means, found.spreads]).T[: len(probe)] / TEN_THOUSANDTHS
