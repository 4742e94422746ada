"""Exact search in float32 by brute force: the oracle that the real index is held against.

It shares neither the quantisation nor the coarse stage of the index, only the rule of ranking.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from domain.prints import FingerComparisons
from indexing.batches import EncounterBatch, MarkBatch
from indexing.filters import Filter
from indexing.hits import Hits
from indexing.probes import MarkProbe, TenprintProbe
from indexing.ranking import highest_per_person, tenprint_similarities

_NO_DIGEST = ""


def exact_tenprint_hits(
    batch: EncounterBatch, probe: TenprintProbe, *, k: int, where: Filter
) -> Hits:
    """Return the k persons of a batch most similar to a tenprint."""
    wanted = probe.presence & where.allowed_fingers()
    cosines = np.einsum("nfd,fd->nf", batch.vectors, probe.vectors, dtype=np.float32)
    cosines[~(batch.presence & wanted)] = np.nan
    similarities = tenprint_similarities(cosines)
    similarities[~where.passes(batch.galleries, batch.forces, batch.years_of_birth)] = -np.inf
    places = _highest(batch, similarities, k)
    return _encounter_hits(batch, places, similarities, cosines)


def exact_mark_hits(batch: EncounterBatch, probe: MarkProbe, *, k: int, where: Filter) -> Hits:
    """Return the k persons of a batch with the finger most similar to a mark."""
    columns = np.asarray(probe.searched_positions) - 1
    cosines = np.full(batch.presence.shape, np.nan, dtype=np.float32)
    cosines[:, columns] = batch.vectors[:, columns] @ probe.vector
    cosines[~batch.presence] = np.nan
    highest = np.where(np.isnan(cosines), np.float32(-np.inf), cosines)
    similarities = highest.max(axis=1)
    similarities[~where.passes(batch.galleries, batch.forces, batch.years_of_birth)] = -np.inf
    cosines[np.arange(10)[None, :] != highest.argmax(axis=1)[:, None]] = np.nan
    places = _highest(batch, similarities, k)
    return _encounter_hits(batch, places, similarities, cosines)


def exact_mark_file_hits(
    batch: MarkBatch, probe: TenprintProbe | MarkProbe, *, k: int, where: Filter
) -> Hits:
    """Return the k unsolved marks of a batch most similar to any finger the probe may be."""
    cosines = _mark_cosines(batch, probe, where)
    compared = np.where(np.isnan(cosines), np.float32(-np.inf), cosines)
    similarities = compared.max(axis=1)
    cosines[np.arange(10)[None, :] != compared.argmax(axis=1)[:, None]] = np.nan
    if where.forces:
        similarities[~np.isin(batch.forces, where.forces)] = -np.inf
    places = _highest(batch, similarities, k)
    found = cosines[places]
    empty = np.isnan(found)
    comparisons = FingerComparisons(
        cosines=found,
        qualities=np.where(empty, 0, batch.qualities[places, None]).astype(np.uint8),
        impression_codes=np.where(empty, 0, batch.impression_codes[places, None]).astype(np.uint8),
    )
    return Hits(
        batch.person_rows[places],
        batch.encounter_rows[places],
        similarities[places],
        comparisons,
        generation=0,
        digest=_NO_DIGEST,
    )


def _mark_cosines(
    batch: MarkBatch, probe: TenprintProbe | MarkProbe, where: Filter
) -> npt.NDArray[np.float32]:
    """Return float32 (n, 10): each mark against each finger it may be, NaN elsewhere."""
    cosines = np.full((len(batch), 10), np.nan, dtype=np.float32)
    known = batch.positions[:, None]
    if isinstance(probe, MarkProbe):
        possible = np.isin(batch.positions, (0, *probe.searched_positions))
        cosines[possible, min(probe.searched_positions) - 1] = (batch.vectors @ probe.vector)[
            possible
        ]
        return cosines
    possible_fingers = (known == 0) | (known == np.arange(1, 11)[None, :])
    compared = possible_fingers & probe.presence & where.allowed_fingers()
    return np.where(compared, batch.vectors @ probe.vectors.T, np.float32(np.nan))


def _encounter_hits(
    batch: EncounterBatch,
    places: npt.NDArray[np.int64],
    similarities: npt.NDArray[np.float32],
    cosines: npt.NDArray[np.float32],
) -> Hits:
    found = cosines[places]
    empty = np.isnan(found)
    comparisons = FingerComparisons(
        cosines=found,
        qualities=np.where(empty, 0, batch.qualities[places]).astype(np.uint8),
        impression_codes=np.where(empty, 0, batch.impression_codes[places]).astype(np.uint8),
    )
    return Hits(
        batch.person_rows[places],
        batch.encounter_rows[places],
        similarities[places],
        comparisons,
        generation=0,
        digest=_NO_DIGEST,
    )


def _highest(
    batch: EncounterBatch | MarkBatch, similarities: npt.NDArray[np.float32], k: int
) -> npt.NDArray[np.int64]:
    return highest_per_person(
        similarities, lambda at: (batch.person_rows[at], batch.encounter_rows[at]), k=k
    )
