"""Charts of a sealed comparison: both prints of a finger with the marked points, as SVG.

A chart needs no script, so the sealed marks can be printed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from domain.examination.cases import PointPair
from service.ports.print_images import PrintImage
from service.web.examination.fingers import FingerPair, FingerView

_POINT_PX = 512
"""A point is drawn as large as suits a picture of this height, and grows with the picture."""


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One marked point, in pixels of its picture."""

    number: int
    x_px: int
    y_px: int
    is_added: bool
    """Seen after the exemplar was: the analysis had not marked it."""


@dataclass(frozen=True, slots=True)
class ChartSide:
    """One print of a chart."""

    title: str
    address: str
    about: FingerView
    width_px: int
    height_px: int
    scale: float
    origin: str
    points: tuple[ChartPoint, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """One finger: the probe on the left, the exemplar on the right."""

    words: str
    sides: tuple[ChartSide, ChartSide]


@dataclass(frozen=True, slots=True)
class Charted:
    """The inputs of charts: addresses of both prints, their pictures, the points."""

    label: str
    prints: str
    """The address under which the prints of the case are."""
    picture: Callable[[str, int], PrintImage]
    """Gives the picture of the probe (`probe`) or the exemplar (its label) by index."""
    points: Sequence[PointPair]
    added: frozenset[PointPair] = frozenset()


def charts(pairs: Sequence[FingerPair], charted: Charted) -> tuple[Chart, ...]:
    """Return a chart for each of these fingers."""
    return tuple(_chart(pair, charted) for pair in pairs)


def fingers_to_chart(
    pairs: Sequence[FingerPair], points: Sequence[PointPair], asked: str
) -> tuple[FingerPair, ...]:
    """Return the finger that was asked for; else those with points; else the first."""
    wanted = tuple(pair for pair in pairs if pair.key == asked)
    marked = {int(point.position) for point in points}
    return wanted or tuple(pair for pair in pairs if pair.position in marked) or tuple(pairs[:1])


def _chart(pair: FingerPair, charted: Charted) -> Chart:
    own = [point for point in charted.points if int(point.position) == pair.position]
    added = [point in charted.added for point in own]
    probe = [(point.probe_x_px, point.probe_y_px) for point in own]
    exemplar = [(point.exemplar_x_px, point.exemplar_y_px) for point in own]
    return Chart(
        pair.words,
        (
            _side("Probe", "probe", pair.probe, _points(probe, added), charted),
            _side(
                f"Exemplar {charted.label}",
                charted.label,
                pair.exemplar,
                _points(exemplar, added),
                charted,
            ),
        ),
    )


def _side(
    title: str, label: str, view: FingerView, points: tuple[ChartPoint, ...], charted: Charted
) -> ChartSide:
    picture = charted.picture(label, view.index)
    return ChartSide(
        title=title,
        address=f"{charted.prints}/{label}/{view.index}.png",
        about=view,
        width_px=picture.width_px,
        height_px=picture.height_px,
        scale=round(picture.height_px / _POINT_PX, 3),
        origin=picture.origin.value,
        points=points,
    )


def _points(places: Sequence[tuple[int, int]], added: Sequence[bool]) -> tuple[ChartPoint, ...]:
    numbered = enumerate(zip(places, added, strict=True), 1)
    return tuple(ChartPoint(n, x, y, is_added) for n, ((x, y), is_added) in numbered)
