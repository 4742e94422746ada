"""`identlink serve`: the HTTP API, in one process or in several behind one listening socket.

uvicorn's supervisor starts, watches and stops several. Each process opens its own runtime in a
fresh interpreter. They share the socket, the process that holds names, and a directory with call
counts and metrics, which exists as long as they do.
"""

import os
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from prometheus_client.multiprocess import mark_process_dead
from structlog.typing import FilteringBoundLogger
from uvicorn import Config
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from domain.access.access import TRIAL
from domain.errors import ConfigurationError
from service.app import create_app
from service.bootstrap.galleries import check_slots
from service.bootstrap.runtime import open_runtime
from service.cli.context import Call
from service.cli.refusals import OUTAGE_CODES
from service.cli.serving import http_server
from service.cli.serving.http_server import server_config
from service.cli.serving.names_process import NamesProcess, names_place
from service.cli.serving.server_process import ServerProcess
from service.cli.serving.working import spare_long_lived
from service.logs import LibraryHandler, LogEvent, build_logger
from service.settings import Settings, unknown_names

_FIGURES = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that tells prometheus-client, when imported, to share metrics between processes."""

_HUNG_S = 30
"""A process that gives no sign of life for this long is killed and started again."""

_LOOK_S = 0.1


def serve_together(
    settings: Settings, listener: socket.socket, *, on_ready: Callable[[], None]
) -> None:
    """Serve in several processes until SIGINT or SIGTERM; all finish their running requests.

    `on_ready` is called once all serve. Raises ConfigurationError if a process cannot start, or
    typer.Exit with an outage's code if an outage prevented it. The error of that process is on
    standard error, and the other processes have been stopped.
    """
    # Each process builds its own application, because an application cannot be sent to another
    # process.
    config = server_config("built by each process", settings)
    config.workers = settings.processes
    logger = build_logger(sys.stderr, *settings.log_style)
    with _shared_directory() as shared:
        place = names_place(shared)
        supervisor = _Supervisor(
            config,
            listener,
            lambda: ServerProcess(config, listener, settings, shared, place),
            logger,
        )
        names = supervisor.names = NamesProcess(settings, place)
        supervisor.on_ready = on_ready
        try:
            supervisor.run()
        finally:
            # Calls that the other processes were still handling have been answered by now.
            names.stop()
    if supervisor.failure in OUTAGE_CODES.values():
        raise typer.Exit(supervisor.failure)
    if supervisor.failure:
        raise ConfigurationError(
            "A process could not start, so all processes were stopped: see the error above."
        )


@contextmanager
def _shared_directory() -> Iterator[Path]:
    """Yield a directory that the processes share, and put its path in their environment."""
    with tempfile.TemporaryDirectory(prefix="identlink-") as directory:
        os.environ[_FIGURES] = directory
        try:
            yield Path(directory)
        finally:
            del os.environ[_FIGURES]


class _Supervisor(Multiprocess):
    """Restarts a process that has died; ends all processes when one cannot start."""

    def __init__(
        self,
        config: Config,
        listener: socket.socket,
        new_process: Callable[[], ServerProcess],
        logger: FilteringBoundLogger,
    ) -> None:
        super().__init__(config, [listener])
        self.on_ready: Callable[[], None] = lambda: None
        self.names: NamesProcess | None = None
        """The process that holds the names for all of them."""
        self.failure = 0
        """The exit code of a process that could not start."""
        self._new_process = new_process
        self._logger = logger
        self._running: list[ServerProcess] = []

    def init_processes(self) -> None:
        """Start all processes and wait until they serve.

        The first starts alone: it makes the schema and keys of a new store, and builds or repairs
        the index, whose files the others reuse by hard links. The process for names starts in
        between.
        """
        self._start()
        if not self._await_ready(self._running[0]):
            return
        if self.names is not None:
            self.names.start()
        for _ in range(1, self.processes_num):
            self._start()
        if all(map(self._await_ready, self._running)):
            self.on_ready()

    def keep_subprocess_alive(self) -> None:
        """Restart processes that have died or no longer respond."""
        if self.names is not None and not self.should_exit.is_set():
            ended = self.names.keep_alive()
            if ended is not None:
                self._logger.error(LogEvent.PROCESS_ENDED, status=ended)
        for place, process in enumerate(self._running):
            if self.should_exit.is_set() or process.is_alive(_HUNG_S):
                continue
            process.kill()
            process.join()
            mark_process_dead(process.pid)  # type: ignore[no-untyped-call]  # has no types
            exit_code = process.exitcode or 0
            self._logger.error(LogEvent.PROCESS_ENDED, status=exit_code)
            if exit_code > 0 and not process.was_ready:
                self._fail(exit_code)
                return
            self._running[place] = self.processes[place] = self._new_process()
            self._running[place].start()

    def terminate_all(self) -> None:
        """Tell all processes to stop; close the socket, which refuses new connections."""
        for listener in self.sockets:
            listener.close()
        super().terminate_all()

    def handle_hup(self) -> None:
        """Stop, because the terminal is gone."""
        self.should_exit.set()

    def handle_ttin(self) -> None:
        """Do nothing, because the number of processes is a setting."""

    handle_ttou = handle_ttin

    def _start(self) -> None:
        process = self._new_process()
        process.start()
        self._running.append(process)
        self.processes.append(process)

    def _await_ready(self, process: ServerProcess) -> bool:
        """Wait until a process serves; return False if it has ended or all must stop."""
        while not self.should_exit.is_set():
            if not process.process.is_alive():
                self._fail(process.exitcode)
            elif process.is_ready(timeout=1):
                return True
            time.sleep(_LOOK_S)
            self.handle_signals()
        return False

    def _fail(self, exit_code: int | None) -> None:
        self.failure = exit_code or STARTUP_FAILURE
        self.should_exit.set()


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
