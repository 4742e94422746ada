"""What the matcher found in the minutiae of two prints, drawn on their pictures after the seal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from domain.ids import CaseId
from service.ports.print_images import PrintImage, PrintOrigin
from service.usecases.examination.after_seal import ConcludedCase, RevealedCandidate
from service.usecases.searches.correspondence import FingerCorrespondence
from service.web.examination.charts import Chart, Charted, charts
from service.web.examination.fingers import finger_pairs

Picture = Callable[[str, int], PrintImage]
"""Gives the picture of the probe (`probe`) or the exemplar (its label) by index."""


@dataclass(frozen=True, slots=True)
class Matched:
    """One finger of which the matcher's pairs are drawn."""

    position: int
    chart: Chart


def matched(
    case_id: CaseId, case: ConcludedCase, chosen: RevealedCandidate, asked: str, picture: Picture
) -> Matched | None:
    """Return the finger that was asked for, else the one that agrees most; None without pictures.

    `asked` is a position as it stands in an address.
    """
    found = _finger(chosen, asked)
    if found is None or chosen.comparison is None:
        return None
    pairs = finger_pairs(case.probe, chosen.exemplar)
    both = [pair for pair in pairs if pair.exemplar.position == int(found.position)]
    label = chosen.comparison.label
    prints = f"/workbench/cases/{case_id}/prints"
    for chart in charts(both[:1], Charted(label, prints, picture, found.points)):
        if all(side.origin != PrintOrigin.NONE.value for side in chart.sides):
            return Matched(int(found.position), chart)
    return None


def _finger(chosen: RevealedCandidate, asked: str) -> FingerCorrespondence | None:
    paired = [one for one in chosen.correspondences if one.pairs]
    wanted = (one for one in paired if str(int(one.position)) == asked)
    best = max(paired, key=lambda one: one.match_score, default=None)
    return next(wanted, best)
