"""A store is filled once, and kept only in a given directory."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from benchmarks.serving.server import filled_once, place_of_store


def test_a_store_that_is_not_kept_is_gone_afterwards() -> None:
    with place_of_store(None, "sqlite", 10, 51) as place:
        assert place.is_dir()

    assert not place.exists()


def test_a_kept_store_is_filled_once(tmp_path: Path) -> None:
    fills: list[int] = []

    for turn in range(2):
        with place_of_store(tmp_path / "stores", "sqlite", 10, 51) as place:
            filled_once(place, partial(fills.append, turn))

    assert fills == [0]


def test_stores_of_other_sizes_seeds_and_databases_lie_apart(tmp_path: Path) -> None:
    asked = [("sqlite", 10, 51), ("sqlite", 11, 51), ("sqlite", 10, 52), ("postgresql", 10, 51)]

    places = set()
    for database, persons, seed in asked:
        with place_of_store(tmp_path, database, persons, seed) as place:
            places.add(place)

    assert len(places) == len(asked)
