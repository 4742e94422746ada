"""The martingale on second candidates: false alarms at home, and how soon people like everybody.

Seconds are drawn from laws of strangers, every search decided; hubs come after 500 at home.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.evidencing.rehearsing import FINGERS, STEPS, drawn_steps
from benchmarks.evidencing.stranger_laws import LAWS, Floats
from domain.experience import Counted
from matching.watch.detecting import MOST, SHARES
from matching.watch.seconds import ALARM, chance, e_value

PERSONS, REHEARSED, STREAMS, SEARCHES = 1_000_000, 10_000, 100, 10_000
_MOVED_AT, _FURTHEST, _ROUNDS = 500, 1_000, 10


def watched_rows(seed: int) -> Iterator[dict[str, Any]]:
    """Yield a row for each number of fingers: ten rehearsed galleries, 100 streams each."""
    rng = np.random.default_rng(seed)
    for fingers, columns in FINGERS.items():
        home, hubs = (
            LAWS[name].top_below(len(columns), PERSONS) for name in ("normal", "hubs .1 % +.45")
        )
        alarms, delays = 0, []
        for _ in range(_ROUNDS):
            values = _values(next(drawn_steps(home, REHEARSED, 1, rng)))
            alarms += int((_alarms(values, home, home, SEARCHES, rng) <= SEARCHES).sum())
            delays.append(_alarms(values, home, hubs, _FURTHEST, rng) - _MOVED_AT)
        found = np.concatenate(delays)
        yield {"fingers": fingers, "streams": STREAMS * _ROUNDS, "alarms": alarms} | {
            "median": float(np.median(found)),
            "most": int(found.max()),
        }


def _values(steps: dict[int, int]) -> Floats:
    counted = Counted.of([(PERSONS, steps)])
    return np.array([e_value(chance(counted, step)) for step in STEPS.tolist()])


def _alarms(
    values: Floats, home: Floats, moved: Floats, searches: int, rng: np.random.Generator
) -> Floats:
    """Return the search of the first alarm of each stream, float64; one more than all for none."""
    grown, shares = np.zeros((STREAMS, len(SHARES))), np.array(SHARES)
    first = np.full(STREAMS, float(searches + 1))
    for at in range(1, searches + 1):
        below = home if at <= _MOVED_AT else moved
        places = np.searchsorted(below, rng.random(STREAMS), side="right") - 1
        bets = 1.0 + shares * (values[np.maximum(places, 0)][:, None] - 1.0)
        grown = np.minimum((grown + 1.0 / (at * (at + 1.0))) * bets, MOST)
        first = np.where(grown.mean(axis=1) >= ALARM, np.minimum(first, at), first)
    return first
