"""Differences between the recorded candidates of a search and an exhaustive comparison.

A search looks people up in an index of rounded templates, the more roughly the more there are;
the comparison it is compared with is exact and complete. Differences that rounding explains are
told from others: no person may be missing who would have reached an examiner, or who is stronger
than the person linked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from service.usecases.links.replay_differences import TOLERANCE_MILLIBITS, Difference

SIMILARITY_SLACK = np.float32(0.005)
"""How far two similarities of the index may lie from the exact ones, seen from each other: seven
times the standard deviation of the difference (`indexing.quantisation`)."""

LOOKED_AT = 4
"""How many times as many people as are weighed are kept of an exhaustive comparison."""


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """The recorded candidates by rank; n entries each, all of them aligned."""

    person_rows: npt.NDArray[np.int64]
    encounter_rows: npt.NDArray[np.int64]
    similarities: npt.NDArray[np.float32]
    """Computed again, exactly."""
    strengths: npt.NDArray[np.int64]
    """The order of the list: total bits in thousandths, or similarities where prints have none."""
    is_for_examiners: npt.NDArray[np.bool_]
    """The linked candidate, or one in a band that examiners look at."""
    linked: int
    """The place of the linked candidate."""


@dataclass(frozen=True, slots=True, eq=False)
class Strongest:
    """The people most similar to a probe, from the most similar on; one entry for each."""

    person_rows: npt.NDArray[np.int64]
    encounter_rows: npt.NDArray[np.int64]
    similarities: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.person_rows)


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """The evidence on the first m of the strongest; int64 and bool (m,)."""

    strengths: npt.NDArray[np.int64]
    """As of `Listed`."""
    is_for_examiners: npt.NDArray[np.bool_]
    """Whether their band is one that examiners look at."""


def look_up_difference(
    listed: Listed, found: Strongest, evidence: Weighed, *, kept: int
) -> Difference | None:
    """Return the difference between the recorded list and the exhaustive comparison, or None.

    `found` reaches `LOOKED_AT` times as far as `evidence`, or to the last one of the gallery;
    `kept` is how many of those weighed a search keeps.
    """
    by_evidence = np.argsort(-evidence.strengths, kind="stable")[:kept]
    if np.array_equal(found.encounter_rows[by_evidence], listed.encounter_rows):
        return None
    differences = [*_left_out(listed, found, evidence, kept=kept), *_not_so_similar(listed, found)]
    grave = (one for one in differences if not one.is_rounding)
    return next(grave, differences[0] if differences else _CHANGED_PLACES)


_CHANGED_PLACES = Difference(
    "look-up: captures of nearly the same similarity changed places", is_rounding=True
)


def _not_so_similar(listed: Listed, found: Strongest) -> Iterator[Difference]:
    """Yield a difference for each candidate that a look-up would hardly have proposed."""
    for rank, (person, matters) in enumerate(
        zip(listed.person_rows, listed.is_for_examiners, strict=True), 1
    ):
        places = np.flatnonzero(found.person_rows == person)
        if not len(places):
            yield Difference(f"rank {rank}: many others are more similar", not matters)
        elif found.similarities[places[0]] > listed.similarities[rank - 1] + SIMILARITY_SLACK:
            words = f"rank {rank}: another capture of the same person is more similar"
            yield Difference(words, not matters)


def _left_out(
    listed: Listed, found: Strongest, evidence: Weighed, *, kept: int
) -> Iterator[Difference]:
    """Yield one difference for missing people: grave if one of them matters."""
    m = len(evidence.strengths)
    is_missing = ~np.isin(found.person_rows[:m], listed.person_rows)
    if len(listed.person_rows) >= kept:
        weakest = listed.strengths.min()
        is_missing &= evidence.strengths > weakest + TOLERANCE_MILLIBITS
    if not is_missing.any():
        return
    linked = listed.strengths[listed.linked] + TOLERANCE_MILLIBITS
    matters = evidence.is_for_examiners | (evidence.strengths > linked)
    grave = is_missing & matters & _is_certain(found, m)
    which = grave if grave.any() else is_missing
    rank = 1 + int((listed.strengths > evidence.strengths[which].max()).sum())
    if grave.any():
        words = f"look-up: a person was left out who would be at rank {rank}"
        yield Difference(words, is_rounding=False)
        return
    words = (
        f"look-up: {int(is_missing.sum())} were passed over that no examiner would have seen,"
        f" the strongest at rank {rank}"
    )
    yield Difference(words, is_rounding=True)


def _is_certain(found: Strongest, m: int) -> npt.NDArray[np.bool_]:
    """Return bool (m,): more similar than the last one weighed, beyond any rounding."""
    if len(found) <= m:
        return np.ones(m, dtype=np.bool_)
    return np.asarray(found.similarities[:m] - found.similarities[m] > SIMILARITY_SLACK)
