"""Workers as separate processes, over one database, that are killed at work."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path

from domain.access.access import Actor, Caller, Purpose, Role, Scope
from domain.ids import ForceCode, UserId
from domain.store_secrets import mac_under
from matching.scorer import Scorer
from service.api.searches.batches import line_reader
from service.bootstrap.runtime import Runtime, assemble
from service.ports.exchange import Receipt
from service.settings import Settings, load_settings
from service.usecases.idempotency import IdempotencyKey
from service.usecases.leasing import WorkerPolicy
from service.usecases.messages.deliveries import Courier, queue_messages
from service.usecases.searches.batch_lines import BatchWorker, work_batches
from service.usecases.searches.batches import SubmitBatch, submit_batch
from service.usecases.searches.searching import submit_search
from tests.forking import fork
from tests.integration.api.workers import deliver, ndjson, search_line

_IDLE_S = 10.0
READY = b"r"
FORCE = ForceCode("01")
ACTOR = Actor(UserId("custody-01"), Role.FORCE, FORCE, frozenset({Scope.SEARCH}))


@dataclass(frozen=True, slots=True)
class NotingSender:
    """Accepts every message and notes its id in a file that outlives the process."""

    notes: Path

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Receipt:
        del url, body
        with self.notes.open("a") as file:
            file.write(f"{headers['webhook-id']}\n")
        return Receipt.TAKEN


@dataclass(frozen=True, slots=True)
class Fleet:
    """Workers over one database, each with its own index, as in real processes."""

    database_url: str
    directory: Path
    scorer: Scorer

    @property
    def notes(self) -> Path:
        return self.directory / "messages"

    def settings(self, name: str) -> Settings:
        return load_settings(
            store=self.directory / name,
            keys=self.directory / "keys",
            database_url=self.database_url,
        )

    @contextmanager
    def runtime(self, name: str) -> Iterator[Runtime]:
        runtime = assemble(self.settings(name), self.scorer)
        try:
            yield runtime
        finally:
            runtime.close()

    def work_until_idle(self, ahead: timedelta) -> None:
        """Work all due jobs by a clock that is ahead, in this process."""
        with self.runtime("last") as runtime:
            work = self._work(runtime, ahead)
            while work():
                pass

    def kill_one(self, number: int, ahead: timedelta, after_s: float) -> None:
        """Start a worker whose clock is ahead, let it work for a while, and kill it."""
        work = partial(self._work_for_ever, f"worker-{number % 2}", ahead)
        _kill_child(work, after_s)

    def kill_submitter(self, number: int, after_s: float) -> None:
        """Start a process that submits and notes acknowledgements, and kill it."""
        _kill_child(partial(self._submit_for_ever, number), after_s)

    def _work_for_ever(self, name: str, ahead: timedelta, ready: Callable[[], None]) -> None:
        work = self._work(assemble(self.settings(name), self.scorer), ahead)
        ready()
        while True:
            work()

    def _submit_for_ever(self, number: int, ready: Callable[[], None]) -> None:
        services = assemble(self.settings("submitter"), self.scorer).services
        caller = Caller(ACTOR, Purpose.ARREST)
        ready()
        for person in count(number * 1_000, 4):
            text = ndjson(*(search_line(person + line) for line in range(3)))
            self._note("batch", submit_batch(services, SubmitBatch(caller, text)))
            key = IdempotencyKey(f"person-{person}", "digest")
            command = line_reader(services.prints)(ndjson(search_line(person + 3)), caller, key)
            self._note("search", submit_search(services, command))

    def _note(self, kind: str, acknowledged: str) -> None:
        with self.notes.open("a") as file:
            file.write(f"{kind} {acknowledged}\n")

    def _work(self, runtime: Runtime, ahead: timedelta) -> Callable[[], int]:
        services, stopping = runtime.services, threading.Event()
        clock = services.surroundings.clock
        surroundings = replace(services.surroundings, clock=lambda: clock() + ahead)
        services = replace(services, surroundings=surroundings)
        policy = WorkerPolicy(lease=timedelta(seconds=30), searches=4, stored_together=3)
        searcher = BatchWorker(services, line_reader(services.prints), policy, stopping, _raise)
        courier = Courier(
            services, NotingSender(self.notes), mac_under(b"k" * 32), policy, stopping
        )
        return lambda: work_batches(searcher) + queue_messages(services) + deliver(courier)


def _kill_child(work: Callable[[Callable[[], None]], None], after_s: float) -> None:
    """Run work in a forked process and kill it so much processor time after it was ready.

    The kernel kills it, by a timer without a handler: on a busy machine it gets as far as on an
    idle one. A process that waits and computes nothing is killed after a while.
    """
    reading, writing = os.pipe()
    child = fork()
    if child == 0:
        try:
            work(partial(_be_killed_after, after_s, writing))
        finally:
            # No code of the test may continue in a forked process.
            os._exit(70)
    os.close(writing)
    assert os.read(reading, 1) == READY
    os.close(reading)
    latest = threading.Timer(_IDLE_S, os.kill, (child, signal.SIGKILL))
    latest.start()
    status = os.waitpid(child, 0)[1]
    latest.cancel()
    assert os.WTERMSIG(status) in {signal.SIGPROF, signal.SIGKILL}


def _be_killed_after(after_s: float, writing: int) -> None:
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    os.write(writing, READY)
    os.close(writing)
    signal.setitimer(signal.ITIMER_PROF, max(after_s, 1e-3))


def _raise(error: BaseException) -> None:
    raise error
