"""The process that holds all names and answers the other processes of a server (ADR 62).

It opens only the database, not the index or a model. It ends with the supervisor, which also
restarts it when it dies. Until it answers, names enquiries are told to try again later.
"""

import secrets
import signal
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from service.adapters.names import AskedNames, NamesListener
from service.background.search_keepers import NamesBuilder
from service.background.thread import end_with_parent
from service.bootstrap.stores import open_unaged_store
from service.live.names import LiveNames
from service.logs import LogEvent, build_logger, failure_note
from service.settings import Settings

_SOCKET = "names.sock"

_REST_S = 5.0
"""The time between two starts, so that a process that cannot run does not use up a core."""


@dataclass(frozen=True, slots=True)
class NamesPlace:
    """Where to ask for names; this is sent to each process that serves."""

    path: Path
    key: bytes = field(repr=False)

    def names(self) -> AskedNames:
        """Return the names held at this place."""
        return AskedNames(self.path, self.key)


def names_place(shared: Path) -> NamesPlace:
    """Return a new path for the names service, in the directory that the processes share."""
    return NamesPlace(shared / _SOCKET, secrets.token_bytes(32))


class NamesProcess:
    """The process that holds names, from start to end; it can be started again."""

    def __init__(self, settings: Settings, place: NamesPlace) -> None:
        self._settings = settings
        self._place = place
        self._process: BaseProcess | None = None
        self._started_s = 0.0

    def start(self) -> None:
        """Start the process; it answers once it has opened the database."""
        self._started_s = time.monotonic()
        context = get_context("spawn")
        self._process = context.Process(
            target=hold_names, args=(self._settings, self._place), daemon=True
        )
        self._process.start()

    def keep_alive(self) -> int | None:
        """Restart the process if it has ended; return its exit code, None if nothing was done."""
        process = self._process
        if process is None or process.is_alive():
            return None
        if time.monotonic() - self._started_s < _REST_S:
            return None
        self.start()
        return process.exitcode or 0

    def stop(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.join()


def hold_names(settings: Settings, place: NamesPlace) -> None:
    """Hold the names and answer for them until the supervisor ends; runs in the new process."""
    # These signals may reach all processes at once. The servers still have calls that need names,
    # so the supervisor kills this process after them. This process has nothing to finish.
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    end_with_parent(0)
    note = failure_note(build_logger(sys.stderr, *settings.log_style), LogEvent.NAMES_FAILED)
    try:
        # Names may be read even if the database is behind its keys: the servers refuse to write.
        with open_unaged_store(settings) as services:
            names = LiveNames(services.units)
            with (
                _building(settings, names, note),
                NamesListener(place.path, place.key, names, note) as listener,
            ):
                listener.serve()
    except Exception as error:  # noqa: BLE001 - the edge of a process: the supervisor starts it again
        note(error)
        sys.exit(1)


def _building(
    settings: Settings, names: LiveNames, note: Callable[[BaseException], None]
) -> AbstractContextManager[None]:
    return NamesBuilder(names).running(note) if settings.names_at_start else nullcontext()
