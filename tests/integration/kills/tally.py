"""Kills counted by kind: `python -m tests.integration.kills.tally KILLS FILE`.

An index and a whole store are killed in turns. Each run of 50 rounds adds a line of JSON to FILE,
and the kills are printed by kind at the end. Rounds in which the child ended before its death are
`nothing` and do not count. After each round nothing may be lost or doubled, and the log of the
store must verify: the program stops at the first fault.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

_ROUNDS = 50
_FIRST_SEED = 1_000


def main(wanted: int, raw: Path) -> int:
    """Kill until so many have died; returns the exit code."""
    kills: Counter[str] = Counter()
    seed = _FIRST_SEED
    while kills.total() < wanted:
        for kind in ("index", "store"):
            with tempfile.TemporaryDirectory() as directory:
                deaths = _deaths(kind, Path(directory), seed)
            if deaths is None:
                return 1
            with raw.open("a") as file:
                file.write(json.dumps({"of": kind, "seed": seed, "deaths": deaths}) + "\n")
            del deaths["nothing"]
            kills.update({f"{kind} {name}": number for name, number in deaths.items()})
        seed += 1
    sys.stdout.write(json.dumps({"kills": kills.total(), **kills}) + "\n")
    return 0


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
