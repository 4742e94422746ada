"""Collect once, then let forked processes run the tests: `--forks 4`.

pytest-xdist collects in every worker, fifteen seconds of a processor each. A fork shares what the
collection made. Tests that share what is made once stay together (`tests/grouping.py`). A worker
takes the next unit of tests from a pipe when it is idle; one that has grown is replaced. Where one
dies or hangs at a test, the test has failed, and another worker runs what it had still to run.
"""

from __future__ import annotations

import fcntl
import json
import os
import selectors
import struct
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from resource import RUSAGE_SELF, getpagesize, getrusage
from typing import Any

import pytest

from tests.ahead import keep
from tests.costs import LARGEST
from tests.grouping import units_of

LARGEST_WORKER_BYTES = 360 << 20
"""A worker with more memory of its own ends after its unit of tests, and a new one is forked."""
_PAGE_BYTES = getpagesize()
_NUMBER = struct.Struct("<I")
_PIPE_BYTES = 1 << 20
_READ_BYTES = 1 << 16


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the number of workers and the order of tests."""
    parser.addoption("--forks", type=int, default=0, help="processes forked after the collection")
    parser.addoption("--order", type=int, help="run units of tests in a random order of this seed")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the seed, so that an order can be repeated."""
    seed = terminalreporter.config.getoption("order")
    if seed is not None:
        terminalreporter.write_line(f"random order: --order {seed}")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> object:
    """Run the tests in forked processes, if there shall be any."""
    forks = session.config.getoption("forks")
    if not forks or session.config.option.collectonly:
        return None
    if session.testsfailed:
        raise session.Interrupted(f"{session.testsfailed} errors during collection")
    assert threading.active_count() == 1, threading.enumerate()
    keep()
    _Parent(session, units_of(session.items, session.config.getoption("order"))).run(forks)
    return True


class _Parent:
    """Forks workers, and hands their reports to pytest as its own."""

    def __init__(self, session: pytest.Session, units: list[list[int]]) -> None:
        self._session = session
        self._units = units
        self._base = session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
        self._takes = _filled_pipe(len(units))
        self._selector = selectors.DefaultSelector()
        self._forked = 0
        self._unread: dict[int, bytes] = {}
        self._last: dict[int, int] = {}
        """The number of the test that each worker began last, by its process id."""
        self._left: dict[int, list[int]] = {}
        """The tests that each worker has taken and not begun."""

    def run(self, forks: int) -> None:
        """Return once every unit was run, or the session was told to stop."""
        for _ in range(min(forks, len(self._units))):
            self._fork()
        while self._selector.get_map():
            for key, _ in self._selector.select():
                self._listen(key.fd, key.data)
            if self._session.shouldfail or self._session.shouldstop:
                # Workers find no further unit.
                while _take(self._takes) is not None:
                    pass
        os.close(self._takes)

    def _fork(self, first: Sequence[int] = ()) -> None:
        hears, says = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        base = self._base / f"fork{self._forked}"
        self._forked += 1
        worker = os.fork()
        if worker == 0:
            os.close(hears)
            _Worker(self._session, self._units, self._takes, says).work(base, first)
        os.close(says)
        self._left[worker] = list(first)
        self._unread[worker] = b""
        self._selector.register(hears, selectors.EVENT_READ, worker)

    def _listen(self, hears: int, worker: int) -> None:
        read = os.read(hears, _READ_BYTES)
        *lines, self._unread[worker] = (self._unread[worker] + read).split(b"\n")
        for line in lines:
            self._hear(worker, json.loads(line))
        if not read:
            self._selector.unregister(hears)
            os.close(hears)
            self._end(worker, os.waitpid(worker, 0)[1])

    def _hear(self, worker: int, told: dict[str, Any]) -> None:
        hook = self._session.config.hook
        if "takes" in told:
            self._left[worker] += self._units[told["takes"]]
        elif "begins" in told:
            self._last[worker] = told["begins"]
            self._left[worker].remove(told["begins"])
            item = self._session.items[told["begins"]]
            hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        elif "grown_to" in told:
            stash, first = self._session.config.stash, self._units[told["in"]][0]
            grown = told["grown_to"], self._session.items[first].nodeid
            stash[LARGEST] = max(stash.get(LARGEST, (0, "")), grown)
        else:
            report = hook.pytest_report_from_serializable(config=self._session.config, data=told)
            hook.pytest_runtest_logreport(report=report)

    def _end(self, worker: int, status: int) -> None:
        code = os.waitstatus_to_exitcode(status)
        if code == _REPLACE_ME:
            self._fork()
        elif code and worker not in self._last:
            # Another would not come further.
            self._session.shouldfail = f"a worker ended with {code} at its start"
        elif code:
            self._fail(self._session.items[self._last[worker]], f"its worker ended with {code}")
            self._fork(self._left[worker])

    def _fail(self, item: pytest.Item, why: str) -> None:
        cost = {"cpu_s": 0.0, "shared_cpu_s": 0.0, "slowness": 1.0}
        report = pytest.TestReport(
            item.nodeid, item.location, {}, outcome="failed", longrepr=why, when="call", **cost
        )
        item.config.hook.pytest_runtest_logreport(report=report)


