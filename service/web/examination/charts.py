"""Charts of a sealed comparison, as SVG; and figures as bars that a template turns into SVG, so
that no style is inline.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from domain.examination.cases import PointPair
from service.ports.print_images import PrintImage
from service.usecases.examination.statistics import MonthOutcomes
from service.web.examination.fingers import FingerPair, FingerView

_HEIGHT_PX = 160
_STEP_PX = 44
_BAR_PX = 30
_ROW_PX = 160
"""The longest bar that stands in a row of a table."""


@dataclass(frozen=True, slots=True)
class MonthBar:
    """One month: two stacked bars, in pixels from the top."""

    month: str
    linked: int
    not_linked: int
    x_px: int
    linked_y_px: float
    linked_height_px: float
    not_linked_y_px: float
    not_linked_height_px: float


@dataclass(frozen=True, slots=True)
class MonthBars:
    """All months, oldest first, and the size of the picture."""

    bars: tuple[MonthBar, ...]
    width_px: int
    height_px: int
    bar_px: int
    most: int


@dataclass(frozen=True, slots=True)
class RowBar:
    """A bar in a row of a table: a filled part, and the outline of the whole, in pixels."""

    filled_px: float
    whole_px: float
    width_px: int = _ROW_PX


def share_bar(share: float) -> RowBar:
    """Return the bar of a proportion, 0 to 1."""
    return RowBar(round(share * _ROW_PX, 1), _ROW_PX)


def span_bars(rows: Sequence[tuple[float, float]]) -> tuple[RowBar, ...]:
    """Return one bar for each row (middle, end), filled to `middle` and outlined to `end`. All
    have one scale, on which the largest `end` is the full width.
    """
    longest = max((end for _, end in rows), default=0.0)
    scale = _ROW_PX / longest if longest > 0 else 0.0
    return tuple(RowBar(round(middle * scale, 1), round(end * scale, 1)) for middle, end in rows)


def month_bars(outcomes: Iterable[MonthOutcomes]) -> MonthBars:
    """Return one bar for each month, over all forces."""
    months: dict[str, tuple[int, int]] = {}
    for row in outcomes:
        linked, not_linked = months.get(row.month, (0, 0))
        months[row.month] = (linked + row.linked, not_linked + row.not_linked)
    most = max((sum(both) for both in months.values()), default=0)
    bars = tuple(
        _bar(number, month, months[month], most) for number, month in enumerate(sorted(months))
    )
    return MonthBars(bars, max(1, len(bars)) * _STEP_PX, _HEIGHT_PX, _BAR_PX, most)


def _bar(number: int, month: str, both: tuple[int, int], most: int) -> MonthBar:
    linked, not_linked = both
    scale = _HEIGHT_PX / max(most, 1)
    linked_px, not_linked_px = linked * scale, not_linked * scale
    return MonthBar(
        month=month,
        linked=linked,
        not_linked=not_linked,
        x_px=number * _STEP_PX + (_STEP_PX - _BAR_PX) // 2,
        linked_y_px=round(_HEIGHT_PX - linked_px, 1),
        linked_height_px=round(linked_px, 1),
        not_linked_y_px=round(_HEIGHT_PX - linked_px - not_linked_px, 1),
        not_linked_height_px=round(not_linked_px, 1),
    )


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
