"""Enrols people in bulk, chunk by chunk: each chunk once, even after an interruption."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from domain.events.catalogue import NewEvent
from domain.events.people import Enrolled
from domain.ids import EventId
from service.bootstrap.runtime import Runtime
from service.cli.context import CONSOLE
from service.live.gallery import LiveGallery
from service.ports.surroundings import Surroundings
from service.storage.loading.bulk import EnrolmentBatch, LoadedChunk


@dataclass(frozen=True, slots=True)
class PlannedChunk:
    """A chunk of people who may already be enrolled; `make` reads them only when needed."""

    number: int
    persons: int
    make: Callable[[], EnrolmentBatch]


def enrol_chunks(
    runtime: Runtime,
    source_digest: str,
    chunks: Iterable[PlannedChunk],
    *,
    advance: Callable[[int], None],
) -> int:
    """Enrol the chunks that the store lacks, and index them; return the number of new people.

    Each chunk is one transaction with an event and a marker, so an interrupted load continues
    without duplicates or gaps. Another thread indexes a chunk while the next is made: at most two
    are in memory. `advance` gets the number of people in each stored chunk. At the end the
    database renews its statistics.
    """
    writer = runtime.database.bulk_writer()
    done = writer.done_chunks(source_digest)
    enrolled = 0
    with ThreadPoolExecutor(1) as indexer:
        indexing: Future[None] | None = None
        for chunk in chunks:
            if chunk.number not in done:
                batch = chunk.make()
                if indexing is not None:
                    indexing.result()
                marker = LoadedChunk(source_digest, chunk.number)
                event = enrolment_event(runtime.services.surroundings)
                if writer.add_many(batch, event, chunk=marker):
                    enrolled += chunk.persons
                del batch
                indexing = indexer.submit(take_in, runtime.services.gallery)
            advance(chunk.persons)
        if indexing is not None:
            indexing.result()
    if enrolled:
        writer.take_stock()
    return enrolled


def take_in(gallery: LiveGallery) -> None:
    """Index the stored people; merge small segments once many of them slow searches."""
    gallery.catch_up()
    gallery.index.maintain()


def enrolment_event(surroundings: Surroundings) -> NewEvent:
    """Return the event that enrols a chunk of people; the writer fills in what was stored."""
    return NewEvent(
        event_id=EventId(surroundings.new_id()),
        event_type=Enrolled.event_type,
        at=surroundings.clock(),
        caller=CONSOLE,
        force=None,
    )


@contextmanager
def progress_of(task: str, total: int, console: Console) -> Iterator[Callable[[int], None]]:
    """Show a progress bar, or lines if this is no terminal; yield the function to advance it."""
    if not console.is_terminal:
        yield _told_in_lines(task, total, console)
        return
    columns = (
        TextColumn("[progress.description]{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        shown = progress.add_task(task, total=total)
        yield lambda people: progress.advance(shown, people)


def _told_in_lines(task: str, total: int, console: Console) -> Callable[[int], None]:
    """Print a line now, after the first people, and at each tenth of `total`, because a bar cannot
    be redrawn in a file or a pipe.
    """

    def say(sentence: str) -> None:
        console.print(sentence, highlight=False, markup=False, soft_wrap=True)

    done = 0

    def advance(people: int) -> None:
        nonlocal done
        before, done = done, min(done + people, total)
        is_first = done > before == 0
        if done and (is_first or 10 * done // total > 10 * before // total):
            say(f"{task}: {done:,} of {total:,}")

    say(f"{task}: {total:,}")
    return advance
