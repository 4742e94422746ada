"""The stages of a search as they are timed and counted from outside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from typing import Protocol


class Stage(StrEnum):
    """A part of a search whose duration is of interest by itself."""

    CANDIDATE_SEARCH = "candidate_search"
    """The index: coarse search and exact re-rank."""
    RECORDS = "records"
    """Loading the records of those found."""
    SCORING = "scoring"
    """Weighing them as evidence."""


class Stages(Protocol):
    """A listener to stages; thread-safe."""

    def timed(self, stage: Stage) -> AbstractContextManager[None]:
        """Return a context whose duration is that of the stage."""

    def found(self, candidates: int) -> None:
        """Note how many candidates were kept."""


class Unobserved:
    """Listens to nothing and costs next to nothing."""

    @contextmanager
    def timed(self, stage: Stage) -> Iterator[None]:
        """Do nothing around the stage."""
        del stage
        yield

    def found(self, candidates: int) -> None:
        """Do nothing."""


UNOBSERVED = Unobserved()
"""The listener of a process without metrics."""
