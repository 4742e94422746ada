"""`identlink worker`: a separate process that works, and stops when told to."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import TextIO

import pytest

from domain.access.access import Actor, Caller, Purpose, Role, Scope
from domain.ids import BatchId, ForceCode, UserId
from domain.jobs import JobKind, JobState
from service.background.search_keepers import IndexKeeper
from service.bootstrap.stores import open_store
from service.cli.serving import worker as worker_command
from service.cli.serving.worker import stopped_by_signals
from service.main import run
from service.settings import load_settings
from service.storage.database import UnitsOfWork
from service.usecases.searches.batches import SubmitBatch, submit_batch
from tests.forking import fork
from tests.integration.api.workers import ndjson, search_line
from tests.unit.service.cli.console import Console

ACTOR = Actor(UserId("custody-01"), Role.FORCE, ForceCode("01"), frozenset({Scope.SEARCH}))


def started(*arguments: str) -> tuple[int, TextIO]:
    """Start a command in a forked process, which need not import all anew.

    Returns its number and what it writes to standard output.
    """
    hears, says = os.pipe()
    process = fork()
    if process == 0:
        code: object = 1
        try:
            sys.stdout, sys.argv = os.fdopen(says, "w"), ["identlink", *arguments]
            run()
        except SystemExit as ended:
            code = ended.code
            sys.stdout.flush()
        finally:
            # No code of the test may continue in a forked process.
            os._exit(code if isinstance(code, int) else 0)
    os.close(says)
    return process, os.fdopen(hears)


def submit(store: Path, lines: int) -> BatchId:
    body = ndjson(*(search_line(person) for person in range(lines)))
    command = SubmitBatch(Caller(ACTOR, Purpose.ARREST), body)
    with open_store(load_settings(store=store)) as services:
        return submit_batch(services, command)  # type: ignore[arg-type] # needs no index


def done(units: UnitsOfWork, batch_id: BatchId) -> int:
    with units.read() as unit:
        return unit.jobs.counts(JobKind.SEARCH, batch_id).get(JobState.DONE, 0)


def test_a_worker_works_what_is_there_and_ends(console: Console, tmp_path: Path) -> None:
    store = tmp_path / "store"
    console("db", "upgrade", "--store", store)
    batch_id = submit(store, 3)

    finished = console("worker", "--until-idle", "--nice", 0, "--json", "--store", store)

    assert finished.exit_code == 0
    assert finished.json() == {"pid": os.getpid()}
    events = [json.loads(line)["event"] for line in finished.err.splitlines()]
    assert events[0] == "worker-started"
    assert events[-1] == "worker-stopped"
    with open_store(load_settings(store=store)) as services:
        assert done(services.units, batch_id) == 3


def test_a_worker_finishes_the_line_in_hand_when_it_is_told_to_stop(
    console: Console, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    console("db", "upgrade", "--store", store)
    batch_id = submit(store, 200)

    worker, said = started("worker", "--json", "--store", str(store))
    try:
        with open_store(load_settings(store=store)) as services:
            assert json.loads(said.readline())["pid"] == worker
            while not done(services.units, batch_id):
                time.sleep(0.02)
            os.kill(worker, signal.SIGTERM)
            # Nothing comes after the process has ended; SIGALRM ends one that does not.
            said.read()
            with services.units.read() as unit:
                counts = unit.jobs.counts(JobKind.SEARCH, batch_id)
    finally:
        said.close()
        os.kill(worker, signal.SIGKILL)
        status = os.waitpid(worker, 0)[1]

    assert os.waitstatus_to_exitcode(status) == 0
    assert set(counts) <= {JobState.DONE, JobState.WAITING}
    assert sum(counts.values()) == 200


def test_signals_mean_what_they_did_once_the_worker_has_ended() -> None:
    before = signal.getsignal(signal.SIGTERM)

    with stopped_by_signals() as stopping:
        os.kill(os.getpid(), signal.SIGTERM)
        was_stopped = stopping.wait(5)

    assert was_stopped
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_worker_keeps_its_own_index(
    console: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "store"
    console("db", "upgrade", "--store", store)
    looked = threading.Event()
    monkeypatch.setattr(worker_command, "IndexKeeper", partial(IndexKeeper, look_s=0.001))
    monkeypatch.setattr(IndexKeeper, "step", lambda _: looked.set())
    monkeypatch.setattr(worker_command, "run_until_idle", lambda *_: looked.wait(10))

    finished = console("worker", "--until-idle", "--nice", 0, "--store", store)

    assert finished.exit_code == 0
    assert looked.is_set()
