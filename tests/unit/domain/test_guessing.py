"""Properties of the delay after failed sign-ins."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.access.accounts import Slowing

SECOND = timedelta(seconds=1)
SLOWINGS = st.builds(
    Slowing,
    limit=st.integers(1, 100),
    first=st.timedeltas(SECOND, timedelta(minutes=1)),
    longest=st.timedeltas(timedelta(minutes=1), timedelta(days=1)),
)
FAILURES = st.integers(0, 10**9)


@given(SLOWINGS, FAILURES, FAILURES)
def test_more_failures_never_shorten_the_delay(slowing: Slowing, one: int, other: int) -> None:
    fewer, more = sorted((one, other))

    assert slowing.delay(fewer) <= slowing.delay(more)


@given(SLOWINGS, FAILURES)
def test_the_delay_begins_at_the_limit_and_is_bounded(slowing: Slowing, failures: int) -> None:
    delay = slowing.delay(failures)

    assert (delay == timedelta(0)) == (failures < slowing.limit)
    assert delay <= slowing.longest
    assert slowing.delay(slowing.limit) == slowing.first
    assert slowing.delay(slowing.limit + 40) == slowing.longest


@given(SLOWINGS, FAILURES)
def test_each_failure_doubles_the_delay_until_it_is_longest(
    slowing: Slowing, failures: int
) -> None:
    delay, following = slowing.delay(failures), slowing.delay(failures + 1)

    assert following in {delay, 2 * delay, slowing.first, slowing.longest}
    assert failures < slowing.limit or following == min(2 * delay, slowing.longest)
