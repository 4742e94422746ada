"""Cases on the gallery itself."""

from __future__ import annotations

from typing import Protocol

from domain.gallery_cases import GalleryCase, GalleryConclusion
from domain.ids import GalleryCaseId


class GalleryCaseRepository(Protocol):
    """Doubts and conclusions, each written once."""

    def open(self, case: GalleryCase) -> bool:
        """Store a case.

        Returns False, and stores nothing, when the same doubt is open already, or was concluded
        when the prints were the same.
        """

    def conclude(self, conclusion: GalleryConclusion) -> None:
        """Store a conclusion; raises ConflictError when the case has one already."""

    def get(self, case_id: GalleryCaseId) -> GalleryCase | None:
        """Return a case, or None when unknown."""

    def page(
        self, *, is_open: bool, before: GalleryCaseId | None, limit: int
    ) -> tuple[GalleryCase, ...]:
        """Return cases that are open, or those that are concluded, newest first."""
