"""Code that takes over the process that reads strangers' files reaches nothing outside it."""

from __future__ import annotations

import errno
import json
import platform
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from domain.applications.declarations import DocumentUse
from domain.errors import ConfigurationError, UnreadablePrintError, UploadRefusedError
from service.adapters.isolation import confinement
from service.adapters.isolation.confinement import Lock
from service.adapters.isolation.frames import Frame, Limits
from service.adapters.isolation.worker import Worker
from service.ports.print_reading import UNSTATED
from tests.unit.service.adapters.extraction.test_extractors import drawn
from tests.unit.service.adapters.isolation import attempts
from tests.unit.service.adapters.isolation.attempts import ATTEMPTS
from tests.unit.service.adapters.prints.test_hostile_files import seeds
from tests.unit.service.adapters.uploads.pdf_files import PLAIN_PDF

TASKS = "tests.unit.service.adapters.isolation.taken_over"
PROBES = {335, 336} if platform.machine() == "x86_64" else set()
"""uretprobe and uprobe, which kernels let past every filter, and refuse outside their own code."""
X32 = 1 << 30
"""The bit of the other set of system calls that some kernels of x86-64 have."""


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker(TASKS, Limits(), prepared="nbis") as started:
        yield started


@pytest.fixture
def around(tmp_path: Path) -> Iterator[dict[str, Any]]:
    (tmp_path / "key").write_bytes(b"secret")
    (tmp_path / "victim").write_bytes(b"evidence")
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as server,
        closing(socket.socket(socket.AF_UNIX)) as door,
        subprocess.Popen(["/bin/sleep", "60"]) as other,
    ):
        # The path of a socket is short.
        with chdir(tmp_path):
            door.bind("door")
        door.listen()
        yield asdict(attempts.Around(str(tmp_path), server.getsockname()[1], other.pid))
        other.kill()


@pytest.mark.dear("starts the process that reads files, with its extractor")
@pytest.mark.parametrize("name", ATTEMPTS)
def test_code_inside_reaches_nothing(worker: Worker, around: dict[str, Any], name: str) -> None:
    answer = worker.ask(Frame({"task": "attempt", "name": name, "around": around})).header

    assert answer["done"] is False, name
    # A thread that does not start raises an error without a number.
    assert answer["errno"] in {errno.EPERM, errno.EACCES, errno.EMFILE, None}
    assert sorted(one.name for one in Path(around["directory"]).iterdir()) == [
        *("door", "key", "victim"),
    ]
    assert Path(around["directory"], "victim").read_bytes() == b"evidence"
    assert Path(f"/proc/{around['process']}/stat").read_text().split()[2] in "DRS"


@pytest.mark.parametrize("name", ATTEMPTS)
def test_the_same_code_reaches_all_that_without_locks(around: dict[str, Any], name: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter and file
        [sys.executable, attempts.__file__, name, json.dumps(around)],
        capture_output=True,
        timeout=30,
        check=False,
    )

    assert done.stdout == b"done\n", done.stderr


@pytest.mark.parametrize(
    "name",
    [
        *("read", "list_files", "make", "overwrite", "cut", "delete", "rename", "link"),
        *("make_directory", "connect", "listen", "execute", "signal_another", "trace"),
    ],
)
def test_landlock_holds_where_the_list_of_system_calls_should_not(
    around: dict[str, Any], name: str
) -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", _LANDLOCK_ALONE, name, json.dumps(around)],
        capture_output=True,
        timeout=30,
        check=False,
        cwd=Path(__file__).parents[5],
    )

    assert b"PermissionError" in done.stderr
    assert done.stdout == b""


_LANDLOCK_ALONE = """
import ctypes, json, sys
from service.adapters.isolation import confinement
from tests.unit.service.adapters.isolation.attempts import ATTEMPTS, Around
ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
confinement._close_landlock()
print("done" if ATTEMPTS[sys.argv[1]](Around(**json.loads(sys.argv[2]))) else "not done")
"""


def test_every_system_call_but_the_listed_ones_is_refused(worker: Worker) -> None:
    machine = confinement._MACHINES[platform.machine()]
    listed = {*machine.allowed, *machine.mapping}
    numbers = [one for one in range(1_024) if one not in listed | PROBES]
    others = [X32 | one for one in range(1_024)]

    errors = worker.ask(Frame({"task": "system calls", "numbers": numbers})).header["errors"]
    more = worker.ask(Frame({"task": "system calls", "numbers": others})).header["errors"]

    assert len(listed) == 24
    assert len(errors) == len(numbers)
    assert set(errors.values()) == {errno.EPERM}
    assert set(more.values()) == {errno.EPERM}


def test_readers_and_checkers_need_nothing_that_is_locked(worker: Worker) -> None:
    """A module that is imported late would be missing: a file would be called unreadable."""
    worker.ask(Frame({"task": "opened"}))
    stated = asdict(UNSTATED)
    for data in seeds().values():
        worker.ask(Frame({"task": "read", "stated": stated}, (data,)))
        with pytest.raises(UnreadablePrintError):
            worker.ask(Frame({"task": "read", "stated": stated}, (data[: len(data) // 3],)))
    print_ = drawn().image
    header = {
        "task": "find",
        "extractor": "nbis",
        "pixels": print_.shape,
        "ppi": 500,
        "impression_type": "plain",
    }
    found = worker.ask(Frame(header, (print_.tobytes(),)))
    for data in (seeds()["JPEG"], seeds()["PNG"], PLAIN_PDF, PLAIN_PDF[:40]):
        with pytest.raises((UploadRefusedError, UnreadablePrintError)):
            worker.ask(Frame({"task": "check", "use": DocumentUse.PORTRAIT.value}, (data,)))
    plain = worker.ask(Frame({"task": "check", "use": DocumentUse.PAPER.value}, (PLAIN_PDF,)))

    assert len(found.blobs) == 1
    assert plain.header == {"media_type": "application/pdf"}
    assert worker.ask(Frame({"task": "opened"})).header["opened"] == []


def test_a_host_without_seccomp_needs_the_word_of_its_operator(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("service.adapters.isolation.worker._START", _ON_AN_OLD_HOST)
    demanding = Worker(TASKS)
    accepting = Worker(TASKS, may_be_unlocked=True)

    with demanding, pytest.raises(ConfigurationError, match="IDENTLINK_UNLOCKED_READERS"):
        demanding.ask(Frame({"task": "opened"}))
    with accepting:
        assert accepting.ask(Frame({"task": "opened"})).header["opened"] == []


_ON_AN_OLD_HOST = """
import sys; sys.path.insert(0, sys.argv[1])
from service.adapters.isolation import confinement
confinement._MACHINES.clear()
from service.adapters.isolation.child import main
main(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]),
     prepared=sys.argv[5], is_demanded=sys.argv[6] == 'demanded')
"""


def test_the_host_of_the_tests_offers_both_locks() -> None:
    assert confinement.offered() == (Lock.SECCOMP, Lock.LANDLOCK)
