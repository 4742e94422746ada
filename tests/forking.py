"""Forked processes that a test kills: none of them may outlive the test and stall the suite."""

from __future__ import annotations

import os
import signal

DEADLINE_S = 120


def fork() -> int:
    """Fork as `os.fork` does; a child that hangs is ended by SIGALRM, and the test then fails.

    A process that has threads must not be forked lightly: a lock held by a thread stays held for
    ever in the child. So `make test` runs the browser tests, whose server and browser driver live
    in threads of the session, apart from all others.
    """
    child = os.fork()
    if child == 0:
        signal.alarm(DEADLINE_S)
    return child
