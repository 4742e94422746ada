"""The details that a search of the past weighed: where prints came first, not those of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from domain.people import Details
from domain.prints import FingerComparisons
from domain.searches import Probe
from matching.findings import PrintsFirst
from matching.scorer import Scorer
from service.storage.people.gallery_feed import HeldTemplates
from service.usecases.searches.prints_first import prints_first
from service.usecases.searches.recorded import Recorded


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """The captures of k candidates, by row, and the details held of each, in the same order."""

    held: HeldTemplates
    rows: Sequence[int]
    details: Sequence[Details | None]


def weighed_beside(
    scorer: Scorer,
    recorded: Recorded,
    probe: Probe,
    comparisons: FingerComparisons,
    beside: Beside,
) -> tuple[PrintsFirst | None, Sequence[Details | None]]:
    """Return the prints weighed first, and the details weighed beside them, None where unweighed.

    By the limit that the search's event states; without one, all details were weighed.
    """
    limit = recorded.stated.details_from_millibits if recorded.stated else None
    if limit is None:
        return None, beside.details
    captures = beside.held.tenprints
    first = prints_first(scorer, probe, comparisons, limit, captures, beside.rows)
    has_details = np.array([one is not None for one in beside.details], dtype=np.bool_)
    over = first.passed_over & has_details
    pairs = zip(beside.details, over.tolist(), strict=True)
    return replace(first, passed_over=over), [None if gone else one for one, gone in pairs]
