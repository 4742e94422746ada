"""Lets children change an index, kills them, and checks the remains each time.

Run as `python -m tests.integration.indexing.killing DIRECTORY ROUNDS SEED`. The program itself
never opens the index; every child is forked from it and either dies by a signal (at a chosen file
operation, or after a chosen time) or finishes. Prints a JSON object: how often a child died during
each kind of work. Exits with 1 if an acknowledged change was lost.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np

from domain.prints.captures import TenprintProbe
from indexing.codes.batches import GalleryBatch
from indexing.codes.filters import EVERYTHING
from indexing.gallery_index import GalleryIndex
from indexing.parameters import IndexLimits
from tests.forking import in_child, killed_after, killed_at_file_event
from tests.formats import FORMAT
from tests.integration.indexing.journal import Journal, apply, catch_up, encounters
from tests.unit.indexing.building import KEY, people

LIMITS = IndexLimits(
    tail=25, codec_minimum=120, codec_sample=400, segment=260, segments_before_merge=4
)
ENROLLED_AT_MOST = 600
_WORK = {
    "enrol": 0.6,
    "erase": 0.16,
    "compact": 0.08,
    "maintain": 0.06,
    "seal": 0.1,
}


@cache
def _universe() -> GalleryBatch:
    """Return a capture of each person there may be, made when the first process needs it."""
    return people(np.random.default_rng(1), 2500).batch(np.random.default_rng(2), np.arange(2500))


def open_index(root: Path) -> GalleryIndex:
    """Open the index."""
    return GalleryIndex.open(root, template_format=FORMAT.index, key=KEY, threads=1, limits=LIMITS)


def work(root: Path, rng: np.random.Generator) -> None:
    """Change the index at random until killed, or until done."""
    journal = Journal(root / "journal")
    (root / "doing").write_text("open")
    index = open_index(root / "index")
    catch_up(index, _universe(), journal)
    for _ in range(30):
        kind = str(rng.choice(list(_WORK), p=list(_WORK.values())))
        (root / "doing").write_text(kind)
        held, erased = journal.held()
        if kind == "enrol":
            first = len(held) + len(erased)
            rows = np.arange(first, first + int(rng.integers(1, 60)))
            apply(index, _universe(), journal.append("enrol", rows))
        elif kind == "erase" and held:
            many = int(rng.integers(1, 6)) + max(0, len(held) - ENROLLED_AT_MOST)
            rows = rng.choice(sorted(held), min(len(held), many), replace=False)
            apply(index, _universe(), journal.append("erase", rows))
        elif kind in ("compact", "maintain", "seal"):
            getattr(index, kind)()
    (root / "doing").write_text("nothing")


def check(root: Path, rng: np.random.Generator) -> None:
    """Restart, catch up, and demand every acknowledged change; raises AssertionError."""
    journal = Journal(root / "journal")
    index = open_index(root / "index")
    catch_up(index, _universe(), journal)
    index.verify()
    held, erased = journal.held()
    assert set(index.snapshot.held_rows().tolist()) == held, (
        "what is held is not what was acknowledged"
    )
    for row in rng.choice(sorted(held), min(len(held), 12), replace=False) if held else ():
        one = encounters(_universe(), np.array([row]))
        probe = TenprintProbe(
            one.captures.vectors[0], one.captures.presence[0], one.captures.qualities[0]
        )
        hits = index.search_tenprint(probe, k=20, where=EVERYTHING)
        same_prints = hits.encounter_rows[hits.similarities > hits.similarities[0] - 0.5]
        assert row in same_prints, "an acknowledged enrolment was not found"
        assert not erased & set(hits.encounter_rows.tolist()), "an erased encounter was found"
    index.close()


def one_round(root: Path, rng: np.random.Generator) -> str:
    """Let a child work and die; return its kind of work."""
    seed = int(rng.integers(2**32))
    arm: Callable[[], None]
    if rng.random() < 0.5:
        event = int(rng.integers(1, 700))
        arm = lambda: killed_at_file_event(event)  # noqa: E731  # bound to this round's number
    else:
        seconds = float(rng.uniform(0.01, 0.6))
        arm = lambda: killed_after(seconds)  # noqa: E731  # bound to this round's time

    def armed_work() -> None:
        arm()
        work(root, np.random.default_rng(seed))

    status = in_child(armed_work)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit(1)
    if not os.WIFSIGNALED(status):
        return "nothing"
    # Killed before it could say so, it had not opened the index yet.
    doing = root / "doing"
    return doing.read_text() if doing.exists() and doing.stat().st_size else "open"


def main(root: Path, rounds: int, seed: int) -> int:
    """Run the rounds; return the exit code."""
    rng = np.random.default_rng(seed)
    _universe()  # once, for all children
    deaths: Counter[str] = Counter()
    for _ in range(rounds):
        deaths[one_round(root, rng)] += 1
        if in_child(lambda: check(root, rng)):
            sys.stderr.write(f"lost after {dict(deaths)}\n")
            return 1
    print(json.dumps(deaths))  # noqa: T201  # the answer of the program
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
