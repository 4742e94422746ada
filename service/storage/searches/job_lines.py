"""Lines of a batch packed into payloads: sealed, committed to and erased many at a time.

One payload a line would put ten thousand commitments into one event of the log.
"""

from __future__ import annotations

from collections.abc import Sequence

BLOCK_LINES = 50
"""Lines of one payload: some 330 KB of tenprints."""

_NEWLINE = b"\n"


def block_body(lines: Sequence[bytes]) -> bytes:
    """Return lines, none of which holds a newline, as one payload."""
    return _NEWLINE.join(lines)


def line_of(body: bytes, place: int) -> bytes:
    """Return the line at this place, from 0."""
    return body.split(_NEWLINE)[place]
