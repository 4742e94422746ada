"""The martingale on seconds: hardly an alarm at home, soon one among people like everybody."""

from __future__ import annotations

import numpy as np
import pytest

from domain.searches.models import Counted
from matching.watch.detecting import e_value
from matching.watch.seconds import ALARM, Martingale, chance

REHEARSED = 10_000


def rehearsed(tops: np.ndarray) -> Counted:
    """Return counts of the most alike strangers of rehearsals."""
    steps, counts = np.unique(np.floor(tops / 0.05).astype(int), return_counts=True)
    return Counted.of([(10**6, dict(zip(steps.tolist(), counts.tolist(), strict=True)))])


def most_alike(rng: np.random.Generator, count: int, shift: float = 0.0) -> np.ndarray:
    """Return the most alike of a million strangers, about as a normal law has it, moved."""
    return 4.75 + 0.22 * rng.gumbel(size=count) + shift


def e_values(counted: Counted, tops: np.ndarray) -> np.ndarray:
    """Return the e-value of each second."""
    steps = np.floor(tops / 0.05).astype(int)
    of = {step: e_value(chance(counted, step)) for step in set(steps.tolist())}
    return np.array([of[step] for step in steps.tolist()])


def test_the_mean_e_value_at_home_is_below_one_and_no_stream_alarms() -> None:
    rng = np.random.default_rng(5)
    values = e_values(rehearsed(most_alike(rng, REHEARSED)), most_alike(rng, 200_000))
    assert values.mean() < 1.0
    for stream in values.reshape(20, -1):
        state = Martingale()
        for value in stream.tolist():
            state = state.seen(value)
            assert not state.is_alarm


def test_people_alike_with_everybody_are_found_within_fifteen_searches() -> None:
    rng = np.random.default_rng(6)
    values = e_values(rehearsed(most_alike(rng, REHEARSED)), most_alike(rng, 500))
    state = Martingale()
    for value in values.tolist():
        state = state.seen(value)
    moved = e_values(rehearsed(most_alike(rng, REHEARSED)), most_alike(rng, 15, shift=4.0))
    for value in moved.tolist():
        state = state.seen(value)
    assert state.evidence >= ALARM


def test_a_chance_is_never_below_what_was_met() -> None:
    counted = Counted(100, 1_000, ((90, 60), (100, 40)))
    assert chance(counted, 101) == pytest.approx(1.0 - 0.01 ** (1 / 100))
    assert chance(counted, 95) >= 1.25 * 0.4
    assert chance(counted, 90) == 1.0
