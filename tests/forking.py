"""Forked processes that a test kills: none may outlive the test and stall the suite."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
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


def printed_by_child(program: Callable[[], int], *, seconds: int) -> str:
    """Run a program in a forked child, so that it need not import all anew; return what it prints.

    Raises AssertionError when it does not end with 0 in time.
    """
    with tempfile.TemporaryFile("w+") as printed:

        def task() -> None:
            signal.alarm(seconds)
            sys.stdout = printed
            code = program()
            printed.flush()
            os._exit(code)

        status = in_child(task)
        printed.seek(0)
        assert os.waitstatus_to_exitcode(status) == 0, "see what it wrote to standard error"
        return printed.read()
