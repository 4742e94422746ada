"""The duration of each stage of a measurement."""

from __future__ import annotations

import time
from collections.abc import Callable

Report = Callable[[str], None]


class Stages:
    """Times the stages of a measurement, in wall and processor time."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._taken: dict[str, dict[str, float]] = {}
        self._open: tuple[str, float, float] | None = None

    def begin(self, name: str) -> None:
        """End the stage before and begin another."""
        self.end()
        self._report(name)
        self._open = (name, time.perf_counter(), time.process_time())

    def end(self) -> dict[str, dict[str, float]]:
        """End the last stage and return all of them."""
        if self._open is not None:
            name, wall, cpu = self._open
            self._taken[name] = {
                "wall_s": time.perf_counter() - wall,
                "cpu_s": time.process_time() - cpu,
            }
            self._open = None
        return self._taken
