"""`docs/own-data.md` as it stands: every command of it, in its order, on one store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from matching.model_files import read_card
from matching.scorer import load_scorer
from service.main import app

ROOT = Path(__file__).parents[3]


def _commands() -> list[list[str]]:
    text = (ROOT / "docs" / "own-data.md").read_text()
    blocks = [block for number, block in enumerate(text.split("```")) if number % 2]
    lines = [line for block in blocks for line in block.strip().splitlines()]
    return [line.split()[1:] for line in lines if line.startswith("identlink ")]


@pytest.mark.slow
def test_the_tutorial_fits_compares_and_chooses_a_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IDENTLINK_STORE", str(tmp_path / "store"))
    assert CliRunner().invoke(app, ["db", "upgrade"]).exit_code == 0
    told = {}
    for command in _commands():
        done = CliRunner().invoke(app, command)
        assert done.exit_code == 0, (command, done.output)
        told["check" if "--check" in command else command[1]] = done.stdout

    card, model = read_card(tmp_path / "own-model"), load_scorer(tmp_path / "own-model")
    assert model.digest in told["train"]
    assert card["counts"]["people to test"] > 500
    assert card["fitted"] == {"details": True, "prints": [], "taken_over": ["prints", "marks"]}
    assert "Not to be used: To decide" in told["card"]
    assert f"All {len(card['figures'])} rows of figures follow from the " in told["check"]
    assert model.digest[:12] in told["choose"]
    assert json.loads(CliRunner().invoke(app, ["model", "card", "own-model", "--json"]).stdout)
