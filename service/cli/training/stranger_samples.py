"""Strangers of people met twice, counted against the cohort that each probe is measured by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from domain.captures import CaptureColumns
from domain.strangers import Strangers
from matching.print_parameters import COHORT_PEOPLE
from matching.training.inputs import StrangerSample
from matching.training.stranger_counts import Counts, count_strangers, merged_counts

Floats = npt.NDArray[np.float64]


def print_strangers(pairs: Sequence[tuple[CaptureColumns, CaptureColumns]]) -> StrangerSample:
    """Count every finger against the same finger of all other people, pair after pair."""
    counted: list[tuple[Counts, Counts]] = []
    moments: list[Floats] = []
    for first, second in pairs:
        own = print_moments(first, second)
        moments.append(own[first.presence])
        counted += [
            _one_finger(first, second, (finger, finger), own[:, finger])
            for finger in range(own.shape[1])
        ]
    return _sample(counted, moments)


def mark_strangers(latents: CaptureColumns, held: CaptureColumns, *, marks: int) -> StrangerSample:
    """Count the fingers of `marks` people as latents against every finger of all other people."""
    counted: list[tuple[Counts, Counts]] = []
    moments: list[Floats] = []
    cohort = held.vectors[:COHORT_PEOPLE].reshape(-1, held.dimension)
    present = held.presence[:COHORT_PEOPLE].reshape(-1)
    for finger in range(latents.presence.shape[1]):
        cosines = latents.vectors[:marks, finger] @ cohort[present].T
        own = np.array([Strangers.of_mark(row).moments()[0] for row in cosines])
        moments.append(own[latents.presence[:marks, finger]])
        counted += [
            _one_finger(latents, held, (finger, other), own)
            for other in range(held.presence.shape[1])
        ]
    return _sample(counted, moments)


def print_moments(probes: CaptureColumns, held: CaptureColumns) -> Floats:
    """Return float64 (n, 10, 2): each finger's strangers among the first people held."""
    present = held.presence[:COHORT_PEOPLE].T
    vectors = held.vectors[:COHORT_PEOPLE].transpose(1, 2, 0)
    found = []
    for start in range(0, len(probes), 256):
        part = probes.vectors[start : start + 256].transpose(1, 0, 2)
        found += [Strangers.of(one, present).moments() for one in (part @ vectors).swapaxes(0, 1)]
    return np.array(found)


def _one_finger(
    probes: CaptureColumns, held: CaptureColumns, pair: tuple[int, int], moments: Floats
) -> tuple[Counts, Counts]:
    """Count one finger, `pair[0]`, of the first people against another, `pair[1]`, of all."""
    rows = np.flatnonzero(probes.presence[: len(moments), pair[0]])
    columns = np.flatnonzero(held.presence[:, pair[1]])
    own = np.full(len(held), -1, dtype=np.int64)
    own[columns] = np.arange(len(columns))
    return count_strangers(
        probes.vectors[rows, pair[0]],
        held.vectors[columns, pair[1]],
        own[rows],
        moments=moments[rows],
    )


def _sample(counted: Iterable[tuple[Counts, Counts]], moments: Sequence[Floats]) -> StrangerSample:
    bodies, tails = zip(*counted, strict=True)
    merged = merged_counts(np.sum(bodies, axis=0), np.sum(tails, axis=0))
    own = np.concatenate(moments)
    mean = own[:, 0].mean()
    spread = np.sqrt(np.square(own).sum(axis=1).mean() - mean**2)
    return StrangerSample(merged, np.array([mean, spread]))
