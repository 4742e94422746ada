"""A security module that hangs, fails or is slow: callers leave in time, and it recovers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from domain.errors import NotFoundError, StoreUnavailableError
from service.adapters.custody.guard import Guard, GuardLimits

LIMITS = GuardLimits(seconds=0.15, threads=1, waiting=2, failures=2, pause_s=0.3)


class ModuleError(Exception):
    pass


def guard(opened: Callable[[], str] = lambda: "session") -> Guard[str]:
    return Guard(opened, (ModuleError,), LIMITS)


def test_a_call_gets_its_answer_on_a_session() -> None:
    assert guard().call(lambda session: f"signed on a {session}") == "signed on a session"


def test_a_refusal_of_the_caller_is_no_fault_of_the_module() -> None:
    tried = guard()

    def refuse(_: str) -> None:
        raise NotFoundError

    for _ in range(5):
        with pytest.raises(NotFoundError):
            tried.call(refuse)
    assert tried.call(str.upper) == "SESSION"


def test_a_hung_module_is_left_in_time_refused_at_once_and_used_again() -> None:
    tried, free = guard(), threading.Event()

    def hang(_: str) -> None:
        free.wait()

    for _ in range(2):
        with pytest.raises(StoreUnavailableError, match="in time"):
            tried.call(hang)
    begun = time.monotonic()
    with pytest.raises(StoreUnavailableError, match="recently"):
        tried.call(str.upper)
    assert time.monotonic() - begun < LIMITS.seconds / 2
    free.set()
    time.sleep(LIMITS.pause_s)

    assert tried.call(str.upper) == "SESSION"
    assert tried.call(str.upper) == "SESSION"


def test_calls_beyond_the_queue_are_refused_at_once() -> None:
    tried, free, refused = guard(), threading.Event(), []

    def call() -> None:
        try:
            tried.call(lambda _: free.wait(0.1))
        except StoreUnavailableError as error:
            refused.append(error.detail)

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    free.set()

    assert sum("Too many calls" in one for one in refused) >= 3


def test_a_lost_session_is_opened_again() -> None:
    opened: list[int] = []

    def open_session() -> str:
        opened.append(1)
        return f"session {len(opened)}"

    def work(session: str) -> str:
        if session == "session 1":
            raise ModuleError
        return session

    assert guard(open_session).call(work) == "session 2"


def test_what_nobody_waits_for_is_not_done() -> None:
    tried, free, done = guard(), threading.Event(), []
    with pytest.raises(StoreUnavailableError):
        tried.call(lambda _: free.wait())
    with pytest.raises(StoreUnavailableError):
        tried.call(lambda _: done.append(1))
    free.set()
    time.sleep(LIMITS.pause_s)

    tried.call(str.upper)

    assert done == []
