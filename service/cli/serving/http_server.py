"""The HTTP server of a process: address, connections, configuration and shutdown."""

import asyncio
import ctypes
import logging
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Event
from types import FrameType
from typing import NamedTuple, Protocol

import uvicorn
from fastapi import FastAPI
from structlog.typing import FilteringBoundLogger

from domain.errors import ConfigurationError
from service.cli.serving.http_protocol import ConnectionLimits, ServerConfig
from service.logs import LogEvent
from service.settings import Settings

_SPARE = 32
"""File descriptors kept free for temporary use: segments of the index, backup files, look-ups."""

_FEWEST = 8
"""The fewest connections that a process accepts, however few file descriptors there are."""


def descriptors() -> tuple[int, int]:
    """Return how many file descriptors this process may open, and how many it has open."""
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return soft, len(list(Path("/proc/self/fd").iterdir()))


def needed(settings: Settings, open_now: int) -> int:
    """Return how many file descriptors a process needs when all its connections are in use."""
    is_sqlite = settings.database_address.startswith("sqlite")
    # SQLite opens the database file, its write-ahead log and the index of that log; PostgreSQL one
    # socket.
    each = 3 if is_sqlite else 1
    database = each * max(settings.database_pool_size, 2 * settings.request_threads)
    return open_now + database + _SPARE + settings.connections


def connections_within(
    settings: Settings, logger: FilteringBoundLogger, *, limit: int, open_now: int
) -> int:
    """Return how many connections there is room for; log a warning if too few."""
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


BACKLOG = 1_024
"""The number of connections that may wait to be accepted."""

_SWITCH_INTERVAL_S = 0.001
"""The longest time that a computing thread may keep others from the interpreter.

A request makes about twenty round trips to the database and may wait this long after each one.
With Python's 5 ms, these waits would take most of the time of the slowest requests.
"""

_LATE_S = 0.05


class Listening(Protocol):
    """The settings that state where a server listens."""

    @property
    def host(self) -> str:
        """The address to listen on."""

    @property
    def port(self) -> int:
        """The port; 0 takes a free one."""


class Address(NamedTuple):
    """The address of a server that has no settings."""

    host: str
    port: int


_ARENA_MAX = -8
"""`M_ARENA_MAX` of mallopt(3)."""
_ARENAS = 2
"""The number of memory arenas.

The C library would make eight per core, for the threads that answer calls, and each arena keeps
the memory that its threads once had: 40 MB for a process with eight clients. The threads take
turns in the interpreter, so they allocate in turns anyway.
"""
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""`M_TRIM_THRESHOLD` and `M_MMAP_THRESHOLD` of mallopt(3)."""
_APART_BYTES = 2 << 20
"""Arrays of at least this many bytes get separate memory, which returns to the system when freed.

Otherwise the C library would raise the bound to the largest array ever freed, up to 32 MiB, and
codes and names read at start-up would leave holes. The arrays of a search are smaller.
"""
_SPARE_BYTES = 16 << 20
"""Freed memory, in bytes, that stays at the end of the arena for the next call."""


def share_interpreter() -> None:
    """Make this process's threads take turns as requests need it, and share their memory."""
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    # Only the GNU C library has these options.
    with suppress(AttributeError, OSError):
        set_option = ctypes.CDLL(None).mallopt
        set_option(_ARENA_MAX, _ARENAS)
        set_option(_MMAP_THRESHOLD, _APART_BYTES)
        set_option(_TRIM_THRESHOLD, _SPARE_BYTES)


def server_config(app: FastAPI | str, settings: Settings) -> ServerConfig:
    """Return the server's configuration; proxy headers are trusted only if so configured."""
    return ServerConfig(
        app,
        limits=ConnectionLimits(settings.connections, float(settings.caller_timeout_s)),
        # A process accepts one connection at a time. A busy process leaves the others to other
        # processes, and no process opens more connections at once than it can then make room for.
        backlog=1,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=[str(one) for one in settings.trusted_proxies],
        lifespan="on",
        timeout_graceful_shutdown=settings.shutdown_timeout_s,
    )


def bind(settings: Listening) -> socket.socket:
    """Return a socket that is bound but does not listen yet, so that connections are refused.

    Raises ConfigurationError if the address is not available.
    """
    is_v6 = ":" in settings.host
    bound = socket.socket(socket.AF_INET6 if is_v6 else socket.AF_INET)
    try:
        # Without this option, the address of a server that has just stopped stays in use for a
        # while.
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Connections inherit this option. The event loop sets it only on sockets that name their
        # protocol; without it the second half of an answer waits 40 ms for the caller to
        # acknowledge the first.
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if is_v6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind((settings.host, settings.port))
    except OSError:
        bound.close()
        raise ConfigurationError(
            "The address is in use, or does not belong to this machine: choose another --host or"
            " --port."
        ) from None
    return bound


def listen(settings: Listening) -> socket.socket:
    """Return a listening socket; raises ConfigurationError if the address is not available."""
    listener = bind(settings)
    listener.listen(BACKLOG)
    return listener


def address_of(listener: socket.socket) -> str:
    """Return the HTTP address of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def fit_connections(
    config: ServerConfig, settings: Settings, logger: FilteringBoundLogger
) -> None:
    """Allow as many connections as there are file descriptors; call this last."""
    limit, open_now = descriptors()
    room = connections_within(settings, logger, limit=limit, open_now=open_now)
    config.limits = replace(config.limits, connections=room)


class Drain(NamedTuple):
    """How a server leaves a load balancer before it stops."""

    leaving: Event
    """Set when the server is told to stop: from then on it says that it is not ready."""
    seconds: float
    """How long it serves on from then."""


class QuietServer(uvicorn.Server):
    """A server that calls back when it is ready, and stops without an error when it is told to."""

    drain: Drain | None = None

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._stops_at: float | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then call back."""
        await super().startup(sockets)
        # The number of connections that may wait does not depend on how many are accepted at a
        # time.
        for listener in sockets or ():
            listener.listen(BACKLOG)
        if self.started:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, and also close connections accepted at the last moment.

        The library closes those that it knew when stopping began. A later one would stay open,
        send calls and delay the end until the time-out.
        """
        known = frozenset(self.server_state.connections)
        telling = asyncio.create_task(self._tell_late_comers(known))
        try:
            await super().shutdown(sockets)
        finally:
            telling.cancel()

    async def _tell_late_comers(self, known: frozenset[object]) -> None:
        told = set(known)
        while True:
            await asyncio.sleep(_LATE_S)
            late = self.server_state.connections - told
            for connection in late:
                connection.shutdown()
            told |= late

    async def on_tick(self, counter: int) -> bool:
        """Return whether to stop: if told to, and if the time for leaving is over."""
        is_left = self._stops_at is not None and time.monotonic() >= self._stops_at
        return await super().on_tick(counter) or is_left

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop at a first SIGTERM, after the time for leaving; a second signal ends that time.

        A second SIGINT does not wait for requests. No signal is raised again: exit code 0.
        """
        del frame
        if sig == signal.SIGTERM and self.drain and self.drain.seconds and not self._stops_at:
            self._stops_at = time.monotonic() + self.drain.seconds
            self.drain.leaving.set()
            return
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


@contextmanager
def libraries_logged_by(handler: logging.Handler) -> Iterator[None]:
    """Write the libraries' warnings into the log while the server runs."""
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
