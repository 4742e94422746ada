"""SIGKILL at any moment: no acknowledged change is lost, no erased capture comes back."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.promise("kills")


def deaths_in(directory: Path, *, rounds: int, seed: int) -> dict[str, int]:
    done = subprocess.run(  # noqa: S603  # our own module
        [
            sys.executable,
            "-m",
            "tests.integration.indexing.killing",
            str(directory),
            str(rounds),
            str(seed),
        ],
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=560,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.dear("searches beside every change of an index")
def test_a_killed_index_has_lost_nothing(tmp_path: Path) -> None:
    deaths = deaths_in(tmp_path, rounds=8, seed=1)
    assert sum(deaths.values()) == 8
    assert sum(deaths.values()) - deaths.get("nothing", 0) >= 5


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3, 4])
def test_a_hundred_kills_lose_nothing(tmp_path: Path, seed: int) -> None:
    deaths = deaths_in(tmp_path, rounds=50, seed=seed)
    killed = sum(deaths.values()) - deaths.get("nothing", 0)
    assert killed >= 34
    assert len({"enrol", "erase", "compact", "seal", "maintain"} & set(deaths)) >= 3
