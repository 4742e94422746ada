"""The fewest keys by which an examiner who sees a place of a print marks it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from tests.e2e.desks import Desk
from tests.e2e.truth import Drawn, Place

PICTURE_PX, PPI = 512, 500
_DEEPEST = 3
_DIGITS = "123456789"
SET = "Shift+Enter"


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of the screen in which a print is shown, fitted."""

    width_px: float
    height_px: float
    zoom: float

    def shown_at(self, place: Place) -> Place:
        """Return where a place of the print is, from the middle of the frame."""
        return tuple((at - PICTURE_PX / 2) * self.zoom for at in place)  # type: ignore[return-value]

    def middle_of(self, digits: Sequence[str]) -> Place:
        """Return the middle of the ninth that these digits lead to."""
        x, y, width, height = (
            -self.width_px / 2,
            -self.height_px / 2,
            self.width_px,
            self.height_px,
        )
        for digit in digits:
            row, column = divmod(int(digit) - 1, 3)
            width, height = width / 3, height / 3
            x, y = x + column * width, y + row * height
        return x + width / 2, y + height / 2

    def keys_to(self, place: Place, drawn: Drawn) -> tuple[str, ...] | None:
        """Return the digits from which the cross snaps to a place, and the key that sets it.

        None where another minutia is nearer than the place from every ninth.
        """
        reach_px = PPI / 25.4 * self.zoom
        others = [self.shown_at(one) for one in drawn.snapped_to]
        wanted = self.shown_at(place)
        for depth in range(1, _DEEPEST + 1):
            for digits in itertools.product(_DIGITS, repeat=depth):
                middle = self.middle_of(digits)
                apart_px = math.dist(middle, wanted)
                # Half a pixel of room: the page rounds.
                nearest = all(
                    apart_px + 0.5 < math.dist(middle, one) for one in others if one != wanted
                )
                if apart_px < reach_px - 0.5 and nearest:
                    return (*digits, SET)
        return None


_BENT_PX = (3, -4, 0, 5, -2, -5, 4, 1)


def mark_finger(desk: Desk) -> None:
    """Place eight pairs by clicks, bent as skin bends, in the finger that is shown."""
    desk.page.click("[data-tool=mark]")
    for n, bent in enumerate(_BENT_PX):
        x, y = 60 * (n % 4) - 90, 70 * (n // 4) - 35
        for side, off in (("probe", 0), ("exemplar", bent)):
            box = desk.page.locator(f".wb-pane[data-side={side}] canvas").bounding_box()
            assert box is not None
            middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            desk.page.mouse.click(middle[0] + x + off, middle[1] + y - off / 2)
    desk.page.click("[data-tool=mark]")


def frames(desk: Desk) -> list[Frame]:
    """Return the frames of the page, with the zoom that makes a millimetre equally long in all."""
    sizes = desk.page.evaluate(
        "() => [...document.querySelectorAll('.wb-pane [data-view]')]"
        ".map(f => [f.clientWidth, f.clientHeight])"
    )
    zoom = min(min(width, height) / PICTURE_PX for width, height in sizes)
    return [Frame(width, height, zoom) for width, height in sizes]


def true_pairs(mark: Drawn, exemplar: Drawn) -> list[tuple[Place, Place]]:
    """Return the places of the minutiae that both prints show."""
    both = zip(mark.places, exemplar.places, strict=True)
    return [(one, other) for one, other in both if one is not None and other is not None]


def cheapest(
    ways: Sequence[tuple[Place, tuple[str, ...]]], count: int, *, apart_px: float
) -> list[tuple[str, ...]]:
    """Return the keys to so many places, few keys first, no two places near to each other."""
    kept: list[tuple[Place, tuple[str, ...]]] = []
    for place, keys in sorted(ways, key=lambda way: len(way[1])):
        if all(math.dist(place, other) > apart_px for other, _ in kept):
            kept.append((place, keys))
    assert len(kept) >= count, f"{len(kept)} of {count} places can be marked"
    return [keys for _, keys in kept[:count]]
