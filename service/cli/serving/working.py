"""The loops of a worker: rounds of work until it is told to stop, or until nothing is left."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service.adapters.freed_memory import give_back_freed_memory

Round = Callable[[], int]
"""Does some work and returns how much; 0 when there was none."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How a loop waits."""

    idle_s: float = 0.5
    """After a round without work."""
    failed_s: float = 5.0
    """After a round that failed: the database may be away."""


_YOUNG_OBJECTS = 20_000
"""New objects before Python looks for cycles; the default, 700, is a tenth of one search's."""


def spare_long_lived() -> None:
    """Exempt all present objects from garbage collection, and collect less often.

    For a process that is ready to work. Python looks for cycles by walking over all objects,
    schemas, statements and models included: a tenth of the cost of a search, and now and then a
    pause of the process. Hardly any object of a search is part of a cycle.
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
    """Work round after round until told to stop; a failed round is noted and repeated."""
    while not stopping.is_set():
        try:
            worked, wait_s = work(), pace.idle_s
        except Exception as error:  # noqa: BLE001 - the edge of a process that outlives failures
            note_failure(error)
            worked, wait_s = 0, pace.failed_s
        if not worked:
            stopping.wait(wait_s)


def run_together(loops: Sequence[Callable[[], None]], stopping: threading.Event) -> None:
    """Run each loop in a thread of its own and return when all have ended; one end ends all."""

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
    """Work in turns until a whole turn finds nothing to do."""
    worked = 1
    while worked and not stopping.is_set():
        worked = sum(work() for work in rounds)
