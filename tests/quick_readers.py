"""Confined processes that read files, left to the next application, as tests want it.

To start one takes .2 s of a processor, with the extractors of minutiae 1.3 s; an application
starts its own and ends them as it closes. Here applications with equal settings share theirs, and
they end with the worker. Tests of these processes (tests/unit/service/adapters) start their own.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from service.adapters.prints.isolated import PrintProcesses
from service.adapters.uploads.checking import IsolatedPages, IsolatedUploads
from service.bootstrap import desks


class _Uploads(IsolatedUploads):
    def close(self) -> None:
        """Leave the process to the next application."""


class _Pages(IsolatedPages):
    def close(self) -> None:
        """Leave the process to the next application."""


class _Prints(PrintProcesses):
    def close(self) -> None:
        """Leave the processes to the next application."""


_ENDS: list[Callable[[], None]] = []


def keep_readers() -> None:
    """Make every application of this process share them."""
    desks.IsolatedUploads = partial(_shared, _Uploads)  # type: ignore[assignment, misc]
    desks.IsolatedPages = partial(_shared, _Pages)  # type: ignore[assignment, misc]
    desks.PrintProcesses = partial(_shared, _Prints)  # type: ignore[assignment, misc]


def end_readers() -> None:
    """End the processes that this worker has started."""
    _made.cache_clear()
    while _ENDS:
        _ENDS.pop()()


def _shared(kind: type[Any], *given: Any, **named: Any) -> Any:
    # A fork must not read the pipes of the process that it comes from.
    return _made(os.getpid(), kind, *given, **named)


@cache
def _made(_process: int, kind: type[Any], *given: Any, **named: Any) -> Any:
    one = kind(*given, **named)
    _ENDS.append(partial(kind.__base__.close, one))
    return one