_REPLACE_ME = 75


class _Worker:
    """Runs units of tests in a process of its own."""

    def __init__(
        self, session: pytest.Session, units: list[list[int]], takes: int, says: int
    ) -> None:
        self._session = session
        self._units = units
        self._takes = takes
        self._teller = _Teller(session.config, says)
        self._code = 0
        self._faults = getrusage(RUSAGE_SELF).ru_minflt
        self._own_bytes = own_bytes()

    def work(self, base: Path, first: Sequence[int]) -> None:
        """Run these tests first, then units until there is no further one; never return."""
        code = 1
        try:
            self._prepare(base)
            self._run(chain(first, self._numbers()))
            code = self._code
        except BaseException as failure:  # noqa: BLE001  # the worker must end here
            os.write(2, "".join(traceback.format_exception(failure)).encode())
        finally:
            sys.stdout.flush()
            os._exit(code)

    def _prepare(self, base: Path) -> None:
        config = self._session.config
        if capture := config.pluginmanager.getplugin("capturemanager"):
            # The files that take the output would be written by all workers at one place.
            capture.stop_global_capturing()
            capture.start_global_capturing()
        config.pluginmanager.unregister(name="terminalreporter")
        config.pluginmanager.register(self._teller, "teller")
        base.mkdir()
        config._tmp_path_factory._basetemp = base  # type: ignore[attr-defined]

    def _run(self, numbers: Iterator[int]) -> None:
        items = self._session.items
        number = next(numbers, None)
        while number is not None:
            # pytest tears down what the following test does not need.
            following = next(numbers, None)
            item = items[number]
            self._teller.tell({"begins": number})
            item.config.hook.pytest_runtest_protocol(
                item=item, nextitem=None if following is None else items[following]
            )
            number = following

    def _numbers(self) -> Iterator[int]:
        """Yield the numbers of tests, looking one ahead: then the next unit is taken."""
        unit = None
        while (taken := _take(self._takes)) is not None:
            unit = taken
            self._teller.tell({"takes": unit})
            yield from self._units[unit]
            if self._has_grown(unit) or self._had_a_browser(unit):
                self._code = _REPLACE_ME
                return
        if unit is not None:
            self._measure(unit)

    def _has_grown(self, unit: int) -> bool:
        """Return whether this worker is too large; the kernel walks all its pages to tell.

        That takes 15 ms. Each page of its own cost a fault: too few faults, and it need not ask.
        """
        faults = getrusage(RUSAGE_SELF).ru_minflt
        if self._own_bytes + (faults - self._faults) * _PAGE_BYTES <= LARGEST_WORKER_BYTES:
            return False
        self._measure(unit)
        return self._own_bytes > LARGEST_WORKER_BYTES

    def _measure(self, unit: int) -> None:
        self._faults, self._own_bytes = getrusage(RUSAGE_SELF).ru_minflt, own_bytes()
        self._teller.tell({"grown_to": self._own_bytes, "in": unit})

    def _had_a_browser(self, unit: int) -> bool:
        """Return whether the server and the browser driver of a unit live in threads of here.

        Tests that fork must not run beside them (`tests/forking.py`).
        """
        (first, *_) = self._units[unit]
        return self._session.items[first].get_closest_marker("e2e") is not None


class _Teller:
    """Sends each report to the process that prints."""

    def __init__(self, config: pytest.Config, says: int) -> None:
        self._config = config
        self._out = os.fdopen(says, "w", buffering=1)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        hook = self._config.hook
        self.tell(hook.pytest_report_to_serializable(config=self._config, report=report))

    def tell(self, told: object) -> None:
        """Send one line."""
        self._out.write(f"{json.dumps(told, default=str)}\n")


def _filled_pipe(units: int) -> int:
    takes, gives = os.pipe()
    fcntl.fcntl(gives, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    os.write(gives, b"".join(_NUMBER.pack(number) for number in range(units)))
    os.close(gives)
    return takes


def _take(takes: int) -> int | None:
    read = os.read(takes, _NUMBER.size)
    return int(_NUMBER.unpack(read)[0]) if read else None


def own_bytes() -> int:
    """Return the memory of this process that it shares with no other."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Private_"))
