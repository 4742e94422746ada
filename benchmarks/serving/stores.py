"""Filled stores kept for later runs: enrolling a million people takes longer than measuring."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_FILLED = "filled.json"


@contextmanager
def place_of_store(kept: Path | None, database: str, persons: int, seed: int) -> Iterator[Path]:
    """Yield the directory of a store: one under `kept`, or a temporary one."""
    if kept is None:
        with tempfile.TemporaryDirectory() as directory:
            yield Path(directory)
        return
    place = kept / f"{database}-{persons}-{seed}"
    place.mkdir(parents=True, exist_ok=True)
    yield place


def filled_once(place: Path, fill: Callable[[], float]) -> float:
    """Fill a store unless done before; return the people enrolled per second, then or now.

    An incomplete store is continued: enrolled people are not enrolled again.
    """
    marker = place / _FILLED
    if marker.exists():
        return float(json.loads(marker.read_text())["enrolled_per_second"])
    per_second = fill()
    # Written last: without it the store is incomplete.
    marker.write_text(json.dumps({"enrolled_per_second": per_second}))
    return per_second
