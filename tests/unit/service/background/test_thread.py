"""A background thread repeats, reports failures, and ends with its context."""

from __future__ import annotations

import threading
from functools import partial

from service.background.thread import BackgroundThread


def test_steps_are_repeated_until_the_context_ends() -> None:
    thread, twice, steps = BackgroundThread(lambda _: None), threading.Event(), list[int]()

    def step() -> None:
        steps.append(1)
        if len(steps) == 2:
            twice.set()

    with thread.running(partial(thread.repeat, step, every_s=0.001)):
        assert twice.wait(10)
    after = len(steps)

    assert thread.stop.is_set()
    assert len(steps) == after


def test_a_long_pause_is_cut_short_at_the_end_of_the_context() -> None:
    thread, steps = BackgroundThread(lambda _: None), list[int]()

    with thread.running(partial(thread.repeat, partial(steps.append, 1), every_s=3_600.0)):
        pass

    assert not steps


def test_a_failure_is_reported_and_raises_nothing() -> None:
    heard: list[Exception] = []
    thread = BackgroundThread(heard.append)

    def fail() -> None:
        raise ValueError

    thread.attempt(fail)

    assert [type(error) for error in heard] == [ValueError]
