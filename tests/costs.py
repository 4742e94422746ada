"""What tests cost: the dearest ten, the processor time of all, and a limit for each.

Processor time is that of the process and of the children it has waited for; time spent waiting
for a database server or a busy machine does not count. A test over two seconds needs the mark
`dear` with the reason, or the run fails. A busy machine takes more processor time for the same
work: where a test is over the limit, a fixed piece of work tells how much more. `python -m
tests.costs`, a part of `make check`, repeats what the runs found and no mark explains since.
"""

from __future__ import annotations

import ast
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Generator, Mapping, Set
from pathlib import Path
from typing import Any

import pytest

LARGEST = pytest.StashKey[tuple[int, str]]()
"""How many bytes a worker grew to that it shares with no other process; the test its unit began
with.
"""
LIMIT_CPU_S = 2.0
BUSY = 2.0
"""What a test takes differs up to that much from run to run, on one machine."""
YARDSTICK_CPU_S = 0.0104
"""What `slowness` measured on a quiet machine (Python 3.11, five runs: 0.0100 to 0.0110)."""
_WORTH_A_LOOK_CPU_S = LIMIT_CPU_S / 4
"""Steps of a test that take more than this are compared with what the machine takes just then."""
DEAREST = 10
_KEPT = "identlink/dear-without-a-reason"
FILE = Path(".pytest_cache/v") / _KEPT


def _cpu_s() -> float:
    spent = os.times()
    return time.process_time() + spent.children_user + spent.children_system


def slowness() -> float:
    """Return how many times longer than a quiet machine this one takes now; at least 1."""
    begun_s = time.process_time()
    sum(number * number % 7 for number in range(200_000))
    return max(1.0, (time.process_time() - begun_s) / YARDSTICK_CPU_S)


class _Meter:
    """Reads the processor time of each phase of each test, where the test runs."""

    def __init__(self) -> None:
        self._last = _cpu_s()
        self._shared = 0.0

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any]
    ) -> Generator[None, object, object]:
        """Leave what is made for several tests out of the cost of the first."""
        before, shared = _cpu_s(), self._shared
        made = yield
        if fixturedef.scope != "function":
            self._shared = shared + _cpu_s() - before
        return made

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self) -> Generator[None, object, object]:
        self._last, self._shared = _cpu_s(), 0.0
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, Any, Any]:
        report = yield
        now = _cpu_s()
        spent, self._last = now - self._last, now
        # What is torn down may have served many tests, a browser for instance.
        report.shared_cpu_s = spent if report.when == "teardown" else self._shared
        report.cpu_s = spent - report.shared_cpu_s
        report.slowness = slowness() if report.cpu_s > _WORTH_A_LOOK_CPU_S else 1.0
        self._shared, self._last = 0.0, _cpu_s()
        return report


class _Costs:
    """Adds up what the reports say, where the results are printed."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._started_s = time.monotonic()
        self._of_tests: dict[str, float] = defaultdict(float)
        self._on_quiet: dict[str, float] = defaultdict(float)
        self._of_shared = 0.0
        self._faults: list[str] = []

    def pytest_runtest_logreport(self, report: Any) -> None:
        self._of_tests[report.nodeid] += report.cpu_s
        self._on_quiet[report.nodeid] += report.cpu_s / report.slowness
        self._of_shared += report.shared_cpu_s

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail the run if a test is over the limit without a reason."""
        dear = {item.nodeid for item in session.items if _may_be_dear(item)}
        found = without_reason(self._on_quiet, dear)
        self._faults = sentences(found)
        if cache := getattr(self._config, "cache", None):
            before = cache.get(_KEPT, {})
            others = {test: s for test, s in before.items() if test not in self._of_tests}
            cache.set(_KEPT, others | found)
        if self._faults and not session.exitstatus:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self._of_tests:
            return
        write = terminalreporter.write_line
        terminalreporter.section("processor time")
        for test, cpu_s in sorted(self._of_tests.items(), key=lambda pair: -pair[1])[:DEAREST]:
            write(f"{cpu_s:6.1f} s  {test}")
        write(f"{self._of_shared:6.1f} s  fixtures that several tests share")
        write(f"{sum(self._of_tests.values()) + self._of_shared:6.0f} s  all tests and fixtures")
        by_clock_s = time.monotonic() - self._started_s
        write(f"{_cpu_s():6.0f} s  with collection; {by_clock_s:.0f} s by the clock")
        largest_bytes, test = self._config.stash.get(LARGEST, (0, "no test"))
        write(f"{largest_bytes >> 20:6d} MB largest worker, without what workers share: {test}")
        for fault in self._faults:
            write(fault, red=True)


def _may_be_dear(item: pytest.Item) -> bool:
    """Return whether a test says why it is dear, or is one of those that are run by themselves."""
    return any(item.get_closest_marker(name) for name in ("dear", "slow", "interop", "cluster"))


def without_reason(costs: Mapping[str, float], dear: Set[str]) -> dict[str, float]:
    """Return the tests, with their seconds, that are over the limit and have no mark `dear`."""
    most_s = LIMIT_CPU_S * BUSY
    return {test: cpu_s for test, cpu_s in costs.items() if cpu_s > most_s and test not in dear}


def sentences(found: Mapping[str, float]) -> list[str]:
    """Return what to do about each of these tests."""
    return [
        f"{test} takes {cpu_s:.1f} s of a processor: make it cheaper, or mark it"
        f" @pytest.mark.dear(reason) (limit {LIMIT_CPU_S:.0f} s, twice that on a busy machine)"
        for test, cpu_s in sorted(found.items())
    ]


def main() -> int:
    """Print what the last runs found and no mark explains since; return 1 if that is anything."""
    kept: dict[str, float] = json.loads(FILE.read_text()) if FILE.exists() else {}
    found = sentences(without_reason(kept, {test for test in kept if _is_marked(test)}))
    sys.stdout.write("".join(f"{line}\n" for line in found))
    return bool(found)


def _is_marked(test: str) -> bool:
    """Return whether the source of a test has the mark, or the test is there no more."""
    path, *_, name = test.partition("[")[0].split("::")
    source = Path(path).read_text() if Path(path).exists() else ""
    tree = ast.parse(source)
    own = [
        ast.unparse(decorator)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name == name
        for decorator in (*node.decorator_list, node)
    ]
    of_all = [
        ast.unparse(mark)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"
        for mark in getattr(node.value, "elts", [node.value])
    ]
    return not own or any(text.startswith("pytest.mark.dear(") for text in own + of_all)


def pytest_configure(config: pytest.Config) -> None:
    """Measure here, and in the processes forked from here."""
    config.pluginmanager.register(_Meter())
    config.pluginmanager.register(_Costs(config))


if __name__ == "__main__":
    sys.exit(main())
