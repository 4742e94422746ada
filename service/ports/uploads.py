"""Documents from applicants: checked before they are stored, and rendered for their readers."""

from dataclasses import dataclass
from typing import Protocol

from domain.applications.declarations import DocumentUse

MOST_BYTES = 10 * 1024 * 1024
"""The largest size of a document on arrival, in bytes."""


@dataclass(frozen=True, slots=True)
class CheckedUpload:
    """A document that may be stored: a redrawn picture, or a rewritten PDF of plain pages."""

    media_type: str
    content: bytes


class UploadChecker(Protocol):
    """Reads a document, and rejects any that cannot be read completely."""

    def check(self, data: bytes, use: DocumentUse) -> CheckedUpload:
        """Return the document as it is stored. Raises UploadRefusedError, UploadsBusyError."""

    def close(self) -> None:
        """End the checker's processes; the next document starts them again."""


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """One page of a document as an image."""

    content: bytes
    """JPEG."""
    pages: int
    """The number of pages in the document."""


class PageDrawer(Protocol):
    """Renders pages of stored documents, so that nobody has to open the documents themselves."""

    def draw(self, content: bytes, page: int, width_px: int) -> DrawnPage:
        """Return a page, numbered from 1, at most `width_px` wide. Raises UploadRefusedError."""

    def close(self) -> None:
        """End the renderer's processes; the next page starts them again."""


class VirusScanner(Protocol):
    """Checks documents for known malware."""

    def scan(self, data: bytes) -> None:
        """Return normally if the document is clean.

        Raises UploadRefusedError, and ScannerUnavailableError when the scanner does not respond.
        """
