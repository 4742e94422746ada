"""How many connections a process can hold with the file descriptors that it may open."""

from __future__ import annotations

import resource
from pathlib import Path

from structlog.typing import FilteringBoundLogger

from service.logs import LogEvent
from service.settings import Settings

_SPARE = 32
"""Descriptors for what comes and goes: segments of the index, files of a backup, look-ups."""

_FEWEST = 8
"""Connections that a process takes however few descriptors there are."""


def descriptors() -> tuple[int, int]:
    """Return how many descriptors this process may open, and how many it has open."""
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return soft, len(list(Path("/proc/self/fd").iterdir()))


def needed(settings: Settings, open_now: int) -> int:
    """Return how many descriptors a process needs that holds all its connections."""
    is_sqlite = settings.database_address.startswith("sqlite")
    # SQLite opens the file, its log and the index of the log; PostgreSQL one socket.
    each = 3 if is_sqlite else 1
    database = each * max(settings.database_pool_size, 2 * settings.request_threads)
    return open_now + database + _SPARE + settings.connections


def connections_within(
    settings: Settings, logger: FilteringBoundLogger, *, limit: int, open_now: int
) -> int:
    """Return how many connections there is room for, and say so where that is less than set."""
    missing = needed(settings, open_now) - limit
    if missing <= 0:
        return settings.connections
    room = max(_FEWEST, settings.connections - missing)
    logger.warning(
        LogEvent.DESCRIPTORS_LOW,
        descriptors=limit,
        connections=room,
        message_template=f"Raise LimitNOFILE (ulimit -n) to {limit + missing},"
        " or lower IDENTLINK_CONNECTIONS.",
    )
    return room
