"""Durations: of one piece of work, and quantiles of many."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Clocked(Generic[_Value]):
    """Work that was done: what it returned, and its seconds by the clock and of this process."""

    value: _Value
    wall_s: float
    cpu_s: float

    @property
    def wall_ms(self) -> float:
        """Milliseconds by the clock."""
        return self.wall_s * 1e3

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of the processor, which other load on the machine disturbs far less."""
        return self.cpu_s * 1e3


def clocked(work: Callable[[], _Value]) -> Clocked[_Value]:
    """Do work and return it clocked."""
    wall_ns, cpu_ns = time.perf_counter_ns(), time.process_time_ns()
    value = work()
    cpu_s = (time.process_time_ns() - cpu_ns) / 1e9
    return Clocked(value, (time.perf_counter_ns() - wall_ns) / 1e9, cpu_s)


def quantile(values: Sequence[float] | npt.NDArray[np.float64], share: float) -> float:
    """Return a quantile; NaN of none."""
    return float(np.quantile(values, share)) if len(values) else float("nan")


def quantiles_ms(durations_ms: Sequence[float] | npt.NDArray[np.float64]) -> dict[str, float]:
    """Return p50, p95 and p99 by name, in milliseconds."""
    return {f"p{share}_ms": quantile(durations_ms, share / 100) for share in (50, 95, 99)}
