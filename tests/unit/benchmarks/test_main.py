"""A benchmark that is told to stop ends its processes."""

from __future__ import annotations

import os
import signal
import sys
from types import ModuleType

import pytest

from benchmarks import __main__ as benchmarks


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
