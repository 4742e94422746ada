"""Lets children work on a whole store, kills them, and checks the remains.

Run as `python -m tests.integration.kills.killing DIRECTORY DATABASE_URL ROUNDS SEED`. The program
itself never opens the store; every child is forked from it and either dies by a signal (at a
chosen file operation of ours, or after a chosen processor time) or finishes. Each kind of work has
its turn. Prints a JSON object: how often a child died during each kind of work. Exits with 1 if an
acknowledged change was lost.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from matching.scorer import Scorer, load_scorer
from service.bootstrap import galleries
from service.cli import index as index_commands
from service.settings import Settings, load_settings
from tests.forking import in_child, killed_after, killed_at_file_event
from tests.integration.kills.checking import check
from tests.integration.kills.small import SmallGallery
from tests.integration.kills.work import WORK, Site

_FILE_EVENTS_MOST = {"load": 60, "enrol": 50, "compact": 90, "erase": 20, "rekey": 90}
"""The range of the fatal file operation: about as many as one turn has."""
_PROCESSOR_S_MOST = 0.25


def one_round(
    settings: Settings, scorer: Scorer, kind: str, rng: np.random.Generator
) -> tuple[str, int]:
    """Let a child do one kind of work and die; return the kind and the wait status."""
    seed = int(rng.integers(2**32))
    arm: Callable[[], None]
    if rng.random() < 0.5:
        event = int(rng.integers(1, _FILE_EVENTS_MOST[kind]))
        arm = lambda: killed_at_file_event(event)  # noqa: E731  # bound to this round's number
    else:
        seconds = float(rng.uniform(0.01, _PROCESSOR_S_MOST))
        arm = lambda: killed_after(seconds)  # noqa: E731  # bound to this round's time

    def armed_work() -> None:
        site = Site(settings, scorer, np.random.default_rng(seed))
        WORK[kind](site, arm)

    status = in_child(armed_work)
    return (kind if os.WIFSIGNALED(status) else "nothing"), status


def main(root: Path, database_url: str, rounds: int, seed: int) -> int:
    """Run the rounds; return the exit code."""
    # Small limits, so that few people reach codes, merges and several segments.
    galleries.GalleryIndex = SmallGallery  # type: ignore[misc]  # as small as tests need it
    index_commands.GalleryIndex = SmallGallery  # type: ignore[misc]
    settings = load_settings(store=root / "store", database_url=database_url)
    scorer = load_scorer()
    rng = np.random.default_rng(seed)
    deaths: Counter[str] = Counter()
    for number in range(rounds):
        kind = list(WORK)[number % len(WORK)]
        doing, status = one_round(settings, scorer, kind, rng)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status):
            sys.stderr.write(f"{kind} failed after {dict(deaths)}\n")
            return 1
        deaths[doing] += 1
        if in_child(partial(check, settings, scorer, rng)):
            sys.stderr.write(f"lost after {dict(deaths)}, the last during {kind}\n")
            return 1
    print(json.dumps(deaths))  # noqa: T201  # the answer of the program
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
