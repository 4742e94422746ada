from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import ModelError
from domain.people.people import Details
from domain.prints.prints import FingerComparisons, FingerPosition, Impression, ImpressionType
from domain.searches.searches import Probe
from domain.searches.strangers import Strangers
from matching.model_files import MANIFEST, PARTS, UNSTATED_FORMAT, read_model, write_model
from matching.scorer import MODELS, Scorer, load_scorer
from prints.registry import FORMATS
from prints.vectors.comparing import unit_vector
from tests.unit.matching.builders import pooled_model

SHIPPED = load_scorer().digest
FILES = [MANIFEST, *(f"{name}.json" for name in PARTS)]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copytree(MODELS, tmp_path / "model")
    return tmp_path / "model"


def test_the_shipped_model_loads_and_its_digest_is_of_its_files(copied: Path) -> None:
    assert load_scorer(copied).digest == SHIPPED


@settings(max_examples=20, deadline=None)
@given(name=st.sampled_from(FILES), share=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_flipped_bit_anywhere_is_refused_or_changes_the_digest(
    tmp_path_factory: pytest.TempPathFactory, name: str, share: float, bit: int
) -> None:
    directory = tmp_path_factory.mktemp("flipped") / "model"
    shutil.copytree(MODELS, directory)
    content = bytearray((directory / name).read_bytes())
    content[int(share * len(content))] ^= 1 << bit
    (directory / name).write_bytes(content)

    def outcome() -> str:
        try:
            return read_model(directory).digest
        except ModelError:
            return "refused"

    # The manifest names every other file, and its own bytes are the digest.
    assert outcome() != SHIPPED
    assert name == MANIFEST or outcome() == "refused"


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_refused_by_name(copied: Path, name: str) -> None:
    (copied / name).unlink()
    with pytest.raises(ModelError, match=name):
        read_model(copied)


def test_a_model_trained_on_other_features_is_refused(copied: Path) -> None:
    manifest = json.loads((copied / MANIFEST).read_bytes())
    manifest["features"]["comparisons"]["sex"].append("unknown")
    (copied / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(ModelError, match="computes different features"):
        read_model(copied)


@pytest.mark.parametrize("content", ["", "[]", "{", "null"])
def test_a_manifest_that_is_no_object_is_refused(copied: Path, content: str) -> None:
    (copied / MANIFEST).write_text(content)
    with pytest.raises(ModelError):
        read_model(copied)


def _parts(directory: Path) -> dict[str, object]:
    return {name: json.loads((directory / f"{name}.json").read_bytes()) for name in PARTS}


def _heading() -> dict[str, str]:
    return {"name": "test", "version": "0"}


def test_written_models_read_back_under_the_digest_returned(tmp_path: Path) -> None:
    digest = write_model(tmp_path, _parts(MODELS), heading=_heading())
    assert read_model(tmp_path).digest == digest
    assert write_model(tmp_path, _parts(MODELS), heading=_heading()) == digest


@pytest.mark.parametrize("name", PARTS)
def test_an_incomplete_part_is_refused(tmp_path: Path, name: str) -> None:
    parts = _parts(MODELS) | {name: {}}
    write_model(tmp_path, parts, heading=_heading())
    with pytest.raises(ModelError):
        read_model(tmp_path)


def test_a_model_of_other_comparisons_is_refused(tmp_path: Path) -> None:
    parts = _parts(MODELS)
    del parts["demographic"]["comparisons"]["sex"]  # type: ignore[index]
    write_model(tmp_path, parts, heading=_heading())
    with pytest.raises(ModelError, match="other personal details"):
        read_model(tmp_path)


def test_a_model_names_the_template_format_it_was_fitted_on(tmp_path: Path) -> None:
    assert load_scorer().template_format == UNSTATED_FORMAT
    write_model(tmp_path, _parts(MODELS), heading={**_heading(), "template_format": "other/1"})
    assert load_scorer(tmp_path).template_format == "other/1"


def test_a_model_of_version_1_keeps_its_pooled_ratios(tmp_path: Path) -> None:
    scorer = Scorer(pooled_model(tmp_path))
    template = FORMATS.named(scorer.template_format).template
    vector = unit_vector(np.ones(template.dimension), template)
    finger = Impression(FingerPosition(2), ImpressionType.PLAIN, 60, vector, template)
    table = np.full((1, 10), np.nan, dtype=np.float32)
    table[0, 1] = 0.65
    held = np.full((1, 10), 70, dtype=np.uint8)
    compared = FingerComparisons(table, held, np.zeros((1, 10), dtype=np.uint8))
    strangers = Strangers(512, (4300,) * 10, (1100,) * 10)
    found = [
        scorer.score_prints(probe, compared, [None], gallery_size=1000)[0]
        for probe in (Probe((finger,), Details()), Probe((finger,), Details(), strangers))
    ]
    # It knows nothing of strangers, and says so much of a cosine of .65 as it always did.
    assert found[0] == found[1]
    assert found[0].biometric_bits > 15
    assert [str(row.source) for row in found[0].rows] == ["prior", "print", "print dependence"]
