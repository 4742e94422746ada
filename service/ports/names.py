"""Whose details may match stated ones: the first step of a names enquiry."""

from __future__ import annotations

from typing import Protocol

from domain.ids import PersonRow
from domain.people import Details


class Names(Protocol):
    """The names of all people with a record. Thread-safe."""

    def candidates(self, said: Details, limit: int) -> tuple[PersonRow, ...]:
        """Return the likeliest people by a rough weighing, as of the last commit.

        Raises IndexNotReadyError while names are still being read, StoreUnavailableError.
        """

    def __len__(self) -> int:
        """Return how many people are held."""
