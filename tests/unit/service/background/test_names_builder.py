"""Reading all names leaves half of the interpreter to searches."""

from __future__ import annotations

from service.background.search_keepers import rested


def test_each_step_is_followed_by_as_long_a_rest() -> None:
    now, rests = 100.0, list[float]()

    def wait(seconds: float) -> bool:
        nonlocal now
        rests.append(seconds)
        now += seconds
        return False

    is_stopped = rested(wait, lambda: now)
    for step_s in (0.5, 2.0):
        assert not is_stopped()
        now += step_s
    assert not is_stopped()

    assert rests == [0.0, 0.5, 2.0]


def test_whoever_is_stopped_at_rest_reads_no_more() -> None:
    assert rested(lambda _: True, lambda: 0.0)()
