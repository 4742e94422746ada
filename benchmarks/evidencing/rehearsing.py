"""The rule of rehearsals on laws of strangers: how often unseen people are proposed.

Each experience draws the most alike strangers of so many rehearsals, asks the product's rule for
the least alikeness that it proposes, and computes exactly how often an unseen person's most alike
stranger reaches it. Mates are the generator's.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from benchmarks.evidencing.stranger_laws import GRID, Floats, StrangerLaw
from data.synthetic.population import Population
from domain.experience import Counted, Experience, Kind
from domain.prints import ImpressionType
from matching.experience import rates, steps_of

FINGERS: Mapping[str, tuple[int, ...]] = {"one": (1,), "two": (1, 6), "ten": tuple(range(10))}
"""Columns of the fingers searched with."""
_KINDS = {"one": Kind.ONE, "two": Kind.FEW, "ten": Kind.MANY}
STEPS = steps_of(GRID + 1e-6)


def mates(people: int, seed: int) -> Floats:
    """Return float64 (n, 10): cosines of plain captures with the rolled ones on record."""
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
    mated: Floats,
    seed: int,
) -> Iterator[dict[str, Any]]:
    """Yield a row for each law, number of fingers and size of gallery."""
    rng = np.random.default_rng(seed)
    for name, law in laws.items():
        for persons in sizes:
            for fingers, columns in FINGERS.items():
                below = law.top_below(len(columns), persons)
                drawn = drawn_steps(below, min(rehearsals, persons), experiences, rng)
                least = [_least_proposed(_KINDS[fingers], one, persons) for one in drawn]
                head = {"law": name, "fingers": fingers, "persons": persons}
                head |= {"rehearsals": min(rehearsals, persons), "experiences": experiences}
                yield head | _rates(below, least, _alike(mated[:, columns], law))


def _rates(below: Floats, least: list[int], alike: Floats) -> dict[str, Any]:
    """Return how often unseen people reach the least alikeness, and mates do not."""
    fpir = 1.0 - np.append(below, 1.0)[least]
    reach = np.append(GRID, np.inf)[least]
    return {
        "fpir": float(fpir.mean()),
        "over": int((fpir > 0.001).sum()),
        "worst": float(fpir.max()),
        "fnir": float(np.mean([(alike < one).mean() for one in reach])),
    }


def drawn_steps(
    below: Floats, rehearsals: int, experiences: int, rng: np.random.Generator
) -> Iterator[dict[int, int]]:
    """Yield the steps of each experience and how many rehearsals ended in them."""
    shares = np.maximum(np.diff(np.append(below, 1.0), prepend=0.0), 0.0)[1:]
    for counts in rng.multinomial(rehearsals, shares / shares.sum(), experiences):
        met = np.flatnonzero(counts)
        yield dict(zip(STEPS[met].tolist(), counts[met].tolist(), strict=True))


def _least_proposed(kind: Kind, steps: Mapping[int, int], persons: int) -> int:
    """Return the place on the grid from which the product proposes; its end for none."""
    experience = Experience(kind, Counted.of([(persons, steps)]))
    # Once a step is proposed, all above it are.
    return bisect_left(
        range(len(GRID)),
        True,
        key=lambda at: bool(rates(experience, GRID[at : at + 1] + 1e-6, persons).proposes[0]),
    )


def _alike(cosines: Floats, law: StrangerLaw) -> Floats:
    """Return the alikeness of mates, float64 (n,); people without these fingers left out."""
    deviations = (cosines - law.mean) / law.spread
    counts = (~np.isnan(cosines)).sum(axis=1)
    summed = np.nansum(deviations, axis=1) / np.sqrt(np.maximum(counts, 1))
    return np.asarray(summed[counts > 0])


def summary(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return how many experiences had a false positive rate over .001, and the worst."""
    found = list(rows)
    experiences = sum(row["experiences"] for row in found)
    return {
        "experiences": experiences,
        "over_001": sum(row["over"] for row in found) / experiences,
        "most_over_of_one_row": max(row["over"] / row["experiences"] for row in found),
        "worst": max(row["worst"] for row in found),
        "mean": float(np.mean([row["fpir"] for row in found])),
    }
