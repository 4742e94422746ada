"""The chart of one's own sealed comparison: both prints of a finger, points, and a legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from domain.access import Caller
from domain.cases import Comparison, PointPair
from domain.errors import NotFoundError
from domain.fingers import FingerPair, finger_pairs
from domain.ids import CaseId
from domain.prints import FingerPosition, Impression
from domain.shown_prints import ShownAs
from service.ports.print_images import PrintImage
from service.usecases.examination.blinding import PROBE_LABEL
from service.usecases.examination.prints import PrintWanted, print_image
from service.usecases.examination.sealed_comparison import sealed_comparison
from service.usecases.workbench import Workbench


class ChartWanted(NamedTuple):
    """A finger of a sealed comparison; without one, the finger identified, marked, or first."""

    case_id: CaseId
    label: str
    position: FingerPosition | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ChartedPrint:
    """One print of a chart."""

    impression: Impression
    image: PrintImage


@dataclass(frozen=True, slots=True, eq=False)
class ComparisonChart:
    """The content of a chart."""

    case_id: CaseId
    examiner: str
    comparison: Comparison
    position: FingerPosition
    probe: ChartedPrint
    exemplar: ChartedPrint
    points: tuple[PointPair, ...]
    added: frozenset[PointPair]
    """Those of the points that the analysis had not marked in the probe."""


def comparison_chart(bench: Workbench, caller: Caller, wanted: ChartWanted) -> ComparisonChart:
    """Return a chart of the caller's own; that its prints are shown is put on record.

    Raises NotPermittedError, and NotFoundError for everything else than the caller's own.
    """
    found = sealed_comparison(bench.services, caller, wanted.case_id, wanted.label)
    comparison, me = found.comparison, caller.actor.user_id
    pairs = finger_pairs(_positions(found.probe), _positions(found.exemplar))
    pair = _chosen(pairs, comparison, wanted.position)
    with bench.services.units.read() as unit:
        name = unit.accounts.names([me]).get(me, me)
    points = tuple(p for p in comparison.points if p.position == pair.position)
    sides = [
        _charted(bench, caller, wanted, label=label, impressions=impressions, position=position)
        for label, impressions, position in (
            (PROBE_LABEL, found.probe, pair.probe),
            (wanted.label, found.exemplar, pair.exemplar),
        )
    ]
    return ComparisonChart(
        case_id=wanted.case_id,
        examiner=name,
        comparison=comparison,
        position=pair.position,
        probe=sides[0],
        exemplar=sides[1],
        points=points,
        added=found.added & frozenset(points),
    )


def _chosen(
    pairs: Sequence[FingerPair], comparison: Comparison, asked: FingerPosition | None
) -> FingerPair:
    if asked is not None:
        pairs = [pair for pair in pairs if pair.position == asked]
    if not pairs:
        raise NotFoundError
    identified = comparison.fingers.identified if comparison.fingers else ()
    noted = (*identified, *(point.position for point in comparison.points))
    return next((p for at in noted for p in pairs if p.position == at), pairs[0])


def _positions(impressions: Sequence[Impression]) -> tuple[FingerPosition, ...]:
    return tuple(impression.position for impression in impressions)


def _charted(
    bench: Workbench,
    caller: Caller,
    wanted: ChartWanted,
    *,
    label: str,
    impressions: Sequence[Impression],
    position: FingerPosition,
) -> ChartedPrint:
    index = _positions(impressions).index(position)
    shown = PrintWanted(wanted.case_id, label, index)
    return ChartedPrint(impressions[index], print_image(bench, caller, shown, ShownAs.IMAGE))
