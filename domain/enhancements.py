"""The enhancement under which an examiner looked at a print, as it is sealed with a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import InvalidInputError
from domain.prints import FingerPosition

MOST_ENHANCEMENTS = 80
"""A comparison states this many at most."""

PLAIN_PERCENT = 100
_LEAST_PERCENT, _MOST_PERCENT = 10, 500


class Filter(StrEnum):
    """A change of all shades of a print. The print that is kept stays as it is."""

    INVERTED = "inverted"
    EQUALISED = "equalised"
    LOCAL_CONTRAST = "local contrast"
    """Equalised in tiles of 3 mm or so, the gain limited."""
    FLATTENED = "background removed"
    """The mean shade around each pixel is taken out."""
    SHARPENED = "sharpened"


class PrintSide(StrEnum):
    """One of the two prints of a comparison."""

    PROBE = "probe"
    EXEMPLAR = "exemplar"


@dataclass(frozen=True, slots=True)
class Enhancement:
    """One look of one print under which points were set, or the outcome was chosen."""

    position: FingerPosition
    """The exemplar's finger."""
    side: PrintSide
    filters: tuple[Filter, ...] = ()
    contrast_percent: int = PLAIN_PERCENT
    brightness_percent: int = PLAIN_PERCENT

    @property
    def in_words(self) -> str:
        """The same for people to read."""
        told = [one.value for one in self.filters]
        if self.contrast_percent != PLAIN_PERCENT:
            told.append(f"contrast {self.contrast_percent} %")
        if self.brightness_percent != PLAIN_PERCENT:
            told.append(f"brightness {self.brightness_percent} %")
        finger = self.position.words if self.position else "finger unknown"
        return f"{self.side.value}, {finger}: {', '.join(told) or 'as captured'}"


def check_enhancements(enhancements: Sequence[Enhancement]) -> None:
    """Raise InvalidInputError for too many, a filter stated twice, or a share out of range."""
    shares = [n for one in enhancements for n in (one.contrast_percent, one.brightness_percent)]
    if (
        len(enhancements) > MOST_ENHANCEMENTS
        or not all(_LEAST_PERCENT <= share <= _MOST_PERCENT for share in shares)
        or any(len(set(one.filters)) < len(one.filters) for one in enhancements)
    ):
        raise InvalidInputError(
            f"State at most {MOST_ENHANCEMENTS} enhancements, each filter once, contrast and"
            f" brightness from {_LEAST_PERCENT} to {_MOST_PERCENT} percent.",
            pointer="/enhancements",
        )
