"""How large a file of prints may be, and its images."""

from __future__ import annotations

LARGEST_SIDE_PX = 4_096
"""A print at 1000 ppi is about 2000 pixels high, a hand's four fingers about 3200 wide."""

LARGEST_IMAGE_BYTES = 4 * 1024 * 1024
"""One image, as it arrives."""

LARGEST_FILE_BYTES = 32 * 1024 * 1024
"""A transaction of fourteen images without compression has about 20 MB."""

MOST_PARTS = 64
"""Images and minutiae records of one file."""
