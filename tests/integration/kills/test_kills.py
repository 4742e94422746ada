"""SIGKILL at any moment of any work on a whole store, database and index together."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from tests.forking import printed_by_child
from tests.integration.kills.killing import main
from tests.integration.kills.work import WORK

pytestmark = pytest.mark.promise("kills")


def deaths_in(directory: Path, database_url: str, *, rounds: int, seed: int) -> dict[str, int]:
    program = partial(main, directory, database_url, rounds, seed)
    *_, told = printed_by_child(program, seconds=900).splitlines()
    return dict(json.loads(told))


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
