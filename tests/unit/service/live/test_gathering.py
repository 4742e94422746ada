"""Requests made while another is being answered are answered next, together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from service.live.gathering import Gathering

SOON_S = 5


class Slow:
    """Doubles numbers; the first call waits until released."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, ...]] = []
        self.is_at_work = threading.Event()
        self.may_go = threading.Event()

    def __call__(self, asked: Sequence[int]) -> Sequence[int]:
        self.calls.append(tuple(asked))
        if len(self.calls) == 1:
            self.is_at_work.set()
            assert self.may_go.wait(SOON_S)
        if 0 in asked:
            raise ZeroDivisionError
        return [2 * one for one in asked]


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SOON_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def ask(
    gathering: Gathering[int, int],
    number: int,
    work: Callable[[Sequence[int]], Sequence[int]],
) -> int:
    with gathering.joined(number) as question:
        return question.answer(work)


def ask_meanwhile(
    pool: ThreadPoolExecutor, gathering: Gathering[int, int], slow: Slow, numbers: Sequence[int]
) -> list[Future[int]]:
    """Ask for the first number, and for the others in order while it is being worked."""
    futures = [pool.submit(ask, gathering, numbers[0], slow)]
    assert slow.is_at_work.wait(SOON_S)
    for count, number in enumerate(numbers[1:], 1):
        futures.append(pool.submit(ask, gathering, number, slow))
        until(lambda count=count: len(gathering._joined) == count)  # type: ignore[misc]
    slow.may_go.set()
    return futures


def test_one_who_asks_alone_is_answered_alone() -> None:
    gathering: Gathering[int, int] = Gathering(8)

    answers = [
        ask(gathering, number, lambda asked: [one + 1 for one in asked]) for number in (1, 2)
    ]

    assert answers == [2, 3]


def test_whoever_asks_meanwhile_is_answered_together_and_in_order() -> None:
    gathering: Gathering[int, int] = Gathering(8)
    slow = Slow()
    with ThreadPoolExecutor(6) as pool:
        futures = ask_meanwhile(pool, gathering, slow, (1, 2, 3, 4))
        answers = [future.result(SOON_S) for future in futures]

    assert slow.calls == [(1,), (2, 3, 4)]
    assert answers == [2, 4, 6, 8]


def test_no_more_than_the_most_are_answered_together() -> None:
    gathering: Gathering[int, int] = Gathering(2)
    slow = Slow()
    with ThreadPoolExecutor(8) as pool:
        futures = ask_meanwhile(pool, gathering, slow, (1, 2, 3, 4, 5, 6))
        answers = [future.result(SOON_S) for future in futures]

    assert slow.calls == [(1,), (2, 3), (4, 5), (6,)]
    assert answers == [2, 4, 6, 8, 10, 12]


def test_what_is_raised_is_raised_to_those_it_concerns_and_the_rest_go_on() -> None:
    gathering: Gathering[int, int] = Gathering(2)
    slow = Slow()
    with ThreadPoolExecutor(8) as pool:
        futures = ask_meanwhile(pool, gathering, slow, (1, 0, 3, 4))
        errors = [future.exception(SOON_S) for future in futures]

    assert [type(error) for error in errors] == [
        type(None),
        ZeroDivisionError,
        ZeroDivisionError,
        type(None),
    ]
    assert ask(gathering, 7, slow) == 14


def test_who_has_joined_is_taken_along_and_asks_for_no_work_of_its_own() -> None:
    gathering: Gathering[int, int] = Gathering(8)
    slow = Slow()
    slow.may_go.set()

    with gathering.joined(2) as later, gathering.joined(3) as last:
        assert ask(gathering, 1, slow) == 2
        answers = [last.answer(slow), later.answer(slow)]

    assert slow.calls == [(2, 3, 1)]
    assert answers == [6, 4]


def test_who_has_left_is_worked_by_nobody() -> None:
    gathering: Gathering[int, int] = Gathering(8)
    slow = Slow()
    slow.may_go.set()

    with gathering.joined(2):
        pass

    assert ask(gathering, 1, slow) == 2
    assert slow.calls == [(1,)]


def test_who_is_beyond_the_most_lets_those_in_front_go_first() -> None:
    gathering: Gathering[int, int] = Gathering(2)
    slow = Slow()
    slow.may_go.set()

    with gathering.joined(1) as first, gathering.joined(2) as second:
        assert ask(gathering, 3, slow) == 6
        answers = [first.answer(slow), second.answer(slow)]

    assert slow.calls == [(1, 2), (3,)]
    assert answers == [2, 4]


def test_an_error_meets_who_was_taken_along_as_well() -> None:
    gathering: Gathering[int, int] = Gathering(2)
    slow = Slow()
    slow.may_go.set()

    with gathering.joined(1) as mine:
        with pytest.raises(ZeroDivisionError):
            ask(gathering, 0, slow)
        with pytest.raises(ZeroDivisionError):
            mine.answer(slow)


@pytest.mark.parametrize("at_most", [1, 3])
def test_everybody_of_many_threads_gets_the_answer_to_the_own_question(at_most: int) -> None:
    gathering: Gathering[int, int] = Gathering(at_most)

    def square(number: int) -> int:
        return ask(gathering, number, lambda asked: [one * one for one in asked])

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(square, range(2_000)))

    assert answers == [number * number for number in range(2_000)]
