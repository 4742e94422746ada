"""What code that has taken the child process over would try; each does it or raises.

`python attempts.py NAME JSON` tries one in a process without locks.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import mmap
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Around:
    """What stands around the process."""

    directory: str
    """With `key` and `victim`, files, and the socket `door`."""
    port: int
    """Listens."""
    process: int
    """Another process of the same user."""


def libc(name: str, *arguments: int) -> int:
    """Call a function of the C library; raises OSError."""
    answer = getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments)
    if answer == -1:
        raise OSError(ctypes.get_errno(), name)
    return int(answer)


def read(around: Around) -> bool:
    return Path(around.directory, "key").read_bytes() == b"secret"


def see(around: Around) -> bool:
    return os.stat(f"{around.directory}/key").st_size == 6  # noqa: PTH116 - one call alone


def list_files(around: Around) -> bool:
    return "key" in os.listdir(around.directory)  # noqa: PTH208 - one call alone


def read_of_another_process(around: Around) -> bool:
    return bool(Path(f"/proc/{around.process}/environ").read_bytes())


def make(around: Around) -> bool:
    return Path(around.directory, "made").touch() is None


def overwrite(around: Around) -> bool:
    return os.open(f"{around.directory}/victim", os.O_WRONLY) >= 0


def cut(around: Around) -> bool:
    return os.truncate(f"{around.directory}/victim", 0) is None


def delete(around: Around) -> bool:
    return os.unlink(f"{around.directory}/victim") is None  # noqa: PTH108 - one call alone


def rename(around: Around) -> bool:
    return os.rename(f"{around.directory}/victim", f"{around.directory}/x") is None  # noqa: PTH104


def link(around: Around) -> bool:
    return os.symlink("key", f"{around.directory}/link") is None  # noqa: PTH211 - one call alone


def link_hard(around: Around) -> bool:
    return os.link(f"{around.directory}/key", f"{around.directory}/hard") is None


def make_directory(around: Around) -> bool:
    return os.mkdir(f"{around.directory}/directory") is None  # noqa: PTH102 - one call alone


def open_to_others(around: Around) -> bool:
    return os.chmod(f"{around.directory}/victim", 0o640) is None  # noqa: PTH101


def move(around: Around) -> bool:
    return os.chdir(around.directory) is None


def make_file_in_memory(_: Around) -> bool:
    return os.memfd_create("x") >= 0


def connect(around: Around) -> bool:
    return socket.socket().connect(("127.0.0.1", around.port)) is None


def connect_locally(around: Around) -> bool:
    return socket.socket(socket.AF_UNIX).connect(f"{around.directory}/door") is None


def send(around: Around) -> bool:
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    return sender.sendto(b"secret", ("127.0.0.1", around.port)) == 6


def listen(_: Around) -> bool:
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    return server.listen() is None


def pair(_: Around) -> bool:
    return len(socket.socketpair()) == 2


def execute(_: Around) -> bool:
    os.execv("/bin/echo", ["echo", "done"])  # noqa: S606 - what it is about
    return False


def spawn(_: Around) -> bool:
    return os.posix_spawn("/bin/true", ["true"], {}) > 0


def fork(_: Around) -> bool:
    made = os.fork()
    if made == 0:
        os._exit(0)
    return os.waitpid(made, 0)[1] == 0


def start_thread(_: Around) -> bool:
    return threading.Thread(target=time.time).start() is None


def signal_another(around: Around) -> bool:
    return os.kill(around.process, signal.SIGTERM) is None


def ask_for_another(around: Around) -> bool:
    return os.pidfd_open(around.process) >= 0


def trace(around: Around) -> bool:
    return libc("ptrace", 0x4206, around.process, 0, 0) == 0  # PTRACE_SEIZE


def make_memory_executable(_: Around) -> bool:
    return len(mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC)) == 4096


def make_own_memory_executable(_: Around) -> bool:
    page = mmap.mmap(-1, 4096)
    at = ctypes.addressof(ctypes.c_char.from_buffer(page))
    call = ctypes.CDLL(None, use_errno=True).mprotect
    if call(ctypes.c_void_p(at), ctypes.c_size_t(4096), 5) == -1:
        raise OSError(ctypes.get_errno(), "mprotect")
    return True


def raise_limits(_: Around) -> bool:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard)) is None


def handle_signals(_: Around) -> bool:
    return signal.signal(signal.SIGXCPU, signal.SIG_IGN) is not None


def leave_the_session(_: Around) -> bool:
    return libc("unshare", 0x200) == 0  # CLONE_FS


def change_user(_: Around) -> bool:
    return os.setuid(os.getuid()) is None


def steer_a_file(_: Around) -> bool:
    return fcntl.fcntl(0, fcntl.F_GETFL) >= 0


def make_pipe(_: Around) -> bool:
    return len(os.pipe()) == 2


ATTEMPTS: dict[str, Callable[[Around], bool]] = {
    one.__name__: one
    for one in (
        *(read, see, list_files, read_of_another_process, make, overwrite, cut, delete, rename),
        *(link, link_hard, make_directory, open_to_others, move, make_file_in_memory),
        *(connect, connect_locally, send, listen, pair, make_pipe),
        *(execute, spawn, fork, start_thread, signal_another, ask_for_another, trace),
        *(make_memory_executable, make_own_memory_executable, raise_limits, handle_signals),
        *(leave_the_session, change_user, steer_a_file),
    )
}

if __name__ == "__main__" and ATTEMPTS[sys.argv[1]](Around(**json.loads(sys.argv[2]))):
    sys.stdout.write("done\n")
