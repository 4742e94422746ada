"""Prints first: whose details are left unweighed, for their prints exclude (ADR 52).

Only where tenprints are searched with in tenprints. A candidate is skipped when no details
could lift their prints to `possible`, and the flag "details agree, prints differ" cannot be
raised: it takes an equal date of birth, and the capture states another year.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from domain.prints import FingerComparisons
from domain.searches import Probe
from matching.findings import PrintsFirst
from matching.scorer import Scorer
from service.storage.people.gallery_feed import HeldCaptures


def prints_first(
    scorer: Scorer,
    probe: Probe,
    comparisons: FingerComparisons,
    limit_millibits: int,
    held: HeldCaptures,
    rows: Sequence[int],
) -> PrintsFirst:
    """Weigh only the prints of k candidates; return whose details they leave unweighed.

    `rows`: the candidates' captures, in order, of those `held`; `limit_millibits`, of
    `Scorer.details_from_millibits`: prints below it exclude. A capture whose year of birth is
    unknown may be of a person born on the date that the probe states.
    """
    prints = scorer.prints_alone(probe, comparisons)
    passed_over = prints.bits.joint < limit_millibits / 1_000
    dates = probe.details.dates_of_birth
    years = [date.year for date in dates if date.year and date.month and date.day]
    if years:
        year_of = dict(zip(held.encounter_rows.tolist(), held.years_of_birth, strict=True))
        passed_over &= ~np.isin([year_of[row] for row in rows], [0, *years])
    return PrintsFirst(prints, passed_over)
