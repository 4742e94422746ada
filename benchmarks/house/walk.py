"""One served search followed through the rooms, and timed beside another checkout."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from benchmarks.house.layout import ROOT
from benchmarks.house.trails import Trail

DRIVER = Path(__file__).with_name("driver.py")


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


def ratios(other: Path, *, rounds: int, searches: int) -> tuple[float, ...]:
    """Return, for each round, the processor time of this checkout divided by the other one's.

    Both run the same searches in alternation, each in a process of its own with one thread for
    the libraries; the one that goes first changes from round to round.
    """
    with _timed(ROOT) as ours, _timed(other) as theirs:
        found = []
        for warm in (ours, theirs):
            warm(searches)
        for number in range(rounds):
            if number % 2:
                other_s, own_s = theirs(searches), ours(searches)
            else:
                own_s, other_s = ours(searches), theirs(searches)
            found.append(own_s / other_s)
    return tuple(found)


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
    yield "\nWhat rooms are entered by: moves, from, function"
    for (before, file, name), moves in trail.entrances().most_common():
        yield f"  {moves:>3}  {before or 'outside'} -> {file}  {name}"
    yield "\nThe path"
    for number, (place, calls) in enumerate(trail.visits()):
        yield f"  {number:>3}  {place}: {', '.join(name for _, name in calls)}"


def spread_of(found: tuple[float, ...]) -> str:
    """Return the median ratio and its range in one line."""
    return f"{statistics.median(found):.3f} (from {min(found):.3f} to {max(found):.3f})"


def _command(task: str, checkout: Path) -> list[str]:
    # -P: the directory of the script is not importable, so that the checkout alone is.
    return [sys.executable, "-P", str(DRIVER), task, str(checkout)]


def _environment(checkout: Path) -> dict[str, str]:
    one = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return {**os.environ, **one, "PYTHONPATH": str(checkout)}


class _Timer:
    """Makes searches in a process of a checkout and returns the processor seconds they took."""

    def __init__(self, asked: IO[str], answers: IO[str]) -> None:
        self._asked, self._answers = asked, answers

    def __call__(self, searches: int) -> float:
        print(searches, file=self._asked, flush=True)
        return float(self._answers.readline())


@contextmanager
def _timed(checkout: Path) -> Iterator[_Timer]:
    with subprocess.Popen(  # noqa: S603  # our own driver
        _command("rounds", checkout),
        env=_environment(checkout),
        cwd=checkout,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        asked, answers = cast(IO[str], process.stdin), cast(IO[str], process.stdout)
        answers.readline()
        yield _Timer(asked, answers)
        # The driver ends with its input.
        asked.close()
