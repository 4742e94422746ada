"""Sets of prints that models of matches are fitted on, and the models that ship."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from domain.errors import InvalidInputError
from domain.prints.minutiae import MinutiaeSet
from matching.match_bits import LEAST_BITS, MOST_BITS, SHIPPED, read_match_model, read_match_models
from prints.features.tools import feature_tools
from service.adapters.extraction.extractors import EXTRACTOR_NAMES, minutia_extractor
from service.cli.training import print_sets
from service.cli.training.print_sets import Sample, labelled, train_on_prints
from service.ports.print_reading import GreyImage
from tests.unit.prints.features.builders import columns

PAGE = 400


def finger(number: int, impression: int) -> MinutiaeSet:
    """Return a reading of a finger: its minutiae, each a little displaced."""
    own = np.random.default_rng([1, number])
    places, angles = own.uniform(20, PAGE - 20, (30, 2)), own.uniform(0, 2 * np.pi, 30)
    again = np.random.default_rng([2, number, impression])
    return columns(places + again.normal(0, 1.5, places.shape), angles)


def test_all_pairs_of_a_set_are_compared_and_none_across_sets() -> None:
    samples = [
        Sample(data, number, impression, Path(), 500.0)
        for data in ("one", "other")
        for number in (1, 2, 3)
        for impression in (1, 2)
    ]

    sets = labelled(samples, lambda one: finger(one.finger, one.impression), feature_tools())

    assert set(sets) == {"one", "other"}
    for one in sets.values():
        assert one.statistics.shape == (15, 3)
        assert one.is_mated.sum() == 3
        assert one.statistics[one.is_mated, 0].min() > one.statistics[~one.is_mated, 0].max()


def test_a_model_of_sets_is_written_and_bound_to_what_read_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, directory = tmp_path / "sets", tmp_path / "models"
    for data in ("one", "other"):
        (folder / data).mkdir(parents=True)
        for number in range(1, 6):
            for impression in range(1, 4):
                (folder / data / f"{number}_{impression}.png").touch()
    reader = minutia_extractor("nbis")
    seen: list[str] = []

    def read(path: Path) -> GreyImage:
        seen.append(path.stem)
        return np.full((1, 1), len(seen), dtype=np.uint8)

    def extract(grey: GreyImage, ppi: float) -> MinutiaeSet:
        assert ppi == 500.0
        return finger(*map(int, seen[int(grey[0, 0]) - 1].split("_")))

    monkeypatch.setattr(print_sets, "grey_image", read)
    monkeypatch.setattr(type(reader), "extract", lambda _, grey, ppi: extract(grey, ppi))

    told = train_on_prints(folder, directory, "nbis", "trial")

    (model,) = read_match_models(directory)
    assert (model.name, model.extractor_digest) == ("trial", reader.tool.digest)
    assert model.card["fitted_on"] == "30 plain prints of 10 fingers in 2 sets"
    assert model.digest in told
    assert "mean Cllr" in told


def test_a_folder_without_sets_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="contains no folders with images"):
        train_on_prints(tmp_path, tmp_path / "models", "nbis", "trial")


@pytest.mark.parametrize("name", EXTRACTOR_NAMES)
def test_a_model_ships_for_each_extractor_as_it_is_locked(name: str) -> None:
    """Fit it again (`identlink model train --prints`) when extractor or matcher change."""
    tool = minutia_extractor(name).tool

    model = read_match_model(SHIPPED / f"{tool.name}.json")

    assert model.extractor_digest == tool.digest
    assert model.matcher_digest == feature_tools().matcher.digest
    assert model.card["bounds_bits"] == [LEAST_BITS, MOST_BITS]
    assert all(one["others_at_most"] <= 2**-MOST_BITS for one in model.card["left_out"].values())
    assert all(one["mated_at_least"] <= 2**LEAST_BITS for one in model.card["left_out"].values())
