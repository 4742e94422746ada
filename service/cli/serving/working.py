"""The loops of a worker: rounds of work until it is told to stop, or until nothing is left."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

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
"""New objects that may be part of a cycle before Python looks for one; its own 700 are a tenth of
what a search makes."""


def spare_long_lived() -> None:
    """Leave out of garbage collection what has been made so far, and collect less often.

    For a process that has opened what it works with. Python looks for cycles by walking over all
    there is: schemas, statements and models as well, a tenth of what a search costs, and now and
    then a pause for everybody. Next to nothing that a search makes is part of a cycle.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS)


def run_rounds(
    work: Round,
    stopping: threading.Event,
    note_failure: Callable[[BaseException], None],
    *,
    pace: Pace,
) -> None:
    """Work round after round until told to stop; a round that fails is noted and repeated."""
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
