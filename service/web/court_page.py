"""The page of a court bundle: HTML without scripts, its style and pictures in files beside it."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.examination import markups
from domain.examination.cases import Comparison, PointPair
from domain.examination.finding_policy import ReportTopic
from domain.prints.prints import FingerPosition
from domain.searches.evidence import BIOMETRIC_SOURCES, Evidence, EvidenceRow, EvidenceSource
from service.usecases.links.court import CourtPage, CourtPrint
from service.web.rendering import STATIC, render_text

_POINT_PX = 512


@dataclass(frozen=True, slots=True)
class Plate:
    """One print with the points that an examiner marked in it."""

    print_: CourtPrint
    title: str
    scale: float
    """Size of a point: as on the comparison page, it grows with the picture."""
    points: tuple[tuple[int, int, int], ...]
    """(number, x_px, y_px)."""
    traces: tuple[str, ...] = ()
    """The ridges that the analysis traced, each as the points of a line in SVG."""
    outline: str = ""
    """The corners of the analysis's outline, as the points of a polygon in SVG."""
    features: tuple[markups.Feature, ...] = ()
    """The marks of the analysis before any exemplar was shown."""
    added: frozenset[int] = frozenset()
    """The numbers of points that the analysis had not marked."""
    is_matched: bool = False
    """Whether the points are minutiae that the matcher paired, and no examiner's."""
    shades: str = ""
    """The change of shades under which an examiner viewed the print, as a CSS filter."""


@dataclass(frozen=True, slots=True)
class PrintStrength:
    """The strength of the evidence of the prints, without details and prior."""

    bits: float
    """log2 of the likelihood ratio."""
    is_least: bool
    """Whether the prints may say more than the model's comparisons can support."""
    rows: tuple[EvidenceRow, ...]
    """One for each pair of prints, and for what they share."""

    @property
    def ratio(self) -> str:
        """The likelihood ratio, with two significant digits."""
        power = self.bits * math.log10(2)
        if abs(power) > _MOST_WRITTEN:
            return f"10 to the power of {power:.1f}"
        return f"{round(10**power, 1 - math.floor(power)):,.10g}"

    @property
    def in_words(self) -> str:
        """The ratio by the verbal scale of the Association of Forensic Science Providers, 2009."""
        power = abs(self.bits) * math.log10(2)
        words = next((said for most, said in _VERBAL_SCALE if power <= most), _STRONGEST)
        side = "the same finger" if self.bits > 0 else "different fingers"
        return f"{words} support for {side} rather than {_OTHER[side]}"


_VERBAL_SCALE = (
    (1.0, "weak or limited"),
    (2.0, "moderate"),
    (3.0, "moderately strong"),
    (4.0, "strong"),
    (6.0, "very strong"),
)
_STRONGEST = "extremely strong"
_MOST_WRITTEN = 6
"""A ratio of more digits is written as a power of ten."""
_OTHER = {"the same finger": "different fingers", "different fingers": "the same finger"}


def print_strength(evidence: Evidence) -> PrintStrength | None:
    """Return the strength of the prints; None if no model is fitted for prints of their kind."""
    own = [row for row in evidence.rows if row.source in BIOMETRIC_SOURCES]
    if evidence.is_withheld or not own:
        return None
    return PrintStrength(
        bits=math.fsum(row.bits for row in own),
        is_least=any(row.source is EvidenceSource.COUNTS_BOUND for row in own),
        rows=tuple(row for row in own if row.source is not EvidenceSource.COUNTS_BOUND),
    )


@dataclass(frozen=True, slots=True)
class Chart:
    """The prints that an examiner marked, finger by finger."""

    examiner: str
    before: tuple[Plate, ...]
    """The probe, as it was marked up before any exemplar was shown."""
    plates: tuple[Plate, ...]
    """Both prints with the points of the comparison."""
    viewed: tuple[Plate, ...]
    """The prints as the examiner viewed them: each view that a browser can draw again."""


def court_page(page: CourtPage) -> Mapping[str, bytes]:
    """Return the page and its style by the names of their files, as UTF-8."""
    charts = [
        Chart(
            page.names.get(examiner, examiner),
            tuple(marked_before(page, page.analyses.get(examiner, ()))),
            tuple(_plates(page, comparison.points, page.analyses.get(examiner, ()))),
            tuple(viewed_plates(page, comparison)),
        )
        for examiner, comparison in page.comparisons.items()
    ]
    unmarked = [_plate(one, ()) for one in page.prints]
    values = {
        "page": page,
        "charts": charts,
        "plates": unmarked,
        "matched": matched_plates(page),
        "strength": print_strength(page.candidate.evidence),
        "topics": ReportTopic,
    }
    return {
        "filters.js": (STATIC / "filters.js").read_bytes(),
        "page.html": render_text("links/court.html", values).encode(),
        "page.css": render_text("links/court.css", {}).encode(),
    }


