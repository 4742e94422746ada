"""Pictures of prints: captured images, or synthetic renderings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

from domain.ids import EncounterId, SearchId
from domain.minutiae import Minutia
from domain.prints import FingerPosition, Impression


class PrintOrigin(StrEnum):
    """Where a picture comes from, which examiners see."""

    CAPTURED = "captured"
    SYNTHETIC = "synthetic"
    NONE = "none"
    """There is no image: a placeholder that says so."""


@dataclass(frozen=True, slots=True, eq=False)
class PrintImage:
    """One print to look at: PNG, and the minutiae that are known of it."""

    png: bytes
    width_px: int
    height_px: int
    minutiae: tuple[Minutia, ...]
    origin: PrintOrigin
    dpi: int = 500


@dataclass(frozen=True, slots=True, eq=False)
class CapturedImage:
    """The picture that came with one impression of a capture, checked: a grey PNG."""

    position: FingerPosition
    png: bytes
    width_px: int
    height_px: int


Found_co = TypeVar("Found_co", covariant=True)


class OfCaptures(Protocol[Found_co]):
    """Finds the picture or minutiae of an impression; None if it has none. Thread-safe."""

    def of_search(self, search_id: SearchId, impression: Impression) -> Found_co | None:
        """Return the find for an impression of a search's probe."""

    def of_encounter(self, encounter_id: EncounterId, impression: Impression) -> Found_co | None:
        """Return the find for an impression of an enrolled encounter."""


PrintImages = OfCaptures[PrintImage]
"""Gives pictures."""
