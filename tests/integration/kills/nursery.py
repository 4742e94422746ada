"""A process that has imported identlink and forks the processes of a test, which are killed.

Starting a process is mostly importing. A hundred of them, forked from here, start in a third of
the time; after that each is a process like any other.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import typer

from service.adapters.surroundings import surroundings, utc_now
from service.bootstrap import desks, runtime, stores
from service.main import app, run
from tests.forking import fork

LONGEST_LIFE_S = 900
"""After this a process that was not killed ends by itself."""


def main() -> None:
    """Fork a process for each line of standard input, and answer each with its number."""
    # What all commands need is loaded once, not by each child.
    dict(typer.main.get_group(app).commands)
    # This process does not wait for its children; the test that kills them watches them.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        order = json.loads(line)
        child = fork()
        if child == 0:
            _set_clock(timedelta(seconds=order["ahead_s"]))
            _live(order["arguments"], Path(order["says"]), Path(order["log"]))
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


def _set_clock(ahead: timedelta) -> None:
    """Let the process live at another time than the true one."""

    def clock() -> datetime:
        return utc_now() + ahead

    runtime.surroundings = stores.surroundings = lambda: replace(surroundings(), clock=clock)
    desks.utc_now = stores.utc_now = clock  # type: ignore[assignment]  # of no arguments, too


def _live(arguments: list[str], says: Path, log: Path) -> None:
    signal.alarm(LONGEST_LIFE_S)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for name, flags, number in (
        (Path(os.devnull), os.O_RDONLY, 0),
        (says, os.O_WRONLY, 1),
        (log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 2),
    ):
        os.dup2(os.open(name, flags), number)
    sys.argv = ["identlink", *arguments]
    try:
        run()
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()