def matched_plates(page: CourtPage) -> list[Plate]:
    """Return the prints of both captures with the pairs of minutiae that the matcher found."""
    return [
        replace(plate, is_matched=True)
        for one in page.correspondences
        for plate in _plates(page, one.points, ())
    ]


def marked_before(page: CourtPage, analysed: Sequence[markups.FingerMarkup]) -> list[Plate]:
    """Return the prints of the probe that an analysis marked up, with features and ridges."""
    marked = {one.position: one for one in analysed if one.features or one.traces or one.outline}
    return [
        replace(
            _plate(shown, (), markups.traces_in(analysed, shown.impression.position)),
            features=marked[shown.impression.position].features,
            outline=_line(marked[shown.impression.position].outline),
        )
        for shown in page.prints
        if shown.is_probe and shown.impression.position in marked
    ]


def viewed_plates(page: CourtPage, comparison: Comparison) -> Iterator[Plate]:
    """Yield the prints as the comparison page displayed them, with the same CSS filter."""
    for look in comparison.enhancements:
        shades = _shades(look)
        for shown in page.prints if shades and page.has_images else ():
            own = int(shown.impression.position)
            is_side = shown.is_probe == (look.side is markups.PrintSide.PROBE)
            if is_side and own in {int(look.position), 0}:
                title = f"{look.in_words.capitalize()}. {shown.name}"
                yield replace(_plate(shown, ()), title=title, shades=shades)


def _shades(look: markups.Enhancement) -> str:
    """Return an enhancement as a CSS filter; empty if its filters compute each pixel."""
    if set(look.filters) - {markups.Filter.INVERTED}:
        return ""
    inverted = " invert(1)" if look.filters else ""
    return f"brightness({look.brightness_percent}%) contrast({look.contrast_percent}%){inverted}"


def _added(
    analysed: Sequence[markups.FingerMarkup], points: Sequence[PointPair], *, is_probe: bool
) -> frozenset[int]:
    """Return the numbers, from 1, of the points that the analysis had not marked in the probe."""
    return frozenset(
        number
        for number, one in enumerate(points, 1)
        if is_probe
        and not markups.is_marked(analysed, one.position, one.probe_x_px, one.probe_y_px)
    )


def _plates(
    page: CourtPage, marked: Sequence[PointPair], analysed: Sequence[markups.FingerMarkup]
) -> list[Plate]:
    plates = []
    traced = {int(one.position) for one in analysed if one.traces}
    for position in sorted({int(point.position) for point in marked} | traced):
        points = [one for one in marked if int(one.position) == position]
        for shown in page.prints:
            own = int(shown.impression.position)
            if own == position or (shown.is_probe and not own):
                places = [_place(one, is_probe=shown.is_probe) for one in points]
                own_traces = markups.traces_in(analysed, shown.impression.position)
                plate = _plate(shown, places, own_traces if shown.is_probe else ())
                added = _added(analysed, points, is_probe=shown.is_probe)
                plates.append(replace(plate, added=added))
    return plates


def _place(point: PointPair, *, is_probe: bool) -> tuple[int, int]:
    if is_probe:
        return point.probe_x_px, point.probe_y_px
    return point.exemplar_x_px, point.exemplar_y_px


def _plate(
    shown: CourtPrint, places: Sequence[tuple[int, int]], traces: Sequence[markups.Trace] = ()
) -> Plate:
    position, image = shown.impression.position, shown.image
    finger = FingerPosition(position).words if position else "finger unknown"
    kind = shown.impression.impression_type.value
    return Plate(
        shown,
        f"{'Probe' if shown.is_probe else 'Exemplar'}, {finger}, {kind},"
        f" quality {shown.impression.quality}, {image.dpi} ppi, {image.origin.value} image",
        round(image.height_px / _POINT_PX, 3),
        tuple((number, x, y) for number, (x, y) in enumerate(places, 1)),
        tuple(_line(one.places) for one in traces),
    )


def _line(places: Sequence[markups.Place]) -> str:
    return " ".join(f"{at.x_px},{at.y_px}" for at in places)
