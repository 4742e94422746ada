"""How much a file from outside may cost."""

from __future__ import annotations

from dataclasses import dataclass

LARGEST_SIDE_PX = 4_096
"""A print at 1000 ppi is about 2000 pixels high, a hand's four fingers about 3200 wide."""

LARGEST_IMAGE_BYTES = 4 * 1024 * 1024
"""One image, as it arrives."""

LARGEST_FILE_BYTES = 32 * 1024 * 1024
"""A transaction of fourteen images without compression has about 20 MB."""

MOST_PARTS = 64
"""Images and minutiae records of one file."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call of the child process may take."""

    seconds: float = 20.0
    """Then the process is killed. Reading takes milliseconds, the slowest extractor a second."""
    address_space_mb: int = 3_072
    """RLIMIT_AS: the libraries of the extractors reserve over a gigabyte without using it."""
    calls: int = 500
    """Then the process is replaced, so that what a library leaks does not add up."""


STANDARD = Limits()
"""The limits of a service."""
