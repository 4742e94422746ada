"""A separate process in which linear algebra has one thread from the first import on."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

from benchmarks.machine import one_thread_each

_Result = TypeVar("_Result")


def in_one_thread(work: Callable[..., _Result], *arguments: object) -> _Result:
    """Return the result of a module-level function that runs in such a process."""
    context = multiprocessing.get_context("spawn")
    with one_thread_each(), ProcessPoolExecutor(1, context) as pool:
        return pool.submit(work, *arguments).result()
