"""Forces take turns, and within a force its endpoints do."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.ids import EndpointId, ForceCode
from service.storage.messages.deliveries import Ready
from service.usecases.messages.deliveries import in_turn

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def ready(force: str, number: int, *, last_s: float | None = None) -> Ready:
    last = None if last_s is None else NOON + timedelta(seconds=last_s)
    return Ready(EndpointId(f"{force}-{number}"), ForceCode(force), number, last)


def order(*those: Ready, limit: int = 9, most: int = 9, **leased: int) -> list[str]:
    in_hand = {ForceCode(name.removeprefix("f")): count for name, count in leased.items()}
    chosen = in_turn(those, in_hand, limit=limit, most_of_force=most)
    return [one.endpoint_id for one in chosen]


def test_forces_take_turns_however_many_endpoints_each_has() -> None:
    many = [ready("01", number) for number in range(1, 6)]

    assert order(*many, ready("02", 9), limit=3) == ["01-1", "02-9", "01-2"]


def test_of_a_force_the_endpoint_that_waited_longest_is_next() -> None:
    those = (ready("01", 1, last_s=5), ready("01", 2, last_s=1), ready("01", 3))

    assert order(*those) == ["01-3", "01-2", "01-1"]


def test_a_force_with_messages_in_hand_comes_after_one_without() -> None:
    assert order(ready("01", 1), ready("02", 2, last_s=9), f01=1) == ["02-2", "01-1"]


def test_a_force_has_its_share_and_no_more() -> None:
    those = [ready("01", number) for number in range(5)] + [ready("02", 9, last_s=0)]

    assert order(*those, most=2, f01=1) == ["02-9", "01-0"]
    assert order(*those[:5], most=2, f01=2) == []


READY = st.builds(
    ready,
    st.sampled_from(["01", "02", "03"]),
    st.integers(0, 10_000),
    last_s=st.none() | st.integers(0, 100),
)


@given(
    st.lists(READY, unique_by=lambda one: one.job_row),
    st.dictionaries(st.sampled_from(["01", "02", "03"]).map(ForceCode), st.integers(0, 5)),
    st.integers(0, 12),
    st.integers(1, 5),
)
def test_no_slot_is_left_empty_and_no_share_exceeded(
    those: list[Ready], leased: dict[ForceCode, int], limit: int, most: int
) -> None:
    chosen = in_turn(those, leased, limit=limit, most_of_force=most)

    counts = Counter(one.force for one in chosen)
    waiting = Counter(one.force for one in those)
    room = sum(min(n, max(0, most - leased.get(force, 0))) for force, n in waiting.items())
    assert len(chosen) == len(set(chosen)) == min(limit, room)
    assert all(counts[force] + leased.get(force, 0) <= most for force in counts)
