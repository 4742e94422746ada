from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import evidence, names
from benchmarks.report import main as report
from matching.parameters import TRAIN_SEED

DOCUMENT = Path(__file__).parents[3] / "docs" / "evaluation.md"
KEYS = {
    "search",
    "evidence",
    "stratum",
    "mated",
    "nonmated",
    "fnir_at_fpir_001",
    "fnir_at_fpir_001_interval",
    "fnir_at_fpir_01",
    "rank1",
    "cllr",
    "cllr_min",
    "cllr_cal",
    "cllr_cal_interval",
}


@pytest.mark.slow
def test_a_small_evaluation_gives_rows_plots_and_a_filled_document(tmp_path: Path) -> None:
    document, other = tmp_path / "evaluation.md", tmp_path / "benchmarks.md"
    document.write_text(DOCUMENT.read_text())
    other.write_text("")
    arguments = ["--persons", "900", "--json", str(tmp_path / "evidence.json")]
    arguments += ["--plots", str(tmp_path / "plots")]
    assert evidence.main(arguments) == 0
    documents = ["--document", str(other), "--evaluation", str(document)]
    assert report([*documents, "--results", str(tmp_path)]) == 0
    rows = json.loads((tmp_path / "evidence.json").read_text())["rows"]
    assert all(row.keys() >= KEYS for row in rows)
    assert {path.stem for path in (tmp_path / "plots").iterdir()} == {
        "det",
        "cmc",
        "tippett",
        "reliability",
    }
    assert "--persons 900" in document.read_text()


def test_a_seed_of_training_is_refused() -> None:
    with pytest.raises(ValueError, match="fitted"):
        evidence.main(["--persons", "900", "--seed", str(TRAIN_SEED)])


def test_too_few_people_for_any_figure_are_refused() -> None:
    with pytest.raises(SystemExit, match="--persons 625 or more"):
        evidence.main(["--persons", "624"])


@pytest.mark.slow
def test_a_small_names_benchmark_meets_its_recall(tmp_path: Path) -> None:
    path = tmp_path / "names.json"
    names.main(["--persons", "3000", "--enquiries", "300", "--json", str(path)])
    result = json.loads(path.read_text())
    assert result["blocking_recall"] > 0.99
    assert result["top20"] > 0.98
