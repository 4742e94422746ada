"""Second servers on a store that die in the middle of an enrolment.

Each is a process that opens the store, enrols a person as a server does, and is killed before its
n-th statement, if that is before the commit; number 0 lets it live.
"""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing import Pipe
from multiprocessing.connection import Connection as PipeEnd
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event

from matching.scorer import Scorer
from service.bootstrap.runtime import assemble
from service.settings import Settings, load_settings
from service.usecases.people.enrolment import Enrol, NewRecord, enrol
from tests.ahead import shipped_model
from tests.contract.builders import NOON
from tests.forking import fork, in_child
from tests.integration.kills.people import details, impressions
from tests.integration.kills.work import CALLER

_PERSON = 77


def enrol_or_die(settings: Settings, scorer: Scorer, fatal: int) -> None:
    """Enrol a person, and die on the way."""
    runtime = assemble(settings, scorer)
    seen, is_committed = 0, False

    def count(*_: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == fatal and not is_committed:
            os.kill(os.getpid(), signal.SIGKILL)

    def commit(_: Connection) -> None:
        nonlocal is_committed
        is_committed = True

    engine = runtime.services.units.engine
    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "commit", commit)
    person = _PERSON + fatal
    command = Enrol(CALLER, NOON, impressions(person), NewRecord(details(person)))
    enrol(runtime.services, command)
    runtime.close()


@contextmanager
def other_writers() -> Iterator[Callable[..., list[int]]]:
    """Yield what lets one writer after the other try, and tells how each ended.

    They are forked from a child of this moment: before this process has opened a store, which has
    threads. Given are the store, the address of its database and the number of each writer.
    """
    ours, theirs = Pipe()
    child = fork()
    if child == 0:
        ours.close()
        _let_write(theirs)
    theirs.close()

    def let_write(store: Path, database_url: str, *fatal: int) -> list[int]:
        ours.send((store, database_url, fatal))
        return list(ours.recv())

    try:
        yield let_write
    finally:
        ours.close()
        os.waitpid(child, 0)


def _let_write(told: PipeEnd) -> None:
    try:
        store, database_url, fatal = told.recv()
        settings = load_settings(store=store, database_url=database_url)
        writers = (partial(enrol_or_die, settings, shipped_model(), number) for number in fatal)
        told.send([in_child(writer) for writer in writers])
    except BaseException:  # noqa: BLE001  # the child must end here, whatever happened
        traceback.print_exc()
        os._exit(1)
    os._exit(0)
