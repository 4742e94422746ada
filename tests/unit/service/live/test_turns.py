"""Turns are taken in order, so many at once, and given back in every case."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from service.live.waiting import Turns

WAITERS = 6


def start_in_order(
    turns: Turns, work: list[int], release: threading.Event
) -> list[threading.Thread]:
    """Start threads that wait for a turn one after the other, each recording its turn."""

    def wait(number: int) -> None:
        with turns.taken():
            work.append(number)
            release.wait(5)

    threads = []
    for number in range(WAITERS):
        thread = threading.Thread(target=wait, args=(number,))
        thread.start()
        threads.append(thread)
        until(lambda: len(work) + len(turns._waiting) == len(threads))
    return threads


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


@pytest.mark.parametrize("at_once", [1, 2])
def test_no_more_work_at_once_and_who_came_first_goes_first(at_once: int) -> None:
    work: list[int] = []
    turns, release = Turns(at_once), threading.Event()

    threads = start_in_order(turns, work, release)
    at_first = list(work)
    release.set()
    for thread in threads:
        thread.join(5)

    assert at_first == list(range(at_once))
    assert work == list(range(WAITERS)) if at_once == 1 else set(work) == set(range(WAITERS))


def test_a_turn_is_given_back_after_an_error() -> None:
    turns = Turns(1)

    with pytest.raises(ZeroDivisionError), turns.taken():
        raise ZeroDivisionError

    taken = []
    with turns.taken():
        taken.append(True)
    assert taken
