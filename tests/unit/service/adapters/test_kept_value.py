from __future__ import annotations

import threading

import pytest

from domain.errors import ProviderUnavailableError
from service.adapters.identity.provider_web import KeptValue


class Source:
    """Counts its calls; fails on demand."""

    def __init__(self) -> None:
        self.asked = 0
        self.fails = False
        self.now = 0.0

    def __call__(self) -> int:
        self.asked += 1
        if self.fails:
            raise ProviderUnavailableError
        return self.asked


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def kept(source: Source) -> KeptValue[int]:
    return KeptValue(source, lambda: source.now, kept_s=100, pause_s=10)


def test_a_value_is_fetched_once_and_again_when_it_is_old(
    source: Source, kept: KeptValue[int]
) -> None:
    first = [kept.get(), kept.get()]
    source.now = 101

    assert (first, kept.get(), source.asked) == ([1, 1], 2, 2)


def test_what_is_not_wanted_is_fetched_anew_three_times_in_three_pauses(
    source: Source, kept: KeptValue[int]
) -> None:
    kept.get()

    at_once = [kept.get(lambda value: value > 9) for _ in range(5)]
    source.now = 29
    soon = kept.get(lambda value: value > 9)
    source.now = 30
    later = kept.get(lambda value: value > 9)

    assert (at_once, soon, later) == ([2, 3, 3, 3, 3], 3, 4)


def test_a_failure_among_them_makes_a_pause(source: Source, kept: KeptValue[int]) -> None:
    kept.get()
    source.fails = True
    with pytest.raises(ProviderUnavailableError):
        kept.get(lambda value: value > 9)
    source.fails = False

    assert (kept.get(lambda value: value > 9), source.asked) == (1, 2)


def test_a_failure_is_not_repeated_at_once(source: Source, kept: KeptValue[int]) -> None:
    source.fails = True
    for _ in range(5):
        with pytest.raises(ProviderUnavailableError):
            kept.get()
    source.fails, source.now = False, 10

    assert (kept.get(), source.asked) == (2, 2)


def test_an_old_value_does_not_outlive_a_source_that_is_away(
    source: Source, kept: KeptValue[int]
) -> None:
    kept.get()
    source.fails, source.now = True, 101

    with pytest.raises(ProviderUnavailableError):
        kept.get()


def test_while_one_fetches_the_others_go_on_with_what_there_is() -> None:
    fetching, release = threading.Event(), threading.Event()
    asked: list[int] = []

    def slow() -> int:
        asked.append(1)
        if len(asked) > 1:
            fetching.set()
            assert release.wait(10)
        return len(asked)

    seconds = iter(range(0, 10_000, 20))
    kept = KeptValue(slow, lambda: float(next(seconds)), kept_s=1e9, pause_s=1)
    kept.get()
    thread = threading.Thread(target=kept.get, args=(lambda value: value > 1,))
    thread.start()
    assert fetching.wait(10)

    meanwhile = kept.get(lambda value: value > 1)
    release.set()
    thread.join(10)

    assert (meanwhile, len(asked), kept.get()) == (1, 2, 2)
