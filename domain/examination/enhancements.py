"""The enhancements under which an examiner viewed a print; they are sealed with a comparison."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import InvalidInputError
from domain.prints.prints import FingerPosition

MOST_ENHANCEMENTS = 80
"""The maximum number of enhancements in a comparison."""

PLAIN_PERCENT = 100
_LEAST_PERCENT, _MOST_PERCENT = 10, 500


class Filter(StrEnum):
    """A change of the shades of a print on the screen. The stored print is not changed."""

    INVERTED = "inverted"
    EQUALISED = "equalised"
    LOCAL_CONTRAST = "local contrast"
    """Histogram equalisation in tiles of about 3 mm, with limited gain."""
    FLATTENED = "background removed"
    """The mean shade around each pixel is removed."""
    SHARPENED = "sharpened"


class PrintSide(StrEnum):
    """Whether this is the probe or the exemplar."""

    PROBE = "probe"
    EXEMPLAR = "exemplar"


@dataclass(frozen=True, slots=True)
class Enhancement:
    """One enhanced view of one print, in which points were set or the outcome was chosen."""

    position: FingerPosition
    """The position of the exemplar's finger."""
    side: PrintSide
    filters: tuple[Filter, ...] = ()
    """The filters applied to the print, in order."""
    contrast_percent: int = PLAIN_PERCENT
    """Contrast in percent; 100 is as captured."""
    brightness_percent: int = PLAIN_PERCENT
    """Brightness in percent; 100 is as captured."""

    @property
    def in_words(self) -> str:
        """A description of the enhancement for people to read."""
        told = [one.value for one in self.filters]
        if self.contrast_percent != PLAIN_PERCENT:
            told.append(f"contrast {self.contrast_percent} %")
        if self.brightness_percent != PLAIN_PERCENT:
            told.append(f"brightness {self.brightness_percent} %")
        finger = self.position.words if self.position else "finger unknown"
        return f"{self.side.value}, {finger}: {', '.join(told) or 'as captured'}"


def check_enhancements(enhancements: Sequence[Enhancement]) -> None:
    """Raise InvalidInputError for too many enhancements, a repeated filter, or a percentage out of
    range.
    """
    shares = [n for one in enhancements for n in (one.contrast_percent, one.brightness_percent)]
    if (
        len(enhancements) > MOST_ENHANCEMENTS
        or not all(_LEAST_PERCENT <= share <= _MOST_PERCENT for share in shares)
        or any(len(set(one.filters)) < len(one.filters) for one in enhancements)
    ):
        raise InvalidInputError(
            f"State at most {MOST_ENHANCEMENTS} enhancements, each filter only once, with "
            f"contrast and brightness from {_LEAST_PERCENT} to {_MOST_PERCENT} percent.",
            pointer="/enhancements",
        )
