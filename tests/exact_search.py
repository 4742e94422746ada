"""Exact search in float32 by brute force: the oracle that the real index is tested against.

It shares neither the quantisation nor the coarse stage of the index, only the rule of ranking.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from domain.prints.captures import MarkProbe, PrintProbe, TenprintProbe
from indexing.codes.batches import GalleryBatch
from indexing.codes.filters import Filter
from indexing.searching.hits import Hits
from indexing.searching.ranking import highest_per_person, tenprint_similarities

_NO_DIGEST = ""
_MINUS_INFINITY = np.float32(-np.inf)
_NAN = np.float32(np.nan)


def exact_tenprint_hits(
    batch: GalleryBatch, probe: TenprintProbe, *, k: int, where: Filter
) -> Hits:
    """Return the k persons of a batch of tenprints most similar to a tenprint."""
    held = batch.captures
    wanted = probe.presence & where.allowed_fingers()
    cosines = np.einsum("nfd,fd->nf", held.vectors, probe.vectors, dtype=np.float32)
    cosines[~(held.presence & wanted)] = np.nan
    return _highest(batch, _passing(batch, tenprint_similarities(cosines), where), k)


def exact_mark_hits(batch: GalleryBatch, probe: MarkProbe, *, k: int, where: Filter) -> Hits:
    """Return the k persons of a batch of tenprints with the finger most similar to a mark."""
    held, columns = batch.captures, np.asarray(probe.searched_positions) - 1
    cosines = np.full(held.presence.shape, _NAN, dtype=np.float32)
    cosines[:, columns] = held.vectors[:, columns] @ probe.vector
    cosines[~held.presence] = np.nan
    return _highest(batch, _passing(batch, _best(cosines), where), k)


def exact_mark_file_hits(batch: GalleryBatch, probe: PrintProbe, *, k: int, where: Filter) -> Hits:
    """Return the k unsolved marks of a batch most similar to any finger the probe may be."""
    similarities = _best(_mark_cosines(batch, probe, where))
    if where.forces:
        similarities[~np.isin(batch.forces, where.forces)] = -np.inf
    return _highest(batch, similarities, k)


def _mark_cosines(
    batch: GalleryBatch, probe: PrintProbe, where: Filter
) -> npt.NDArray[np.float32]:
    """Return float32 (n, 10): each mark against each finger it may be, NaN elsewhere."""
    vectors, possible = batch.captures.vectors[:, 0], batch.captures.presence
    if isinstance(probe, MarkProbe):
        searched = np.asarray(probe.searched_positions) - 1
        may_be_same = possible[:, searched].any(axis=1)
        cosines = np.where(may_be_same, vectors @ probe.vector, _NAN)
        return np.asarray(cosines[:, None])
    compared = possible & probe.presence & where.allowed_fingers()
    return np.where(compared, vectors @ probe.vectors.T, _NAN)


def _best(cosines: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.asarray(np.where(np.isnan(cosines), _MINUS_INFINITY, cosines).max(axis=1))


def _passing(
    batch: GalleryBatch, similarities: npt.NDArray[np.float32], where: Filter
) -> npt.NDArray[np.float32]:
    passes = where.passes(batch.galleries, batch.forces, batch.years_of_birth)
    return np.where(passes, similarities, _MINUS_INFINITY)


def _highest(batch: GalleryBatch, similarities: npt.NDArray[np.float32], k: int) -> Hits:
    places = highest_per_person(
        similarities, lambda at: (batch.person_rows[at], batch.encounter_rows[at]), k=k
    )
    return Hits(
        batch.person_rows[places],
        batch.encounter_rows[places],
        similarities[places],
        generation=0,
        digest=_NO_DIGEST,
    )
