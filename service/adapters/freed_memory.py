"""Returns freed memory to the operating system."""

import ctypes
from contextlib import suppress


def give_back_freed_memory() -> None:
    """Return unused pages to the operating system; call this at the end of a large piece of work.

    The C library keeps memory that is freed below memory still in use, for later allocations.
    Later work does not use what reading a store at start-up needed. The call takes some
    milliseconds, and the first access to a returned page costs a little more.
    """
    # Only the GNU C library has this function.
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
