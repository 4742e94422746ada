"""Freed memory is given back again and again, and a failure does not end it."""

from __future__ import annotations

import threading

from service.background.search_keepers import MemoryKeeper


def test_memory_is_given_back_again_after_a_failure() -> None:
    twice = threading.Event()
    calls: list[int] = []
    failures: list[Exception] = []

    def _give_back() -> None:
        calls.append(len(calls))
        if len(calls) == 1:
            raise OSError
        twice.set()

    with MemoryKeeper(_give_back, every_s=0.001).running(failures.append):
        is_repeated = twice.wait(60)

    assert is_repeated
    assert [type(one) for one in failures] == [OSError]
