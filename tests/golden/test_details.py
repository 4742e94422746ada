from __future__ import annotations

from tests.golden.details import FOLDER, table


def test_the_shipped_model_says_of_every_case_what_it_said_before() -> None:
    assert table() == (FOLDER / "details.csv").read_text()
