"""One served search followed through the rooms, and timed beside another checkout."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.house.layout import ROOT
from benchmarks.house.trails import Trail
from benchmarks.serving.trees import answering

DRIVER = Path(__file__).with_name("driver.py")

_TURN = 5
"""Searches that one checkout makes before it is the turn of the other one."""


def followed(checkout: Path = ROOT) -> Trail:
    """Return the trail of one search that the code of a checkout serves."""
    done = subprocess.run(  # noqa: S603  # our own driver
        _command("trace", checkout),
        env=_environment(checkout),
        cwd=checkout,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return Trail.of(json.loads(done.stdout))


@dataclass(frozen=True, slots=True)
class Beside:
    """Processor seconds of the same searches in this checkout and in another one, by round."""

    ours: tuple[float, ...]
    theirs: tuple[float, ...]

    @property
    def ratios(self) -> tuple[float, ...]:
        """Ours divided by theirs, for each round."""
        return tuple(own / other for own, other in zip(self.ours, self.theirs, strict=True))


def timed_beside(other: Path, *, rounds: int, searches: int) -> Beside:
    """Return how long both checkouts take for `rounds` times so many searches.

    Each runs in a process of its own with one thread for the libraries. They take turns several
    times in a round, so that another load of the machine falls on both.
    """
    with _answering(ROOT) as ours, _answering(other) as theirs:
        _round(ours, theirs, searches)
        found = [_round(ours, theirs, searches) for _ in range(rounds)]
    return Beside(tuple(own for own, _ in found), tuple(others for _, others in found))


def _answering(checkout: Path) -> AbstractContextManager[Callable[[object], float]]:
    return answering(_command("rounds", checkout), _environment(checkout), checkout)


def _round(
    ours: Callable[[object], float], theirs: Callable[[object], float], searches: int
) -> tuple[float, float]:
    own_s = other_s = 0.0
    for done in range(0, searches, _TURN):
        turn = min(_TURN, searches - done)
        own_s += ours(turn)
        other_s += theirs(turn)
    return own_s, other_s


def summary(trail: Trail) -> str:
    """Return the counts of a trail in one line."""
    return (
        f"{len(trail.functions)} functions in {len(trail.files)} files, {trail.moves} moves "
        f"between {len(set(trail.path))} rooms ({len(trail.calls):,} calls)"
    )


def details(trail: Trail) -> Iterator[str]:
    """Yield the functions of each room, the doors most used, and the path of rooms."""
    for place, functions in trail.by_room().items():
        yield f"\n{place}: {len(functions)} functions"
        yield from (f"  {file}  {name}" for file, name in functions)
    yield "\nDoors: moves, from, function that is entered"
    for (before, file, name), moves in trail.entrances().most_common():
        yield f"  {moves:>3}  {before or 'outside'} -> {file}  {name}"
    yield "\nThe path"
    for number, (place, calls) in enumerate(trail.visits()):
        yield f"  {number:>3}  {place}: {', '.join(name for _, name in calls)}"


def verdict(beside: Beside, searches: int) -> str:
    """Return the median ratio, its range, and the median milliseconds of a search."""
    own_ms, other_ms = (
        1000 * statistics.median(seconds) / searches for seconds in (beside.ours, beside.theirs)
    )
    ratios = beside.ratios
    return (
        f"{statistics.median(ratios):.3f} (rounds from {min(ratios):.3f} to {max(ratios):.3f}; "
        f"{own_ms:.2f} ms and {other_ms:.2f} ms a search)"
    )


def _command(task: str, checkout: Path) -> list[str]:
    # -P: the directory of the script is not importable, so that the checkout alone is.
    return [sys.executable, "-P", str(DRIVER), task, str(checkout)]


def _environment(checkout: Path) -> dict[str, str]:
    one = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return {**os.environ, **one, "PYTHONPATH": str(checkout)}
