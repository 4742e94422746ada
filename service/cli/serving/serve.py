"""`identlink serve`: the HTTP API in a process that another program can start and control."""

import os
import sys
from functools import partial
from typing import Annotated

import typer

from domain.access.access import TRIAL
from service.app import create_app
from service.bootstrap.galleries import check_slots
from service.bootstrap.runtime import open_runtime
from service.cli.context import Call
from service.cli.serving import http_server
from service.cli.serving.server_group import serve_together
from service.cli.serving.working import spare_long_lived
from service.logs import LibraryHandler, build_logger
from service.settings import Settings, unknown_names

HostOption = Annotated[
    str | None, typer.Option(help="Address to listen on; default IDENTLINK_HOST.")
]
PortOption = Annotated[
    int | None,
    typer.Option(min=0, max=65_535, help="Port; 0 takes a free one; default IDENTLINK_PORT."),
]
ProcessesOption = Annotated[
    int | None,
    typer.Option(
        min=1, max=64, help="Processes that share the port; default IDENTLINK_PROCESSES."
    ),
]


def serve(
    call: Call,
    *,
    host: HostOption = None,
    port: PortOption = None,
    processes: ProcessesOption = None,
) -> None:
    """Serve the HTTP API until SIGINT or SIGTERM; prints the address when ready."""
    settings = call.named(host=host, port=port, processes=processes)
    for name, likely in unknown_names(os.environ).items():
        hint = f": did you mean {likely}?" if likely else "."
        typer.echo(f"identlink: no setting is named {name}{hint}", err=True)
    announce = partial(_announce, call, is_trial=settings.trial)
    if settings.processes == 1:
        _serve_alone(settings, announce)
        return
    check_slots(settings)
    listener = http_server.bind(settings)
    serve_together(settings, listener, on_ready=lambda: announce(http_server.address_of(listener)))


def _serve_alone(settings: Settings, announce: partial[None]) -> None:
    """Serve in this process; running requests are finished before it ends."""
    logger = build_logger(sys.stderr, *settings.log_style)
    http_server.share_interpreter()
    with (
        open_runtime(settings) as runtime,
        http_server.libraries_logged_by(LibraryHandler(logger)),
    ):
        app = create_app(runtime, logger=logger)
        listener = http_server.listen(settings)
        runtime.services.gallery.index.warm(marks=False)
        spare_long_lived()
        config = http_server.server_config(app, settings)
        http_server.fit_connections(config, settings, logger)
        server = http_server.QuietServer(
            config, lambda: announce(http_server.address_of(listener))
        )
        server.drain = http_server.Drain(app.state.api.leaving, settings.drain_s)
        server.run(sockets=[listener])


def _announce(call: Call, address: str, *, is_trial: bool) -> None:
    facts = {"address": address, "pid": os.getpid(), "trial": is_trial}
    words = f"\nThis is a trial: {TRIAL}" if is_trial else ""
    call.say(f"identlink serves at {address}{words}", facts)
    sys.stdout.flush()
