from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from domain.errors import ModelError
from matching.scorer import MODELS, Scorer
from service.adapters.model_shelf import DirectoryShelf


def test_a_model_that_was_kept_is_found_by_its_digest_in_another_process(
    scorer: Scorer, tmp_path: Path
) -> None:
    DirectoryShelf(tmp_path).keep(scorer, MODELS)

    found = DirectoryShelf(tmp_path).scorer(scorer.digest)

    assert found is not None
    assert (found.digest, found.configuration_digest) == (
        scorer.digest,
        scorer.configuration_digest,
    )


def test_a_model_is_kept_once_and_loaded_once(scorer: Scorer, tmp_path: Path) -> None:
    shelf = DirectoryShelf(tmp_path)
    shelf.keep(scorer, MODELS)

    shelf.keep(scorer, tmp_path / "nowhere")

    assert shelf.scorer(scorer.digest) is scorer
    assert [path.name for path in tmp_path.iterdir()] == [scorer.digest]


@pytest.mark.parametrize("digest", ["0" * 64, "..", ""])
def test_a_model_that_was_never_kept_is_none(tmp_path: Path, digest: str) -> None:
    assert DirectoryShelf(tmp_path).scorer(digest) is None


def test_files_that_are_not_the_model_in_use_are_not_kept(scorer: Scorer, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(MODELS, other)
    (other / "model.json").write_text("{}")

    with pytest.raises(ModelError, match="replaced"):
        DirectoryShelf(tmp_path / "shelf").keep(scorer, other)

    assert not (tmp_path / "shelf" / scorer.digest).exists()


def test_a_kept_model_that_was_changed_is_refused(scorer: Scorer, tmp_path: Path) -> None:
    DirectoryShelf(tmp_path).keep(scorer, MODELS)
    file = tmp_path / scorer.digest / "policy.json"
    file.write_bytes(file.read_bytes() + b" ")

    with pytest.raises(ModelError):
        DirectoryShelf(tmp_path).scorer(scorer.digest)


def test_a_kept_model_under_another_name_is_refused(scorer: Scorer, tmp_path: Path) -> None:
    shutil.copytree(MODELS, tmp_path / ("0" * 64))

    with pytest.raises(ModelError, match="does not match its name"):
        DirectoryShelf(tmp_path).scorer("0" * 64)
