"""The child processes of the service with one more task: code of a stranger, running inside."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable

import service.adapters.prints.tasks as prints
import service.adapters.uploads.pdfs as uploads
from service.adapters.isolation.frames import Frame
from tests.unit.service.adapters.isolation.attempts import ATTEMPTS, Around

NOTHING = ctypes.c_long(-1)
_watched: list[str] = []


def prepare(extractor: str) -> None:
    """Prepare both processes, and note from then on what Python opens or imports."""
    prints.prepare(extractor)
    uploads.prepare("")
    sys.addaudithook(_note)


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if event in {"open", "import", "ctypes.dlopen", "os.listdir"}:
        _watched.append(f"{event} {arguments[0]}")


def _attempt(call: Frame) -> Frame:
    try:
        done = ATTEMPTS[call.header["name"]](Around(**call.header["around"]))
    except (OSError, RuntimeError, ValueError) as error:
        return Frame({"done": False, "errno": getattr(error, "errno", None)})
    return Frame({"done": done})


def _system_calls(call: Frame) -> Frame:
    """Return the errors of system calls by number, each with arguments that mean nothing."""
    system = ctypes.CDLL(None, use_errno=True).syscall
    found = {}
    for number in call.header["numbers"]:
        ctypes.set_errno(0)
        system(ctypes.c_long(number), *(NOTHING,) * 6)
        found[str(number)] = ctypes.get_errno()
    return Frame({"errors": found})


def _opened(_: Frame) -> Frame:
    """Return what was opened since it was asked before."""
    opened = _watched[:]
    _watched.clear()
    return Frame({"opened": opened})


TASKS: dict[str, Callable[[Frame], Frame]] = {
    **prints.TASKS,
    **uploads.TASKS,
    "attempt": _attempt,
    "system calls": _system_calls,
    "opened": _opened,
}
