"""The process that reads untrusted files: sets limits and locks, then answers calls in turn.

It has no settings, no database and no key. Its environment is empty, and the output of its
libraries is discarded. Everything it needs is imported and opened before the locks close and the
first call is answered.
"""

import importlib
import os
import resource
import sys
from typing import Any, BinaryIO

from domain.errors import LinkingError
from service.adapters.isolation.confinement import Lock, confine
from service.adapters.isolation.frames import Frame, FrameError, packed, received


def main(
    tasks_module: str, address_space_mb: int, processor_s: int, *, prepared: str, is_demanded: bool
) -> None:
    """Answer calls with the `TASKS` of a module until the parent closes the pipe.

    `prepared` is passed to the module's `prepare`. If seccomp `is_demanded` but this host does not
    offer it, the process reports that and ends.
    """
    answers = _own_answers()
    _lower_limits(address_space_mb)
    # Imported under the limits, because the limits are meant for the decoders.
    module: Any = importlib.import_module(tasks_module)
    module.prepare(prepared)
    locks = confine(processor_s)
    _say(answers, Frame({"locks": locks}))
    if is_demanded and Lock.SECCOMP not in locks:
        return
    while (call := _next(sys.stdin.buffer)) is not None:
        try:
            answer = module.TASKS[call.header["task"]](call)
        except LinkingError as error:
            answer = Frame({"refused": error.code, "detail": error.detail})
        except MemoryError:
            answer = Frame({"refused": "memory"})
        except Exception:  # noqa: BLE001 - the outermost edge: a decoder may raise anything
            answer = Frame({"refused": "fault"})
        _say(answers, answer)


def _say(answers: BinaryIO, answer: Frame) -> None:
    answers.write(packed(answer))
    answers.flush()


def _own_answers() -> BinaryIO:
    """Return the pipe to the parent. Afterwards no library can print into it."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return answers


def _lower_limits(address_space_mb: int) -> None:
    size = address_space_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _next(calls: BinaryIO) -> Frame | None:
    def read(size: int) -> bytes:
        found = calls.read(size)
        if len(found) < size:
            raise FrameError
        return found

    try:
        return received(read)
    except FrameError:
        return None
