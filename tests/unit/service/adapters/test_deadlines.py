"""Questions that are never answered hold up no one beyond the deadline, and do not pile up."""

from __future__ import annotations

import threading

import pytest

from service.adapters.parts.parts_layout import Repeated, in_time


def test_an_answer_or_a_failure_comes_back() -> None:
    assert in_time(lambda: 5, 10) == 5
    with pytest.raises(ZeroDivisionError):
        in_time(lambda: 1 // 0, 10)


def test_a_question_without_an_answer_ends_at_its_deadline() -> None:
    released = threading.Event()
    try:
        with pytest.raises(TimeoutError):
            in_time(released.wait, 0.05)
    finally:
        released.set()


def test_an_open_question_is_not_asked_again() -> None:
    released, asked = threading.Event(), []

    def question() -> int:
        asked.append(1)
        released.wait(30)
        return len(asked)

    repeated = Repeated(question)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            repeated.answer(0.05)
    assert len(asked) == 1
    released.set()
    assert repeated.answer(10) >= 1
    assert repeated.answer(10) == len(asked) >= 2
