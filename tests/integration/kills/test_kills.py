"""SIGKILL at any moment of any work on a whole store, database and index together."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.kills.work import WORK

pytestmark = pytest.mark.promise("kills")


def deaths_in(directory: Path, database_url: str, *, rounds: int, seed: int) -> dict[str, int]:
    program = "tests.integration.kills.killing"
    done = subprocess.run(  # noqa: S603  # our own module
        [sys.executable, "-m", program, str(directory), database_url, str(rounds), str(seed)],
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.dear("kills processes and starts them again")
def test_a_killed_store_has_lost_nothing(database_url: str, tmp_path: Path) -> None:
    deaths = deaths_in(tmp_path, database_url, rounds=len(WORK), seed=3)

    assert sum(deaths.values()) == len(WORK)
    assert sum(deaths.values()) - deaths.get("nothing", 0) >= 2


@pytest.mark.slow
@pytest.mark.parametrize("seed", [4, 5])
def test_a_hundred_kills_of_every_kind_lose_nothing(
    database_url: str, tmp_path: Path, seed: int
) -> None:
    deaths = deaths_in(tmp_path, database_url, rounds=50, seed=seed)

    assert sum(deaths.values()) - deaths.get("nothing", 0) >= 30
    assert all(deaths.get(kind, 0) >= 2 for kind in WORK)
