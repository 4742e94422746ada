"""Minutiae records as sent over HTTP."""

from __future__ import annotations

import base64
import math
from functools import lru_cache
from typing import Any

from domain.prints.minutiae import Minutia, MinutiaKind
from domain.prints.prints import FingerPosition, ImpressionType
from prints.minutiae.iso19794_2 import MinutiaeView, encode_record

WIDTH_PX, HEIGHT_PX = 60, 80

_PRINTS = {"image", "minutiae"}

_KINDS = (MinutiaKind.RIDGE_ENDING, MinutiaKind.BIFURCATION, MinutiaKind.RIDGE_ENDING)


def a_view(
    position: int, *, kind: ImpressionType = ImpressionType.ROLLED, seed: int = 0
) -> MinutiaeView:
    """Return three minutiae in a small image, on whole pixels; another place for each seed."""
    minutiae = tuple(
        Minutia(float(10 + seed + 9 * n), float(20 + 7 * n), n * math.tau / 16, found, 50 + n)
        for n, found in enumerate(_KINDS)
    )
    return MinutiaeView(FingerPosition(position), kind, 71, WIDTH_PX, HEIGHT_PX, minutiae)


def travelling(view: MinutiaeView) -> str:
    """Return the record of one view in base64."""
    return base64.b64encode(encode_record((view,))).decode()


def with_minutiae(fingers: list[dict[str, Any]], *, seed: int = 0) -> list[dict[str, Any]]:
    """Return these impressions, each with the record of its own minutiae."""
    return [
        finger | {"minutiae": _record(finger["position"], finger["impression"], seed)}
        for finger in fingers
    ]


def without_prints(fingers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return these impressions as templates alone, with nothing for an examiner to see."""
    return [{name: value for name, value in one.items() if name not in _PRINTS} for one in fingers]


@lru_cache(maxsize=256)
def _record(position: int, kind: str, seed: int) -> str:
    return travelling(a_view(position, kind=ImpressionType(kind), seed=seed))
