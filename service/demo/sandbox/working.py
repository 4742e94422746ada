"""The sandbox's own worker: batches are worked and webhooks sent without another process."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from service.bootstrap import Runtime
from service.cli.serving.worker import loops_of, rounds_of
from service.cli.serving.working import run_together
from service.logs import LogEvent, build_logger, failure_note
from service.usecases.leasing import WorkerPolicy

_LEASE = timedelta(seconds=60)


@contextmanager
def working(runtime: Runtime) -> Iterator[None]:
    """Work until the block ends, in threads of this process, which share the moved clock."""
    stopping = threading.Event()
    note = failure_note(build_logger(sys.stderr, "error"), LogEvent.WORK_FAILED)
    policy = WorkerPolicy(lease=_LEASE, stored_together=1, deliveries=1)
    with rounds_of(runtime, policy, stopping, note) as rounds:
        loops = loops_of(rounds, stopping, note)
        thread = threading.Thread(target=run_together, args=(loops, stopping), daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopping.set()
            thread.join()
