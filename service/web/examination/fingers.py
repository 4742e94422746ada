"""The prints on pages: which are shown side by side, their pictures, and their points."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Path
from starlette.responses import JSONResponse, Response

from domain.errors import InvalidInputError, LinkingError
from domain.examination.cases import Placing, PointPair, check_points
from domain.examination.finding_policy import ShownAs
from domain.examination.markups import Enhancement, Filter, PrintSide, check_enhancements
from domain.ids import CaseId
from domain.prints.minutiae import Minutia
from domain.prints.prints import FingerPosition, Impression
from service.usecases.examination.prints import PrintWanted, prepare_print, print_image
from service.web.page_route import IdInPath, page_router
from service.web.visitors import LookerOf


@dataclass(frozen=True, slots=True)
class FingerView:
    """One impression as a page describes it: its finger, how it was made, and its quality."""

    index: int
    """Its place in the capture."""
    position: int
    words: str
    impression_type: str
    quality: int


@dataclass(frozen=True, slots=True)
class FingerPair:
    """Two impressions side by side."""

    key: str
    """The finger's position as it stands in addresses, unique within a page."""
    position: int
    words: str
    probe: FingerView
    exemplar: FingerView


def finger_views(impressions: Sequence[Impression]) -> tuple[FingerView, ...]:
    """Return a description of each impression for a page, in the order of the fingers."""
    views = (_view(index, impression) for index, impression in enumerate(impressions))
    return tuple(sorted(views, key=lambda view: view.position))


def finger_pairs(
    probe: Sequence[Impression], exemplar: Sequence[Impression]
) -> tuple[FingerPair, ...]:
    """Return the pairs to compare: equal fingers; for a mark, the mark with every finger."""
    ours, theirs = finger_views(probe), finger_views(exemplar)
    pairs = [
        _pair(mine, other)
        for mine in ours
        for other in theirs
        if mine.position == other.position or not mine.position or not other.position
    ]
    return tuple(sorted(pairs, key=lambda pair: pair.position))


def led_by(pairs: Sequence[FingerPair], position: int | None) -> tuple[FingerPair, ...]:
    """Return the pairs, moving the pair of one finger to the front; the rest keep their order."""
    return tuple(sorted(pairs, key=lambda pair: pair.position != position))


def chosen_pair(pairs: Sequence[FingerPair], key: str) -> FingerPair | None:
    """Return the pair that was asked for, else the first one; None if there is none."""
    found = (pair for pair in pairs if pair.key == key)
    return next(found, pairs[0] if pairs else None)


def _view(index: int, impression: Impression) -> FingerView:
    position = impression.position
    return FingerView(
        index=index,
        position=int(position),
        words=position.words if position else "finger unknown",
        impression_type=impression.impression_type.value,
        quality=impression.quality,
    )


def _pair(probe: FingerView, exemplar: FingerView) -> FingerPair:
    position = exemplar.position or probe.position
    words = FingerPosition(position).words if position else "finger unknown"
    return FingerPair(str(position), position, words, probe, exemplar)


router = page_router("/workbench/cases/{case_id}/prints/{label}")

IndexInPath = Annotated[int, Path(ge=0, le=19)]


@router.get("/{index}.png")
def show_print(
    visit: LookerOf, case_id: IdInPath, label: IdInPath, index: IndexInPath
) -> Response:
    """Return the picture of one print."""
    image = print_image(
        visit.bench, visit.caller, PrintWanted(CaseId(case_id), label, index), ShownAs.IMAGE
    )
    return Response(image.png, media_type="image/png")


@router.get("/{index}.json")
def show_minutiae(
    visit: LookerOf, case_id: IdInPath, label: IdInPath, index: IndexInPath, *, ahead: bool = False
) -> Response:
    """Return the size, the origin and the minutiae of one print.

    With `ahead`, its picture is only drawn in advance.
    """
    wanted = PrintWanted(CaseId(case_id), label, index)
    if ahead:
        prepare_print(visit.bench, visit.caller, wanted)
        return Response(status_code=204)
    image = print_image(visit.bench, visit.caller, wanted, ShownAs.MINUTIAE)
    return JSONResponse(
        {
            "origin": image.origin.value,
            "width_px": image.width_px,
            "height_px": image.height_px,
            "dpi": image.dpi,
            "minutiae": [_minutia(minutia) for minutia in image.minutiae],
        }
    )


def _minutia(minutia: Minutia) -> dict[str, Any]:
    return {
        "x_px": round(minutia.x_px, 1),
        "y_px": round(minutia.y_px, 1),
        "angle_rad": round(minutia.angle_rad, 3),
        "kind": minutia.kind.value,
    }


_POSITIONS = frozenset(map(int, FingerPosition))
_PLACINGS = tuple(map(str, Placing))


def read_points(text: str) -> tuple[PointPair, ...]:
    """Return the pairs in `[[finger, probe x, probe y, exemplar x, exemplar y, how, how], ...]`.

    The last two say how a point was set: clicked, moved, snapped. Raises InvalidInputError.
    """
    if not text:
        return ()
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        rows = None
    if not isinstance(rows, list) or not all(map(_is_row, rows)):
        raise InvalidInputError("The marked points could not be read. Mark them again.")
    pairs = tuple(
        PointPair(FingerPosition(row[0]), *row[1:5], *map(Placing, row[5:])) for row in rows
    )
    check_points(pairs)
    return pairs


def read_enhancements(text: str) -> tuple[Enhancement, ...]:
    """Return the enhancements in `[[finger, side, [filter, ...], contrast, brightness], ...]`.

    Contrast and brightness are in percent. Raises InvalidInputError for anything else.
    """
    if not text:
        return ()
    try:
        found = tuple(
            Enhancement(
                FingerPosition(finger),
                PrintSide(side),
                tuple(map(Filter, filters)),
                int(contrast),
                int(brightness),
            )
            for finger, side, filters, contrast, brightness in json.loads(text)
        )
        check_enhancements(found)
    except (TypeError, ValueError, RecursionError):
        raise InvalidInputError("The enhancement could not be read. Reload the page.") from None
    return found


def read_fingers(fields: Mapping[str, str]) -> tuple[FingerPosition, ...]:
    """Return the fingers whose boxes are ticked; the boxes are named `finger-2` and so on."""
    return tuple(p for p in FingerPosition if fields.get(f"finger-{int(p)}"))


def at_fault(refused: LinkingError) -> str:
    """Return the field of the page that a refusal of an evaluation is about."""
    return "why_close" if refused.pointer == "/why_close" else "outcome"


def _is_row(row: Any) -> bool:
    return (
        isinstance(row, list)
        and len(row) == 7
        and all(type(value) is int for value in row[:5])
        and row[0] in _POSITIONS
        and all(how in _PLACINGS for how in row[5:])
    )
