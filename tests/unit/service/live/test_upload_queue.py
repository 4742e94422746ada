"""Documents are checked in turns that one application cannot take all of."""

from __future__ import annotations

import threading
import time

import pytest

from domain.errors import UploadsBusyError
from service.live.rate_limits import UploadQueue


def _sent(queue: UploadQueue, application: str, order: list[str]) -> threading.Thread:
    """Send a document from a thread of its own, and return once it waits."""
    before = len(queue._waiting)

    def check() -> None:
        with queue.turn(application):
            order.append(application)

    thread = threading.Thread(target=check)
    thread.start()
    while len(queue._waiting) == before:
        time.sleep(0.001)
    return thread


def test_the_oldest_of_another_application_is_next() -> None:
    queue, order = UploadQueue(most_of_one=3), []  # type: tuple[UploadQueue, list[str]]
    with queue.turn("many"):
        threads = [_sent(queue, name, order) for name in ("many", "many", "few", "one")]

    for thread in threads:
        thread.join(5)

    assert order == ["few", "many", "one", "many"]


def test_an_application_with_enough_documents_there_is_told_to_come_back() -> None:
    queue = UploadQueue(most_of_one=1)

    with queue.turn("many"), pytest.raises(UploadsBusyError) as refused, queue.turn("many"):
        pass

    assert refused.value.retry_after_s


def test_no_more_wait_than_there_is_room_for() -> None:
    queue = UploadQueue(most=1)

    with queue.turn("one"), pytest.raises(UploadsBusyError), queue.turn("another"):
        pass
    with queue.turn("another"):
        pass


def test_a_document_that_fails_gives_its_turn_back() -> None:
    queue = UploadQueue(most=1)

    with pytest.raises(ValueError, match="bad"), queue.turn("one"):
        raise ValueError("bad")

    with queue.turn("one"):
        pass
