"""Second servers on a store that die in the middle of an enrolment.

Run as `python -m tests.integration.chaos.dying_writer STORE DATABASE_URL NUMBER...`: for each
number a process opens the store, enrols a person as a server does, and is killed before its n-th
statement, if that is before the commit; number 0 lets it live. Prints the wait statuses as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event

from matching.scorer import Scorer, load_scorer
from service.bootstrap.runtime import assemble
from service.settings import Settings, load_settings
from service.usecases.people.enrolment import Enrol, NewRecord, enrol
from tests.contract.builders import NOON
from tests.forking import in_child
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


def main(store: Path, database_url: str, fatal: list[int]) -> None:
    """Let one after the other try, and tell how each ended."""
    settings, scorer = load_settings(store=store, database_url=database_url), load_scorer()
    ended = [in_child(partial(enrol_or_die, settings, scorer, number)) for number in fatal]
    print(json.dumps(ended))  # noqa: T201  # the answer of the program


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], [int(number) for number in sys.argv[3:]])
