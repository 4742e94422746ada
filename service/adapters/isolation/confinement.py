"""Permanently removes from this process every right that reading bytes does not need.

It uses two locks of Linux. Neither can be opened from inside the process:

- seccomp refuses every system call except a few that compute, wait, and read and write open files
- Landlock refuses every file, port and signal to another process, in case a call is missing there

Both are called without a library, because no well-maintained library supports both.
"""

import ctypes
import os
import platform
import resource
import struct
import sys
from dataclasses import dataclass
from enum import StrEnum

_LANDLOCK_CREATE, _LANDLOCK_RESTRICT = 444, 446
_LANDLOCK_VERSION = 1
_SECCOMP_FILTER, _SECCOMP_ACTION_AVAILABLE = 1, 2
_ALL_THREADS = 1
_PR_SET_NO_NEW_PRIVS = 38
_EXECUTABLE = 4
"""PROT_EXEC of mmap and mprotect."""

_ALLOW, _REFUSE, _KILL = 0x7FFF_0000, 0x0005_0000 | 1, 0x8000_0000
"""Verdicts of a filter: allow; refuse with EPERM; kill the process."""
_LOAD, _EQUALS, _HAS, _ANSWER = 0x20, 0x15, 0x45, 0x06
"""Instructions of BPF: load a word, compare, test bits, return a verdict."""
_AT_NUMBER, _AT_MACHINE, _AT_THIRD = 0, 4, 32
"""Offsets in what the filter sees of a call. The third argument is the memory protection."""


class Lock(StrEnum):
    """A lock that the host may offer."""

    SECCOMP = "seccomp"
    LANDLOCK = "Landlock"


@dataclass(frozen=True, slots=True)
class _Machine:
    """A processor architecture and its system call numbers."""

    audit: int
    seccomp: int
    mapping: tuple[int, ...]
    """mmap, mprotect. They are allowed only for memory that is not executable."""
    allowed: tuple[int, ...]
    """read, write, close, fstat, lseek, munmap, brk, mremap, madvise, rt_sigprocmask,
    rt_sigreturn, sigaltstack, sched_yield, getpid, gettid, futex, restart_syscall, clock_gettime,
    clock_nanosleep, exit, exit_group, getrandom."""


_MACHINES = {
    "x86_64": _Machine(
        0xC000_003E,
        317,
        (9, 10),
        (
            *(0, 1, 3, 5, 8, 11, 12, 25, 28, 14, 15, 131, 24, 39, 186, 202, 219, 228, 230),
            *(60, 231, 318),
        ),
    ),
    "aarch64": _Machine(
        0xC000_00B7,
        277,
        (222, 226),
        (
            *(63, 64, 57, 80, 62, 215, 214, 216, 233, 135, 139, 132, 124, 172, 178, 98, 128),
            *(113, 115, 93, 94, 278),
        ),
    ),
}


def offered() -> tuple[Lock, ...]:
    """Return the locks that this host offers. Locks nothing."""
    machine = _machine()
    if machine is None:
        return ()
    refuse = ctypes.c_uint32(_REFUSE & ~0xFFFF)
    has_seccomp = (
        _call(machine.seccomp, _SECCOMP_ACTION_AVAILABLE, 0, ctypes.addressof(refuse)) == 0
    )
    return (Lock.SECCOMP,) * has_seccomp + (Lock.LANDLOCK,) * (_landlock_version() > 0)


def confine(processor_s: int) -> tuple[Lock, ...]:
    """Lock this process, and return the locks used: all those that the host offers.

    Afterwards the process cannot open, create or delete anything, connect to anyone or start a
    process. It ends when all its calls together have used `processor_s`. Raises OSError if an
    offered lock cannot be closed.
    """
    locks, machine = offered(), _machine()
    if locks:
        _demand(ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    if Lock.LANDLOCK in locks:
        _close_landlock()
    resource.setrlimit(resource.RLIMIT_CPU, (processor_s, processor_s))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    if machine is not None and Lock.SECCOMP in locks:
        _close_seccomp(machine)
    return locks


def _machine() -> _Machine | None:
    is_wide = sys.maxsize > 1 << 32
    return _MACHINES.get(platform.machine()) if sys.platform == "linux" and is_wide else None


def _call(number: int, *arguments: int) -> int:
    """Return the result of a system call; -1 for a failure, whose reason is in errno."""
    system = ctypes.CDLL(None, use_errno=True)
    return int(system.syscall(*(ctypes.c_long(one) for one in (number, *arguments))))


def _demand(answer: int) -> int:
    if answer < 0:
        raise OSError(ctypes.get_errno(), "this host cannot confine the process")
    return answer


def _landlock_version() -> int:
    return _call(_LANDLOCK_CREATE, 0, 0, _LANDLOCK_VERSION)


def _close_landlock() -> None:
    """Refuse everything that this kernel's Landlock can refuse. No rule allows anything."""
    version = _landlock_version()
    files = 0x1FFF | (version >= 2) << 13 | (version >= 3) << 14 | (version >= 5) << 15
    ports, others = 3 * (version >= 4), 3 * (version >= 6)
    known = struct.pack("=QQQ", files, ports, others)
    asked = ctypes.create_string_buffer(known, 8 * (1 + (version >= 4) + (version >= 6)))
    rules = _demand(_call(_LANDLOCK_CREATE, ctypes.addressof(asked), len(asked), 0))
    _demand(_call(_LANDLOCK_RESTRICT, rules, 0))
    os.close(rules)


def _close_seccomp(machine: _Machine) -> None:
    code = b"".join(_program(machine))
    steps = ctypes.create_string_buffer(code, len(code))
    program = ctypes.create_string_buffer(
        struct.pack("@HP", len(code) // 8, ctypes.addressof(steps))
    )
    _demand(_call(machine.seccomp, _SECCOMP_FILTER, _ALL_THREADS, ctypes.addressof(program)))


def _program(machine: _Machine) -> list[bytes]:
    """Return the instructions of the filter. A jump is the number of instructions to skip."""
    last = len(machine.allowed) + 5
    return [
        _step(_LOAD, _AT_MACHINE),
        _step(_EQUALS, machine.audit, yes=1),
        _step(_ANSWER, _KILL),
        _step(_LOAD, _AT_NUMBER),
        *(_step(_EQUALS, one, yes=last - at) for at, one in enumerate(machine.allowed)),
        *(_step(_EQUALS, one, yes=2 - at) for at, one in enumerate(machine.mapping)),
        _step(_ANSWER, _REFUSE),
        _step(_LOAD, _AT_THIRD),
        _step(_HAS, _EXECUTABLE, yes=0, no=1),
        _step(_ANSWER, _REFUSE),
        _step(_ANSWER, _ALLOW),
    ]


def _step(what: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", what, yes, no, value)
