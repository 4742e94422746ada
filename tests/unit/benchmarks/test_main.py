"""The list of benchmarks says where to begin; one that is told to stop ends its processes."""

from __future__ import annotations

import os
import signal
import sys
from types import ModuleType

import pytest

from benchmarks import __main__ as benchmarks


def test_a_wrong_name_is_named_above_the_list_and_the_first_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = benchmarks.main(["nonsense"])

    said = capsys.readouterr().err
    assert code == 2
    assert said.startswith("No benchmark is named 'nonsense'.")
    assert "Begin with `python -m benchmarks names" in said
    listed = [line.split()[0] for line in said.splitlines() if line.startswith("  ")]
    assert listed == sorted(benchmarks.NAMES)


def test_whoever_is_told_to_stop_leaves_its_contexts(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.getsignal(signal.SIGTERM)
    left: list[str] = []
    module = ModuleType("benchmarks.scale")

    def run(_arguments: list[str]) -> int:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            signal.pause()
        finally:
            left.append("server")
        return 0

    monkeypatch.setattr(module, "main", run, raising=False)
    monkeypatch.setitem(sys.modules, "benchmarks.scale", module)
    try:
        with pytest.raises(SystemExit) as stopped:
            benchmarks.main(["scale"])
    finally:
        signal.signal(signal.SIGTERM, before)

    assert stopped.value.code == 128 + signal.SIGTERM
    assert left == ["server"]
