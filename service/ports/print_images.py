"""Pictures of prints: whichever there is, an image that was captured or a synthetic rendering."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from domain.ids import EncounterId, SearchId
from domain.minutiae import Minutia
from domain.prints import Impression


class PrintOrigin(StrEnum):
    """Where a picture comes from; examiners are told."""

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


class PrintImages(Protocol):
    """Gives pictures by what they belong to; None when it has none. Thread-safe."""

    def of_search(self, search_id: SearchId, impression: Impression) -> PrintImage | None:
        """Return the picture of an impression that was searched with."""

    def of_encounter(self, encounter_id: EncounterId, impression: Impression) -> PrintImage | None:
        """Return the picture of an impression of an enrolled encounter."""
