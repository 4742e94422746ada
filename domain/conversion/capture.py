"""The medium of a frame, its resolution, and the floor under which no print is searched.

The medium is distinguished from the type of an impression: a rolled print may be live, inked or on
film. A resolution is recorded as scanned; nothing here scales a picture up.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.errors import InvalidInputError


class CaptureMedium(StrEnum):
    """The scanned medium."""

    LIVE = "live"
    INKED = "inked"
    FILM = "film"


SEARCHABLE_PPI = 500
"""Pixels to an inch of the original form: ANSI/NIST captures begin there."""

LAST_SEARCHABLE_GENERATION = 1
"""The master of a film. A copy of it has lost ridges that no test here measures."""


@dataclass(frozen=True, slots=True)
class Capture:
    """How a lot was captured. Raises InvalidInputError for an impossible number."""

    medium: CaptureMedium
    ppi: int
    """Pixels to an inch of the original, the reduction of a film counted in."""
    generation: int = 1
    """1: the form itself or the master of a film; 2: a copy of it, and so on."""

    def __post_init__(self) -> None:
        if not 50 <= self.ppi <= 4_000:
            raise InvalidInputError(
                "The resolution is not plausible for a scan: give 50 to 4000 ppi.", pointer="/ppi"
            )
        if not 1 <= self.generation <= 9:
            raise InvalidInputError(
                "The generation must be 1 to 9: correct it.", pointer="/generation"
            )

    @property
    def is_searchable(self) -> bool:
        """Whether prints on its frames may be searched and enrolled.

        Below the floor they are kept, and only people compare them.
        """
        return self.ppi >= SEARCHABLE_PPI and self.generation <= LAST_SEARCHABLE_GENERATION
