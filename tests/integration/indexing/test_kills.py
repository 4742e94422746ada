"""SIGKILL at any moment: no acknowledged change is lost, no erased capture comes back."""

import json
from functools import partial
from pathlib import Path

import pytest

from tests.forking import printed_by_child
from tests.integration.indexing.killing import main

pytestmark = pytest.mark.promise("kills")


def deaths_in(directory: Path, *, rounds: int, seed: int) -> dict[str, int]:
    program = partial(main, directory, rounds, seed)
    return dict(json.loads(printed_by_child(program, seconds=560)))


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
