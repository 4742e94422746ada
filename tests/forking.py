"""Forked processes that a test kills: none may outlive the test and stall the suite."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable

DEADLINE_S = 120
_FILE_EVENTS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir"}


def fork() -> int:
    """Fork as `os.fork` does; SIGALRM ends a hanging child, and the test then fails.

    Forking a process with threads is risky: a lock held by a thread stays locked for ever in the
    child. So `make test` runs the browser tests, whose server and browser driver live in threads
    of the session, apart from all others.
    """
    child = os.fork()
    if child == 0:
        signal.alarm(DEADLINE_S)
    return child


def killed_at_file_event(number: int) -> None:
    """Make this process die at its n-th file operation from now."""
    count = 0

    def hook(event: str, _: tuple[object, ...]) -> None:
        nonlocal count
        if event in _FILE_EVENTS:
            count += 1
            if count == number:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def killed_after(seconds: float) -> None:
    """Make this process die after so much processor time: no handler catches the signal."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, seconds)


def in_child(task: Callable[[], None]) -> int:
    """Run a task in a forked child and return its wait status."""
    child = fork()
    if child:
        return os.waitpid(child, 0)[1]
    try:
        task()
    except BaseException as failure:  # noqa: BLE001  # the child must end here, whatever happened
        sys.stderr.write(f"{type(failure).__name__}: {failure}\n")
        os._exit(1)
    os._exit(0)
