"""The loops of a worker: rounds of work until it is told to stop, or until no work is left."""

import gc
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service.adapters.surroundings import give_back_freed_memory

Round = Callable[[], int]
"""A function that does some work and returns how much it did; 0 if there was none."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a loop waits between rounds."""

    idle_s: float = 0.5
    """The wait after a round without work, in seconds."""
    failed_s: float = 5.0
    """The wait after a failed round, in seconds: the database may be unavailable."""


_YOUNG_OBJECTS = 20_000
"""New objects until Python looks for cycles; its default, 700, is a tenth of a search's."""


def spare_long_lived() -> None:
    """Exempt all current objects from garbage collection, and collect less often.

    For a process that is ready to work. To find cycles, Python walks over all objects, schemas and
    models too: a tenth of a search's cost and some pauses, though hardly any object of a search is
    part of a cycle.
    """
    gc.collect()
    gc.freeze()
    give_back_freed_memory()
    gc.set_threshold(_YOUNG_OBJECTS)


def run_rounds(
    work: Round,
    stopping: threading.Event,
    note_failure: Callable[[BaseException], None],
    *,
    pace: Pace,
) -> None:
    """Run round after round until told to stop; a failed round is logged and repeated."""
    while not stopping.is_set():
        try:
            worked, wait_s = work(), pace.idle_s
        except Exception as error:  # noqa: BLE001 - the edge of a process that outlives failures
            note_failure(error)
            worked, wait_s = 0, pace.failed_s
        if not worked:
            stopping.wait(wait_s)


def run_together(loops: Sequence[Callable[[], None]], stopping: threading.Event) -> None:
    """Run each loop in its own thread, and return when all have ended; when one ends, all end."""

    def _run(loop: Callable[[], None]) -> None:
        try:
            loop()
        finally:
            stopping.set()

    threads = [threading.Thread(target=_run, args=(loop,)) for loop in loops]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def run_until_idle(rounds: Sequence[Round], stopping: threading.Event) -> None:
    """Run all rounds in turn until a whole turn finds no work."""
    worked = 1
    while worked and not stopping.is_set():
        worked = sum(work() for work in rounds)
