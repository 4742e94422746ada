"""Functions, files and moves of a traced search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from benchmarks.house.layout import place_of

NOT_FUNCTIONS = {"<genexpr>", "<listcomp>", "<lambda>", "<dictcomp>", "<setcomp>"}
"""Frames that a reader sees as part of a function; they are left out of the trail."""


@dataclass(frozen=True, slots=True)
class Trail:
    """The calls of one search in the order in which they began: (file, function)."""

    calls: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, calls: Sequence[Sequence[str]]) -> Trail:
        """Return the trail of traced calls, comprehensions and lambdas left out."""
        return cls(tuple((file, name) for file, name in calls if name not in NOT_FUNCTIONS))

    @property
    def functions(self) -> frozenset[tuple[str, str]]:
        """The distinct functions."""
        return frozenset(self.calls)

    @property
    def files(self) -> frozenset[str]:
        """The distinct files."""
        return frozenset(file for file, _ in self.calls)

    @property
    def path(self) -> tuple[str, ...]:
        """The rooms in the order in which the search enters them; neighbours differ."""
        return tuple(place for place, _ in groupby(self.calls, lambda call: place_of(call[0])))

    @property
    def moves(self) -> int:
        """How often the search passes from a room into another one."""
        return max(0, len(self.path) - 1)

    def visits(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        """Return each stay in a room with the calls made there."""
        stays = groupby(self.calls, lambda call: place_of(call[0]))
        return tuple((place, tuple(calls)) for place, calls in stays)

    def entrances(self) -> Counter[tuple[str, str, str]]:
        """Return how often each function is the first of a stay: (from room, file, function)."""
        visits = self.visits()
        before = ["", *(place for place, _ in visits)]
        return Counter(
            (place, *calls[0]) for place, (_, calls) in zip(before, visits, strict=False)
        )

    def by_room(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Return the distinct functions of each room, the room with most first."""
        ranked = Counter(place_of(file) for file, _ in self.functions).most_common()
        return {
            place: tuple(sorted(call for call in self.functions if place_of(call[0]) == place))
            for place, _ in ranked
        }
