from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from math import log2
from pathlib import Path

import pytest
from typer.testing import CliRunner

from domain.errors import ModelError
from matching.scorer import MODELS, load_scorer
from service.cli.training.model import app
from service.cli.training.trials import FINGER_SETS


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


def test_the_shipped_model_has_a_card_of_its_own_with_every_kind_of_search() -> None:
    told = CliRunner().invoke(app, ["card"])
    card = json.loads(CliRunner().invoke(app, ["card", "--json"]).stdout)
    comparisons = json.loads((MODELS / "biometric.json").read_text())["strangers"]["prints"]

    assert card["model"] == load_scorer().digest
    assert "Not to be used: On real people" in told.stdout
    assert {(row["search"], row["evidence"]) for row in card["figures"]} == {
        *((kind, sort) for kind in FINGER_SETS for sort in ("prints", "fused")),
        ("marks", "prints"),
        ("names", "details"),
    }
    # 6.6 bits of a candidate whose prior is one half among all, and three in so many comparisons.
    bits = log2(0.5 * comparisons["comparisons"] / 3 / card["valid"]["most_people"])
    assert bits == pytest.approx(6.6, abs=0.001)
    for row in card["figures"]:
        assert row["mated"] > 1_000
        assert row["nonmated"] > 3_000
        assert {"0.001", "0.005", "0.01"} == row["fnir"].keys()
        for low, high in (one[1:] for one in (*row["fnir"].values(), row["rank_1"], row["cllr"])):
            assert low < high


@pytest.mark.slow
def test_the_card_of_the_shipped_model_follows_from_searches_made_again() -> None:
    checked = CliRunner().invoke(app, ["card", "--check"])
    assert "All 8 rows of figures follow from the " in checked.stdout


@pytest.mark.slow
def test_a_measured_card_is_checked_by_measuring_again(tmp_path: Path) -> None:
    model = str(shutil.copytree(MODELS, tmp_path / "model"))
    options = ["evaluate", "--persons", "300", "--seed", "5", "--directory", model]
    rows = json.loads(CliRunner().invoke(app, [*options, "--card", "--json"]).stdout)["rows"]
    assert len(rows) == 8
    assert not any(row["fnir"] for row in rows), "150 searches resolve no rate"
    assert CliRunner().invoke(app, ["card", "--check", model]).exit_code == 0

    card = json.loads((tmp_path / "model" / "card.json").read_text())
    card["figures"][3]["rank_1"][0] = 1.0
    (tmp_path / "model" / "card.json").write_text(json.dumps(card))
    refused = CliRunner().invoke(app, ["card", "--check", model])
    assert str(refused.exception).endswith(
        "two fingers, fused, all: the sample gives other figures."
    )


@pytest.mark.parametrize("spoil", [Path.unlink, lambda card: card.write_text('{"model": "0"}')])
def test_a_card_that_is_missing_or_another_models_is_refused(
    tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    model = shutil.copytree(MODELS, tmp_path / "model")
    spoil(model / "card.json")
    for words in (["card"], ["card", "--check"]):
        refused = CliRunner().invoke(app, [*words, str(model)])
        assert isinstance(refused.exception, ModelError)
        assert "card" in str(refused.exception)
