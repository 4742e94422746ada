"""The rate at which strangers get as alike: counted, bounded, and grown with the gallery."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from domain.searches.models import Counted, Experience, Kind
from matching.experience import alikeness, needed, rates, upper_share


def met(
    searches: int, *, persons: int = 10_000, top: int = 90, kind: Kind = Kind.ONE
) -> Experience:
    """Return rehearsals that all met somebody at one step."""
    return Experience(kind, Counted(searches, persons, ((top, searches),) if searches else ()))


@pytest.mark.parametrize(("seen", "searches"), [(0, 2_995), (4, 10_000), (30, 580), (500, 9_000)])
def test_at_the_bound_so_few_are_met_once_in_twenty(seen: int, searches: int) -> None:
    bound = upper_share(seen, searches)
    assert binom.cdf(seen, searches, bound) == pytest.approx(0.05, rel=1e-9)


def test_a_share_that_was_always_met_has_no_bound() -> None:
    assert upper_share(3, 3) == upper_share(0, 0) == 1.0


def test_the_searches_a_proposal_takes() -> None:
    assert (needed(0.001), needed(0.01)) == (2_995, 299)
    assert upper_share(0, 2_995) <= 0.001 < upper_share(0, 2_994)
    assert upper_share(4, 10_000) <= 0.001 < upper_share(5, 10_000)


def test_alikeness_is_the_sum_over_fingers_over_the_root_of_their_number() -> None:
    moments = np.tile([0.1, 0.2], (10, 1))
    cosines = np.full((3, 10), np.nan, dtype=np.float32)
    cosines[0, 0] = 0.5
    cosines[1, :4] = 0.5
    found = alikeness(cosines, moments)
    assert found[:2] == pytest.approx([2.0, 4.0], rel=1e-6)
    assert found[2] == -np.inf


def test_none_as_alike_proposes_and_one_step_lower_does_not() -> None:
    found = rates(met(2_995), np.array([4.55, 4.5, -np.inf]), 10_000)
    assert found.seen.tolist() == [0, 2_995, 2_995]
    assert found.proposes.tolist() == [True, False, False]
    assert found.shares[0] == pytest.approx(0.001, rel=1e-3)


@pytest.mark.parametrize(("searches", "is_enough"), [(0, False), (579, False), (580, True)])
def test_bits_follow_the_rate_from_580_searches_on(searches: int, is_enough: bool) -> None:
    found = rates(met(searches), np.array([6.0]), 10_000)
    assert found.is_enough is is_enough
    assert not found.proposes.any()


def test_the_rate_grows_with_the_gallery_and_does_not_fall_with_it() -> None:
    now, grown, smaller = (
        rates(met(10_000), np.array([6.0]), persons).shares[0]
        for persons in (10_000, 30_000, 1_000)
    )
    assert grown == pytest.approx(3.0 * now)
    assert smaller == now


def test_live_searches_that_met_others_raise_the_rate_and_few_that_did_not_change_nothing() -> (
    None
):
    rehearsed = Counted(10_000, 10_000, ((90, 10_000),))
    alike = np.array([6.0])
    alone = rates(Experience(Kind.ONE, rehearsed), alike, 10_000).shares[0]
    quiet = Experience(Kind.ONE, rehearsed, Counted(50, 10_000, ((80, 50),)))
    loud = Experience(Kind.ONE, rehearsed, Counted(50, 10_000, ((80, 40), (130, 10))))
    assert rates(quiet, alike, 10_000).shares[0] == pytest.approx(alone, rel=1e-12)
    assert not rates(loud, alike, 10_000).proposes.any()
    many = Experience(Kind.ONE, rehearsed, Counted(3_000, 10_000, ((80, 2_999), (130, 1))))
    assert rates(many, alike, 10_000).shares[0] == upper_share(1, 3_000)


@pytest.mark.parametrize(("rehearsed", "proposes"), [(0, False), (2_994, False), (2_995, True)])
def test_live_searches_do_not_replace_rehearsals(rehearsed: int, proposes: bool) -> None:
    met = [Counted(n, 10_000, ((90, n),) if n else ()) for n in (rehearsed, 50_000)]
    found = rates(Experience(Kind.ONE, *met), np.array([6.0]), 10_000)
    assert found.is_enough
    assert found.proposes.tolist() == [proposes]


def test_marks_are_proposed_at_their_own_rate_by_decided_ones() -> None:
    decided = Experience(Kind.MARK, Counted(), Counted(600, 10_000, ((90, 600),)))
    assert rates(decided, np.array([6.0]), 10_000).proposes.all()
    none = rates(Experience(Kind.MARK), np.array([6.0]), 10_000)
    assert not none.is_enough
    assert not none.proposes.any()
