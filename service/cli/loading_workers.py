"""Loads with several processes: each stores whole chunks, and the main process builds the index.

A chunk is one transaction of one process. Each chunk is stored once, as with a single process,
even if a process ends early. Chunks are stored in the order in which they become ready.
"""

import atexit
import os
import signal
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait

from domain.errors import ConfigurationError
from service.adapters.library_threads import use_one_thread_each
from service.adapters.surroundings import surroundings
from service.bootstrap.runtime import Runtime
from service.bootstrap.stores import open_database
from service.cli.enrolling import PlannedChunk, enrolment_event, take_in
from service.settings import Settings
from service.storage.loading.batch import LoadedChunk
from service.storage.loading.bulk import BulkWriter


def check_workers(settings: Settings, workers: int) -> None:
    """Raise ConfigurationError if the database allows only one writer at a time."""
    if workers > 1 and settings.database_address.startswith("sqlite"):
        raise ConfigurationError(
            "SQLite allows one writer at a time: use --workers 1, or load into "
            "PostgreSQL (IDENTLINK_DATABASE_URL)."
        )


def enrol_together(
    runtime: Runtime,
    source_digest: str,
    chunks: Iterable[PlannedChunk],
    workers: int,
    *,
    advance: Callable[[int], None],
) -> int:
    """Enrol like `enrol_chunks`, in this many processes besides the main one, which indexes.

    The chunks are sent to other processes, so `make` must be picklable. Raises the error of a
    process once the chunks being stored are finished; chunks not yet begun are skipped.
    """
    writer = runtime.database.bulk_writer()
    done = writer.done_chunks(source_digest)
    enrolled = 0
    # The template format of the store; for an empty store, the main process has just set it.
    label = runtime.services.print_format.template.label
    settings = runtime.settings.model_copy(update={"template_format": label})
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _begin, (settings, source_digest))
    try:
        sent: dict[Future[bool], PlannedChunk] = {}
        for chunk in chunks:
            if chunk.number in done:
                advance(chunk.persons)
            else:
                sent[pool.submit(_store, chunk)] = chunk
        for stored in as_completed(sent):
            persons = sent[stored].persons
            enrolled += persons if _is_new(stored) else 0
            take_in(runtime.services.gallery)
            advance(persons)
    finally:
        pool.shutdown(cancel_futures=True)
    if enrolled:
        writer.take_stock()
    return enrolled


def _is_new(stored: Future[bool]) -> bool:
    try:
        return stored.result()
    except BrokenProcessPool as error:
        raise ConfigurationError(
            "A loading process ended too early; it may have been killed, or have run out of "
            "memory. Run the same command again: it continues where it stopped."
        ) from error


@dataclass(frozen=True, slots=True)
class _Worker:
    """One process of the load, with its connection to the store."""

    writer: BulkWriter
    source_digest: str

    def store(self, chunk: PlannedChunk) -> bool:
        """Store a chunk; return False if it is stored already."""
        marker = LoadedChunk(self.source_digest, chunk.number)
        return self.writer.add_many(chunk.make(), enrolment_event(surroundings()), chunk=marker)


_working: list[_Worker] = []
"""The worker of this process, once it has begun."""


def _begin(settings: Settings, source_digest: str) -> None:
    """Open the store; runs in each new process."""
    # Ctrl-C reaches all processes at once; the main process lets this one finish its chunk.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_first, daemon=True).start()
    use_one_thread_each()
    database = open_database(settings)
    atexit.register(database.close)
    _working.append(_Worker(database.bulk_writer(), source_digest))


def _end_with_the_first() -> None:
    """End when the main process ends; an open transaction is then rolled back."""
    first = parent_process()
    if first is not None:
        wait([first.sentinel])
        os._exit(1)


def _store(chunk: PlannedChunk) -> bool:
    return _working[0].store(chunk)
