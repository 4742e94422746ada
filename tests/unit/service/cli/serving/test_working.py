"""The loops of a worker."""

from __future__ import annotations

import gc
import threading
from functools import partial

from service.cli.serving.working import (
    Pace,
    run_rounds,
    run_together,
    run_until_idle,
    spare_long_lived,
)

NO_WAIT = Pace(idle_s=0, failed_s=0)


def test_rounds_go_on_until_told_to_stop_and_outlive_a_failure() -> None:
    stopping, noted, rounds = threading.Event(), list[BaseException](), list[int]()

    def work() -> int:
        rounds.append(len(rounds))
        if len(rounds) == 2:
            raise ConnectionError
        if len(rounds) == 4:
            stopping.set()
        return 1

    run_rounds(work, stopping, noted.append, pace=NO_WAIT)

    assert len(rounds) == 4
    assert [type(error) for error in noted] == [ConnectionError]


def test_a_loop_that_has_nothing_to_do_is_woken_to_stop() -> None:
    stopping = threading.Event()
    idle = partial(run_rounds, lambda: 0, stopping, lambda _e: None, pace=Pace(idle_s=3600))

    run_together([idle, lambda: None], stopping)

    assert stopping.is_set()


def test_working_until_idle_ends_after_a_turn_without_work() -> None:
    left = {"a": 3, "b": 1}

    def work(name: str) -> int:
        worked = min(1, left[name])
        left[name] -= worked
        return worked

    run_until_idle([partial(work, "a"), partial(work, "b")], threading.Event())

    assert left == {"a": 0, "b": 0}


def test_working_until_idle_stops_when_told() -> None:
    stopping = threading.Event()
    stopping.set()

    run_until_idle([lambda: 1], stopping)

    assert stopping.is_set()


def test_what_a_process_has_opened_is_left_out_of_garbage_collection() -> None:
    before = gc.get_threshold()
    gc.set_threshold(700)
    try:
        spare_long_lived()

        assert gc.get_freeze_count() > 0
        assert gc.isenabled()
        assert gc.get_threshold()[0] > 700
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
