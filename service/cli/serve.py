"""`identlink serve`: the HTTP API as a process that another program can start and drive."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Annotated

import typer
import uvicorn
from fastapi import FastAPI

from domain.errors import ConfigurationError
from service.app import create_app
from service.bootstrap import open_runtime
from service.cli.context import JsonOption, StoreOption, say, settings_for
from service.logs import LibraryHandler, build_logger
from service.settings import Settings

HostOption = Annotated[
    str | None, typer.Option("--host", help="Address to listen on; IDENTLINK_HOST else.")
]
PortOption = Annotated[
    int | None,
    typer.Option(
        "--port", min=0, max=65_535, help="Port; 0 takes a free one; IDENTLINK_PORT else."
    ),
]


def serve(
    context: typer.Context,
    host: HostOption = None,
    port: PortOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Serve the HTTP API until SIGINT or SIGTERM; says the address when it is ready."""
    settings = settings_for(context, store, host=host, port=port)
    logger = build_logger(sys.stderr, settings.log_level.value)
    with open_runtime(settings) as runtime, _libraries_logged_by(LibraryHandler(logger)):
        serve_app(
            create_app(runtime, logger=logger),
            settings,
            on_ready=lambda address: _announce(address, as_json=as_json),
        )


_SWITCH_INTERVAL_S = 0.001
"""How long a thread that computes may keep others from the interpreter.

A request goes back and forth to the database some twenty times, and after each answer waits so
long where others compute; the 5 ms of Python would be most of what the slowest requests take.
"""


def serve_app(app: FastAPI, settings: Settings, *, on_ready: Callable[[str], None]) -> None:
    """Serve an application until SIGINT or SIGTERM; requests in hand are finished.

    `on_ready` is called once with the address. Raises ConfigurationError when the address cannot
    be listened on.
    """
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    listener = _listen(settings.host, settings.port)
    server = _Server(server_config(app, settings), lambda: on_ready(address_of(listener)))
    server.run(sockets=[listener])


def server_config(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """Return how the server runs: it believes what a proxy says of a caller only if told to."""
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=[str(one) for one in settings.trusted_proxies],
        lifespan="on",
        timeout_graceful_shutdown=settings.shutdown_timeout_s,
    )


def address_of(listener: socket.socket) -> str:
    """Return the HTTP address of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _announce(address: str, *, as_json: bool) -> None:
    facts = {"address": address, "pid": os.getpid()}
    say(f"identlink serves at {address}", facts, as_json=as_json)
    sys.stdout.flush()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError:
        raise ConfigurationError(
            "The address cannot be listened on: it is in use, or not of this machine."
        ) from None


class _Server(uvicorn.Server):
    """A server that says when it is ready, and ends quietly when it is told to stop."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop; a second SIGINT does not wait. The signal is not raised again: exit code 0."""
        del frame
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


@contextmanager
def _libraries_logged_by(handler: logging.Handler) -> Iterator[None]:
    """Send the warnings of libraries into the log while the server runs."""
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
