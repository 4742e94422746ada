"""Exhaustive, exact search in NumPy: the reference for calibration and evaluation."""

from dataclasses import dataclass

import numpy as np

from domain.arrays import Bools, Float32s, Float64s, Int64s
from domain.prints.captures import CaptureColumns
from domain.prints.prints import FingerComparisons


def tenprint_scores(probes: CaptureColumns, held: CaptureColumns, fingers: Int64s) -> Float32s:
    """Return float32 (n, m): the sum of cosines divided by the square root of their number.

    `fingers`: int64 (f,), the columns of the fingers searched with.
    """
    sums = np.zeros((len(probes), len(held)), dtype=np.float32)
    for finger in fingers.tolist():
        sums += probes.vectors[:, finger] @ held.vectors[:, finger].T
    both = probes.presence[:, fingers].astype(np.float32) @ held.presence[:, fingers].T
    sums /= np.sqrt(np.maximum(both, 1.0))
    return sums


def mark_scores(vectors: Float32s, held: CaptureColumns) -> Float32s:
    """Return float32 (n, m): the highest cosine of each mark, (n, d), with any finger held."""
    best = np.full((len(vectors), len(held)), -1.0, dtype=np.float32)
    for finger in range(held.presence.shape[1]):
        cosines = vectors @ held.vectors[:, finger].T
        np.maximum(best, np.where(held.presence[:, finger], cosines, np.float32(-1.0)), out=best)
    return best


def nearest(scores: Float32s, k: int) -> Int64s:
    """Return int64 (n, min(k, m)): the rows with the highest scores, highest first."""
    k = min(k, scores.shape[1])
    found = np.argpartition(-scores, k - 1, axis=1)[:, :k]
    order = np.argsort(-np.take_along_axis(scores, found, axis=1), axis=1, kind="stable")
    return np.take_along_axis(found, order, axis=1).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """The people that one trial scores: the people proposed, the mate, and others at random.

    `rows`: int64 (k,), distinct. `weights`: float64 (k,), the number of people each represents, so
    that they sum to the gallery. `mate`: the index of the mate, -1 if there is none.
    `is_mate_proposed`: whether the mate is among the people proposed.
    """

    rows: Int64s
    weights: Float64s
    mate: int
    is_mate_proposed: bool


def draw_people(
    proposed: Int64s, mate: int, *, gallery_size: int, others: int, start: int
) -> Draw:
    """Return the people to score. `mate`: gallery row or -1; `others`: how many to add at random.

    The random people are taken at even steps from `start`, so that a trial can be repeated.
    """
    is_proposed = bool(np.isin(mate, proposed))
    known = proposed if mate < 0 or is_proposed else np.append(proposed, mate)
    steps = (
        start * 7919 + np.arange(others) * max(gallery_size // max(others, 1), 1)
    ) % gallery_size
    drawn = np.setdiff1d(steps, known)
    left = gallery_size - len(known)
    weights = np.append(np.ones(len(known)), np.full(len(drawn), left / max(len(drawn), 1)))
    place = int(np.flatnonzero(known == mate)[0]) if mate >= 0 else -1
    rows = np.append(known, drawn).astype(np.int64)
    return Draw(rows, weights, mate=place, is_mate_proposed=is_proposed)


def compare_tenprint(
    vectors: Float32s, presence: Bools, held: CaptureColumns, rows: Int64s
) -> FingerComparisons:
    """Compare one capture, float32 (10, d) and bool (10,), with gallery rows, finger by finger."""
    cosines = np.einsum("fd,kfd->kf", vectors, held.vectors[rows])
    return _comparisons(cosines, held.presence[rows] & presence, held, rows)


def compare_mark(vector: Float32s, held: CaptureColumns, rows: Int64s) -> FingerComparisons:
    """Compare one mark, float32 (d,), with the most similar finger of each gallery row."""
    cosines = np.where(held.presence[rows], held.vectors[rows] @ vector, np.float32(-1.0))
    best = cosines.argmax(axis=1)
    kept = held.presence[rows] & (np.arange(cosines.shape[1]) == best[:, None])
    return _comparisons(cosines, kept, held, rows)


def _comparisons(
    cosines: Float32s, kept: Bools, held: CaptureColumns, rows: Int64s
) -> FingerComparisons:
    return FingerComparisons(
        cosines=np.where(kept, cosines, np.nan).astype(np.float32),
        qualities=np.where(kept, held.qualities[rows], 0).astype(np.uint8),
        impression_codes=np.where(kept, held.impression_codes[rows], 0).astype(np.uint8),
    )
