"""Documents of applicants: checked before they are kept, and drawn for whoever reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from domain.applications.declarations import DocumentUse

MOST_BYTES = 10 * 1024 * 1024
"""A document as it arrives."""


@dataclass(frozen=True, slots=True)
class CheckedUpload:
    """A document that may be kept: a picture drawn anew, or a PDF of plain pages written anew."""

    media_type: str
    content: bytes


class UploadChecker(Protocol):
    """Reads a document, and lets nothing through that it cannot read whole."""

    def check(self, data: bytes, use: DocumentUse) -> CheckedUpload:
        """Return the document as it is kept; raises UploadRefusedError, UploadsBusyError."""

    def close(self) -> None:
        """End its processes; the next document starts them again."""


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A page of a document as a picture."""

    content: bytes
    """JPEG."""
    pages: int
    """How many the document has."""


class PageDrawer(Protocol):
    """Draws the pages of kept documents, so that nobody has to open them."""

    def draw(self, content: bytes, page: int, width_px: int) -> DrawnPage:
        """Return a page, counted from 1, at most so wide; raises UploadRefusedError."""

    def close(self) -> None:
        """End its processes; the next page starts them again."""


class VirusScanner(Protocol):
    """Looks for known malware."""

    def scan(self, data: bytes) -> None:
        """Return for a clean document.

        Raises UploadRefusedError, and ScannerUnavailableError where the scanner does not answer.
        """
