"""The audit of proposals: hardly ever a false alarm, and soon one after proposals go wrong."""

from __future__ import annotations

import numpy as np
import pytest

from matching.parameters import PROPOSED_FPIR
from matching.policy import Mode
from matching.watch.seconds import ALARM, Martingale, bound_of, ratios

MODES = (Mode.TENPRINT, Mode.MARK)


def alarms(mode: Mode, shares: np.ndarray, streams: int, rng: np.random.Generator) -> np.ndarray:
    """Return the search at which each stream alarms, or infinity. `shares`: of each search."""
    bound = bound_of(mode)
    kept, excluded = (np.array(ratios(bound, is_excluded=one)) for one in (False, True))
    grown, first = np.zeros((streams, len(kept))), np.full(streams, np.inf)
    for at, share in enumerate(shares.tolist(), 1):
        met = np.where((rng.random(streams) < share)[:, None], excluded, kept)
        grown = (grown + 1.0 / (at * (at + 1.0))) * met
        first = np.where(grown.mean(axis=1) >= ALARM, np.minimum(first, at), first)
    return first


@pytest.mark.parametrize("mode", MODES)
def test_three_times_the_target_is_allowed(mode: Mode) -> None:
    assert bound_of(mode) == pytest.approx(3 * PROPOSED_FPIR[mode])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("factor", [0.0, 0.3, 1.0])
def test_the_mean_ratio_is_at_most_one_up_to_the_bound(mode: Mode, factor: float) -> None:
    bound = bound_of(mode)
    kept, excluded = (ratios(bound, is_excluded=one) for one in (False, True))
    for one, other in zip(excluded, kept, strict=True):
        assert factor * bound * one + (1.0 - factor * bound) * other <= 1.0 + 1e-12


@pytest.mark.parametrize("mode", MODES)
def test_no_stream_at_the_bound_alarms(mode: Mode) -> None:
    """At the bound an alarm is expected in at most .1 of 1,000 streams, however long they are."""
    found = alarms(mode, np.full(10_000, bound_of(mode)), 1_000, np.random.default_rng(41))
    assert not np.isfinite(found).any()


@pytest.mark.parametrize(("share", "within"), [(0.17, 60), (0.05, 400)])
def test_proposals_that_go_wrong_are_found(share: float, within: int) -> None:
    """The true share of searches without a link that propose a stranger moves at search 501."""
    moved = np.concatenate([np.full(500, 0.001), np.full(1_000, share)])
    delays = alarms(Mode.TENPRINT, moved, 400, np.random.default_rng(42)) - 500
    assert delays.min() > 0
    assert np.median(delays) <= within


def test_the_sum_is_that_of_each_bet_by_itself() -> None:
    seen = [False] * 5 + [True] * 3
    whole = Martingale()
    for one in seen:
        whole = whole.times(ratios(0.003, is_excluded=one))
    by_hand = [0.0, 0.0, 0.0]
    for at, one in enumerate(seen, 1):
        for bet, share in enumerate((0.006, 0.024, 0.12)):
            ratio = share / 0.003 if one else (1 - share) / (1 - 0.003)
            by_hand[bet] = (by_hand[bet] + 1 / (at * (at + 1))) * ratio
    assert whole.grown == pytest.approx(tuple(by_hand))
    assert (whole.searches, whole.is_alarm) == (8, sum(by_hand) / 3 >= 10_000)
