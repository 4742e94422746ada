"""Unmet duties repaired by processes that are killed: nothing may be doubled, and nothing may be
left.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.exchanging.many import fill
from benchmarks.exchanging.offices import (
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
        whole = clocked(lambda: reconcile(office.services, office.desk, ROOT)).wall_s
    rng = np.random.default_rng([seed, 1])
    # From before the first message until many have been sent: counting takes most of the time.
    deaths = [_killed(root, seed, whole * float(rng.uniform(0.5, 4))) for _ in range(kills)]
    with _office(root, seed) as office:
        repair = clocked(lambda: repair_duties(office.services, office.desk, ROOT))
        again = repair_duties(office.services, office.desk, ROOT)
        figures = reconcile(office.services, office.desk, ROOT).figures
        queued = _queued(office)
    return {
        "convictions": convictions,
        "unmet_before": before.unsent_past_due,
        "killed": sum(deaths),
        "left_by_kills": repair.value.unmet,
        "repair_seconds": round(repair.wall_s, 1),
        "queued": queued,
        "doubled": figures.doubled + max(0, queued - before.due),
        "unmet": again.unmet + again.left,
    }


def _queued(office: Office) -> int:
    return sum(office.sent().values())


def _killed(root: Path, seed: int, after_s: float) -> bool:
    """Let a process repair, kill it after some time, and return whether it was still working."""
    process = FORKED.Process(target=_repair, args=(root, seed))
    process.start()
    process.join(after_s)
    return has_been_killed(process)


def _repair(root: Path, seed: int) -> None:
    with _office(root, seed) as office:
        repair_duties(office.services, office.desk, ROOT)
