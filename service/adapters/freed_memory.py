"""Memory that was freed, given back to the system."""

from __future__ import annotations

import ctypes
from contextlib import suppress


def give_back_freed_memory() -> None:
    """Give the system every page that holds nothing now; for the end of a large piece of work.

    The C library keeps what is freed below anything that is still held, for later work. What
    reading a store takes at a start, no later work takes again. Takes some milliseconds, and
    nothing beyond the first access to a page that is wanted again.
    """
    # Of the GNU library alone; others have no such function.
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
