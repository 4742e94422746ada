"""Tasks of a child process that misbehaves, for the tests of its parent."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from domain.errors import UnreadablePrintError
from service.adapters.isolation.frames import Frame


def _echo(call: Frame) -> Frame:
    return Frame({"said": call.header["said"]}, call.blobs)


def _sleep(call: Frame) -> Frame:
    time.sleep(60)
    return Frame({})


def _spin(call: Frame) -> Frame:
    while True:
        pass


def _allocate(call: Frame) -> Frame:
    return Frame({}, (bytes(3 * 1024**3),))


def _crash(call: Frame) -> Frame:
    ctypes.string_at(0)
    return Frame({})


def _exit(call: Frame) -> Frame:
    os._exit(0)


def _refuse(call: Frame) -> Frame:
    raise UnreadablePrintError("This is the sentence.")


def _fault(call: Frame) -> Frame:
    raise RuntimeError("a secret of the file")


def _chatter(call: Frame) -> Frame:
    sys.stdout.write("noise" * 100)
    sys.stdout.flush()
    os.write(1, b"noise")
    sys.stderr.write("noise")
    return Frame({"said": "clear"})


def _garble(call: Frame) -> Frame:
    return Frame({}, ()) if call.blobs else Frame({"refused": 5})


def _write(call: Frame) -> Frame:
    try:
        Path(call.header["path"]).write_bytes(b"x")
    except OSError:
        return Frame({"wrote": False})
    return Frame({"wrote": True})


def _environment(call: Frame) -> Frame:
    return Frame({"names": sorted(os.environ)})


def prepare(_: str) -> None:
    """These tasks need nothing."""


TASKS: dict[str, Callable[[Frame], Frame]] = {
    "allocate": _allocate,
    "chatter": _chatter,
    "crash": _crash,
    "echo": _echo,
    "environment": _environment,
    "exit": _exit,
    "fault": _fault,
    "garble": _garble,
    "refuse": _refuse,
    "sleep": _sleep,
    "spin": _spin,
    "write": _write,
}
