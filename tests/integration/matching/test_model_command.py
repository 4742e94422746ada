from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from matching.scorer import MODELS, load_scorer
from service.cli.training.model import app


def test_info_shows_the_digests_of_the_shipped_model() -> None:
    done = CliRunner().invoke(app, ["info", "--json"])
    shown = json.loads(done.stdout)
    assert done.exit_code == 0
    assert shown["digest"] == load_scorer().digest
    assert set(shown["thresholds"]) == {"tenprint", "mark", "names"}


def test_info_in_words_names_the_model(tmp_path: Path) -> None:
    shutil.copytree(MODELS, tmp_path / "model")
    done = CliRunner().invoke(app, ["info", "--directory", str(tmp_path / "model")])
    assert "name: identlink-evidence" in done.stdout


@pytest.mark.slow
def test_evaluate_prints_a_row_for_every_search_and_evidence() -> None:
    options = ["evaluate", "--persons", "300", "--seed", "5"]
    plain = CliRunner().invoke(app, options)
    rows = json.loads(CliRunner().invoke(app, [*options, "--json"]).stdout)["rows"]
    assert plain.exit_code == 0
    assert len(plain.stdout.splitlines()) == len(rows) == 8
    assert all(0.0 <= row["fnir_at_fpir_001"] <= 1.0 for row in rows)
