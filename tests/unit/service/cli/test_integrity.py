"""`identlink index integrity` on a store that was loaded from files."""

from __future__ import annotations

from pathlib import Path

from data.synthetic.population import Population
from data.synthetic.writing import write_population
from tests.unit.service.cli.console import Console


def test_a_loaded_gallery_is_looked_at_once(console: Console, tmp_path: Path) -> None:
    write_population(Population(5), tmp_path / "people", persons=40)
    store = ("--store", tmp_path / "store")
    console("load", tmp_path / "people", *store)

    first = console("index", "integrity", *store, "--json").json()
    second = console("index", "integrity", *store).out
    whole = console("index", "integrity", "--all", *store, "--json").json()

    assert first == {"persons": 40, "duplicates": 0, "swaps": 0, "opened": 0}
    assert second == (
        "Checked 0 people: 0 probable duplicates, 0 probable swaps of fingers, 0 cases opened.\n"
    )
    assert whole == first


def test_a_store_that_is_not_there_is_not_made(console: Console, tmp_path: Path) -> None:
    answer = console("index", "integrity", "--store", tmp_path / "nowhere")

    assert answer.exit_code == 1
    assert not (tmp_path / "nowhere").exists()
