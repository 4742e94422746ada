"""Unmet duties repaired by processes that are killed: nothing may be doubled, and nothing may be
left.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.exchanging.many import fill
from benchmarks.exchanging.offices import (
    DATABASE,
    FIRST_DAY,
    OURS,
    ROOT,
    THEIRS,
    Clock,
    Office,
    Wire,
    morning,
    opened_office,
)
from benchmarks.machine import FORKED, clocked, has_been_killed
from service.usecases.exchange.duties import survey_records
from service.usecases.exchange.reconciling import reconcile, repair_duties

_LATER = timedelta(days=90)
_LEFT = 1_000
"""Messages that the last kill leaves at least, so that the repair is at work."""
_POLL_S = 0.01


@contextmanager
def _office(root: Path, seed: int) -> Iterator[Office]:
    clock, wire = Clock(morning(FIRST_DAY + _LATER)), Wire(np.random.default_rng([seed, 0]))
    with opened_office(root, (OURS, THEIRS), wire, clock, seed) as office:
        yield office


def repaired(root: Path, convictions: int, kills: int, seed: int) -> dict[str, Any]:
    """Return what is left after a repair that was killed this many times and then run twice.

    Every conviction was surveyed before the exchange began, so nothing was notified.
    """
    with _office(root, seed) as office:
        fill(office, convictions, is_told=False)
        late = replace(office.desk, since=FIRST_DAY + _LATER)
        while survey_records(office.services, late):
            pass
        before = reconcile(office.services, office.desk, ROOT).figures.total
    rng = np.random.default_rng([seed, 1])
    # Chosen by the work done, so that every kill meets a repair at work.
    stops = sorted(int(one) for one in rng.integers(0, max(1, before.due - _LEFT), kills))
    deaths = [_killed(root, seed, stop, float(rng.random())) for stop in stops]
    with _office(root, seed) as office:
        repair = clocked(lambda: repair_duties(office.services, office.desk, ROOT))
        again = repair_duties(office.services, office.desk, ROOT)
        figures = reconcile(office.services, office.desk, ROOT).figures
        queued = _queued(office)
    return {
        "convictions": convictions,
        "unmet_before": before.unsent_past_due,
        "killed": sum(one is not None for one in deaths),
        "queued_when_killed": deaths,
        "left_by_kills": repair.value.unmet,
        "repair_seconds": round(repair.wall_s, 1),
        "queued": queued,
        "doubled": figures.doubled + max(0, queued - before.due),
        "unmet": again.unmet + again.left,
    }


def _queued(office: Office) -> int:
    return sum(office.sent().values())


def _killed(root: Path, seed: int, stop: int, share: float) -> int | None:
    """Let a process repair, and kill it soon after it has queued more than `stop` messages.

    Returns how many were queued; None if the process had ended before.
    """
    process = FORKED.Process(target=_repair, args=(root, seed))
    process.start()
    while process.exitcode is None and _count(root) <= stop:
        time.sleep(_POLL_S)
    # No more than a few transactions later, wherever one of them stands.
    time.sleep(4 * _POLL_S * share)
    return _count(root) if has_been_killed(process) else None


def _count(root: Path) -> int:
    """Return how many messages the store holds, read beside the process that writes them."""
    place = f"file:{root / DATABASE}?mode=ro"
    with closing(sqlite3.connect(place, uri=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM exchange_messages").fetchone()[0])


def _repair(root: Path, seed: int) -> None:
    with _office(root, seed) as office:
        repair_duties(office.services, office.desk, ROOT)
