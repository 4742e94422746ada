"""A child process that hangs, dies or lies costs one refusal and no more."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.errors import PrintsBusyError, UnreadablePrintError
from service.adapters.isolation.frames import Frame, Limits
from service.adapters.isolation.worker import Worker

TASKS = "tests.unit.service.adapters.isolation.misbehaving"


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker(TASKS, Limits(processor_s=10.0, address_space_mb=1024)) as started:
        yield started


def still_works(worker: Worker) -> bool:
    return worker.ask(Frame({"task": "echo", "said": "here"})).header == {"said": "here"}


def test_bytes_come_back_as_they_went(worker: Worker) -> None:
    blobs = (bytes(300_000), b"", b"\x00\xff")

    answer = worker.ask(Frame({"task": "echo", "said": "é"}, blobs))

    assert answer.header == {"said": "é"}
    assert answer.blobs == blobs


@pytest.mark.parametrize("task", ["crash", "exit", "fault", "garble"])
def test_a_child_that_dies_or_lies_is_replaced(worker: Worker, task: str) -> None:
    with pytest.raises(UnreadablePrintError, match="cannot be read"):
        worker.ask(Frame({"task": task}))

    assert still_works(worker)


def test_memory_is_limited(worker: Worker) -> None:
    with pytest.raises(UnreadablePrintError, match="memory"):
        worker.ask(Frame({"task": "allocate"}))

    assert still_works(worker)


def test_what_the_child_refuses_is_refused_in_its_words(worker: Worker) -> None:
    with pytest.raises(UnreadablePrintError, match="This is the sentence"):
        worker.ask(Frame({"task": "refuse"}))


def test_what_libraries_print_does_not_reach_the_answers(worker: Worker) -> None:
    assert worker.ask(Frame({"task": "chatter"})).header == {"said": "clear"}
    assert still_works(worker)


def test_the_child_writes_no_file_and_knows_no_setting(
    worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "written"
    monkeypatch.setenv("IDENTLINK_SECRET", "x")
    worker.close()

    assert worker.ask(Frame({"task": "write", "path": str(path)})).header == {"wrote": False}
    names = worker.ask(Frame({"task": "environment"})).header["names"]
    assert "IDENTLINK_SECRET" not in names
    assert not path.exists() or path.read_bytes() == b""


def test_a_child_that_computes_too_long_is_killed_at_the_limit() -> None:
    with Worker(TASKS, Limits(processor_s=0.5)) as worker:
        assert still_works(worker)
        with pytest.raises(UnreadablePrintError, match="too long") as refused:
            worker.ask(Frame({"task": "spin"}))

        assert worker.restarts == 1
        assert refused.value.is_costly
        assert still_works(worker)


def test_a_child_without_its_processor_time_says_nothing_of_the_file() -> None:
    with Worker(TASKS, Limits(patience_s=0.5)) as worker:
        assert still_works(worker)
        begun = time.monotonic()
        with pytest.raises(PrintsBusyError):
            worker.ask(Frame({"task": "sleep"}))

        assert time.monotonic() - begun < 5.0
        assert worker.restarts == 0
        assert still_works(worker)


def test_a_child_is_replaced_after_its_calls() -> None:
    with Worker(TASKS, Limits(calls=2)) as worker:
        assert all(still_works(worker) for _ in range(5))
        assert worker.restarts == 0


def test_callers_take_turns(worker: Worker) -> None:
    answers: list[object] = []

    def call(number: int) -> None:
        answers.append(worker.ask(Frame({"task": "echo", "said": number})).header["said"])

    threads = [threading.Thread(target=call, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, answers)) == sorted(map(str, range(8)))
