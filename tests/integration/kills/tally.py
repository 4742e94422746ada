"""Kills counted by kind: `python -m tests.integration.kills.tally KILLS FILE`.

An index and a whole store are killed in turns. Each run of 50 rounds adds a line of JSON to FILE,
with the revision of the code, and the kills are printed by kind at the end. Rounds in which the
child ended before its death are `nothing` and do not count. After each round nothing may be lost
or doubled, and the log of the store must verify: the program stops at the first fault. Started
again with the same FILE, it goes on after the last line there.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from itertools import count
from pathlib import Path
from typing import Any

_ROUNDS = 50
_FIRST_SEED = 1_000
_KINDS = ("index", "store")


def main(wanted: int, raw: Path) -> int:
    """Kill until so many have died, those in the file included; returns the exit code."""
    raw.touch()
    runs = [json.loads(line) for line in raw.read_text().splitlines()]
    for number in count(len(runs)):
        kills = _counted(runs)
        if kills.total() >= wanted:
            break
        kind, seed = _KINDS[number % len(_KINDS)], _FIRST_SEED + number // len(_KINDS)
        with tempfile.TemporaryDirectory() as directory:
            deaths = _deaths(kind, Path(directory), seed)
        if deaths is None:
            sys.stderr.write(f"a fault: {kind}, seed {seed}\n")
            return 1
        runs.append({"of": kind, "seed": seed, "revision": _revision(), "deaths": deaths})
        with raw.open("a") as file:
            file.write(json.dumps(runs[-1]) + "\n")
    sys.stdout.write(json.dumps({"kills": kills.total(), **kills}) + "\n")
    return 0


def _counted(runs: list[dict[str, Any]]) -> Counter[str]:
    """Return the kills of all runs by kind."""
    kills: Counter[str] = Counter()
    for run in runs:
        for name, number in run["deaths"].items():
            kills[f"{run['of']} {name}"] += number if name != "nothing" else 0
    return +kills


def _revision() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(  # noqa: S603  # a fixed command
        command, cwd=Path(__file__).parent, capture_output=True, text=True, check=True
    ).stdout.strip()


def _deaths(kind: str, directory: Path, seed: int) -> Counter[str] | None:
    """Run one program of kills in a fresh directory; None when it found a fault."""
    given = [str(directory), str(_ROUNDS), str(seed)]
    if kind == "store":
        given.insert(1, f"sqlite:///{directory / 'identlink.db'}")
    package = "indexing" if kind == "index" else "kills"
    program = f"tests.integration.{package}.killing"
    done = subprocess.run(  # noqa: S603  # our own module
        [sys.executable, "-m", program, *given], stdout=subprocess.PIPE, text=True, check=False
    )
    return Counter(json.loads(done.stdout.splitlines()[-1])) if done.returncode == 0 else None


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), Path(sys.argv[2])))
