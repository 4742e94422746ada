"""The demo's memory of its store: the people enrolled and the number of runs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from domain.errors import InvalidInputError


@dataclass(frozen=True, slots=True)
class DemoMemory:
    """One small file in the store; each run makes new captures of the same people."""

    path: Path
    persons: int
    seed: int
    runs: int

    @classmethod
    def open(cls, store: Path, *, persons: int, seed: int) -> DemoMemory:
        """Read the memory of a store, or begin one; raises InvalidInputError for another demo."""
        path = store / "demo.json"
        if not path.exists():
            store.mkdir(parents=True, exist_ok=True)
            memory = cls(path, persons, seed, runs=0)
            memory._write()
            return memory
        held = json.loads(path.read_text(encoding="utf-8"))
        if (held["persons"], held["seed"]) != (persons, seed):
            raise InvalidInputError(
                f"The store holds the demo of {held['persons']} people, seed {held['seed']}: "
                "ask for the same, or name another with --store."
            )
        return cls(path, persons, seed, held["runs"])

    @property
    def next_run(self) -> int:
        """The number of the run that begins now, from 1."""
        return self.runs + 1

    def count_run(self) -> None:
        """Write that a run has begun, before it submits anything."""
        DemoMemory(self.path, self.persons, self.seed, self.next_run)._write()

    def _write(self) -> None:
        held = {"persons": self.persons, "seed": self.seed, "runs": self.runs}
        self.path.write_text(json.dumps(held), encoding="utf-8")
