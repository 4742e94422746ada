"""One of several processes that serve behind one listening socket."""

import os
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

import typer
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors.multiprocess import Process

from domain.errors import LinkingError
from service.app import create_app
from service.bootstrap.runtime import open_runtime
from service.cli.refusals import OUTAGE_CODES
from service.cli.serving import http_server
from service.cli.serving.http_protocol import ServerConfig
from service.cli.serving.names_process import NamesPlace
from service.cli.serving.working import spare_long_lived
from service.logs import LibraryHandler, build_logger
from service.outages import outage_of
from service.settings import Settings

_ENDS_WITHIN_S = 1.0
_WAIT_S = 0.000_2
_WAIT_MOST_S = 0.002
"""Delay before accepting a new connection, for each connection that a process holds.

It is longer than a wake-up, and far shorter than a search.
"""


class ServerProcess(Process):
    """One of the processes: it opens its own runtime, with its own slot of the index, and serves.

    It ends by itself when its supervisor is gone.
    """

    def __init__(
        self,
        config: ServerConfig,
        listener: socket.socket,
        settings: Settings,
        shared: Path,
        place: NamesPlace,
    ) -> None:
        super().__init__(config, [listener])
        self.was_ready = False
        self._config = config
        self._settings = settings
        self._shared = shared
        self._place = place
        self._is_open = False

    def target(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve; this runs in the new process."""
        # If this process kept its copy of the other end open, it would not notice that its
        # supervisor is gone.
        self.parent_conn.close()
        server = self._server = _SharingServer(self.config, lambda: None)
        threading.Thread(target=self.always_pong, daemon=True).start()
        http_server.share_interpreter()
        logger = build_logger(sys.stderr, *self._settings.log_style)
        try:
            with (
                open_runtime(self._settings) as opened,
                http_server.libraries_logged_by(LibraryHandler(logger)),
            ):
                runtime = opened.asking(self._place.names())
                app = create_app(runtime, logger=logger, shared=self._shared)
                self.config.app = app
                server.drain = http_server.Drain(app.state.api.leaving, self._settings.drain_s)
                runtime.services.gallery.index.warm(marks=False)
                spare_long_lived()
                http_server.fit_connections(self._config, self._settings, logger)
                self._is_open = True
                server.run(sockets)
            self._tidy()
        except (LinkingError, OSError) as error:
            refusal = outage_of(error) or error
            if not isinstance(refusal, LinkingError):
                raise
            typer.echo(refusal.detail, err=True)
            sys.exit(OUTAGE_CODES.get(type(refusal), STARTUP_FAILURE))

    def _tidy(self) -> None:
        """Delete the shared directory if the supervisor is gone; open files stay usable."""
        parent = parent_process()
        if parent is not None and not parent.is_alive():
            shutil.rmtree(self._shared, ignore_errors=True)

    def always_pong(self) -> None:
        """Answer each request for a sign of life; stop when the supervisor is gone."""
        with suppress(EOFError, OSError):
            super().always_pong()
        if self._is_open:
            # A supervisor that lives has sent SIGTERM: the server leaves first.
            self.server.should_exit = self.server.should_exit or _is_orphan()
            return
        os.kill(os.getpid(), signal.SIGTERM)

    def _healthcheck(self, timeout: float) -> bool | None:
        is_ready = super()._healthcheck(timeout)
        self.was_ready = self.was_ready or is_ready is True
        return is_ready


def _is_orphan() -> bool:
    """Whether the supervisor is gone; it may be ending at this moment."""
    parent = parent_process()
    if parent is not None:
        parent.join(timeout=_ENDS_WITHIN_S)
    return parent is None or not parent.is_alive()


class _SharingServer(http_server.QuietServer):
    """A server on a socket from which other processes also accept connections."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start with listeners that leave connections to other processes."""
        await super().startup([_FairListener(one, self._held) for one in sockets or ()])

    def _held(self) -> int:
        return len(self.server_state.connections)


class _FairListener(socket.socket):
    """A listening socket that leaves a new connection to the process with the fewest connections.

    Connections stay open. A process that accepted most of them would from then on handle most
    requests, while another is idle.
    """

    def __init__(self, listener: socket.socket, held: Callable[[], int]) -> None:
        super().__init__(fileno=listener.detach())
        self._held = held

    def accept(self) -> tuple[socket.socket, Any]:
        """Wait briefly for each connection held, then accept one if it is still there."""
        time.sleep(min(self._held() * _WAIT_S, _WAIT_MOST_S))
        return super().accept()
