"""A gallery whose changes of structure occur at sizes that a test reaches."""

from __future__ import annotations

from pathlib import Path

from domain.prints.templates import IndexedFormat
from indexing.gallery_index import GalleryIndex
from indexing.parameters import IndexLimits

LIMITS = IndexLimits(
    tail=25, codec_minimum=120, codec_sample=400, segment=260, segments_before_merge=4
)


class SmallGallery(GalleryIndex):
    """The index with small limits, for every caller that opens it."""

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        template_format: IndexedFormat,
        key: bytes | None,
        threads: int,
        limits: IndexLimits = LIMITS,
    ) -> GalleryIndex:
        """Open as the index does."""
        return super().open(
            directory, template_format=template_format, key=key, threads=threads, limits=limits
        )

    @classmethod
    def create(
        cls,
        directory: Path,
        *,
        template_format: IndexedFormat,
        key: bytes | None,
        threads: int,
        limits: IndexLimits = LIMITS,
    ) -> GalleryIndex:
        """Create as the index does."""
        return super().create(
            directory, template_format=template_format, key=key, threads=threads, limits=limits
        )
