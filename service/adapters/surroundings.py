"""The surroundings of the code: clock, random ids and secrets, its version, and its process."""

import ctypes
import secrets
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from importlib import metadata

from threadpoolctl import threadpool_limits

from service.adapters.secret_files import SECRET_BYTES
from service.ports.surroundings import Surroundings

utc_now: Callable[[], datetime] = partial(datetime.now, UTC)


def surroundings() -> Surroundings:
    """Return the real clock, random ids and secrets."""
    return Surroundings(
        clock=utc_now,
        new_id=lambda: uuid.uuid4().hex,
        new_secret=lambda: secrets.token_urlsafe(SECRET_BYTES),
    )


def code_version() -> str:
    """Return the version of this distribution, or `unknown` if it is not installed."""
    try:
        return metadata.version("identlink")
    except metadata.PackageNotFoundError:
        return "unknown"


def give_back_freed_memory() -> None:
    """Return unused pages to the operating system; call this after a large piece of work.

    The C library keeps memory freed below memory in use, such as that for reading a store at
    start-up. This takes milliseconds, and returned pages cost a little at first access.
    """
    # Only the GNU C library has this function.
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


def use_one_thread_each() -> None:
    """Keep linear algebra on the calling thread, from now on and in the whole process.

    Requests, workers and shares of a batch run in parallel already. OpenBLAS would use one thread
    for each core: a batch of mark searches then took half as much processor time again. (FAISS is
    kept on one thread by `indexing.codes.vector_index`, as that setting belongs to each thread.)
    """
    threadpool_limits(limits=1, user_api="blas")
