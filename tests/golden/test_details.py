from __future__ import annotations

from pathlib import Path

from matching.scorer import load_scorer
from tests.golden.details import FOLDER, table
from tests.golden.model_2 import model_2


def test_the_shipped_model_says_of_every_case_what_it_said_before() -> None:
    assert table(load_scorer()) == (FOLDER / "details.csv").read_text()


def test_model_2_says_of_every_case_what_it_said_while_it_was_shipped(tmp_path: Path) -> None:
    assert table(model_2(tmp_path)) == (FOLDER / "details_of_model_2.csv").read_text()
