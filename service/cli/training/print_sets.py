"""Sets of prints, and a model of print matches fitted on them.

A set is a folder of images of one reader, named as the fingerprint verification competitions name
them: finger, impression (`101_1.png`).
"""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from domain.errors import InvalidInputError
from domain.prints.minutiae import MinutiaeSet
from matching.match_bits import write_match_model
from matching.training.match_fit import Fit, LabelledMatches, fit_matches, model_card
from prints.features.describing import Description
from prints.features.matching import Match
from prints.features.tools import FeatureTools, feature_tools
from service.adapters.extraction.extractors import minutia_extractor
from service.ports.print_reading import GreyImage

PPI: Mapping[str, float] = {"2002-DB2": 569.0, "2004-DB3": 512.0}
"""Sets of FVC 2002 and 2004 at other resolutions, as their organisers state them."""

_NAME = re.compile(r"(\d+)_(\d+)\.(png|tif|tiff|bmp|pgm)")


@dataclass(frozen=True, slots=True)
class Sample:
    """One image of a finger."""

    data: str
    """The name of its set."""
    finger: int
    impression: int
    path: Path
    ppi: float


def samples_of(folder: Path, ppi: Mapping[str, float]) -> list[Sample]:
    """Return the images of all sets in a folder, in order; raises InvalidInputError for none.

    `ppi`: pixels per inch, by part of a set's name; 500 for the others.
    """
    directories = sorted(path for path in folder.iterdir() if path.is_dir())
    found = [sample for one in directories for sample in _samples_in(one, ppi)]
    if not found:
        raise InvalidInputError("The folder contains no folders with images named like 101_1.png.")
    return found


def _samples_in(directory: Path, ppi: Mapping[str, float]) -> list[Sample]:
    matching = [value for name, value in ppi.items() if name.lower() in directory.name.lower()]
    resolution = matching[-1] if matching else 500.0
    named = [(path, _NAME.fullmatch(path.name)) for path in directory.iterdir()]
    samples = [
        Sample(directory.name, int(name[1]), int(name[2]), path, resolution)
        for path, name in named
        if name
    ]
    return sorted(samples, key=lambda sample: (sample.finger, sample.impression))


def grey_image(path: Path) -> GreyImage:
    """Return the image in a file as grey levels, uint8 (h, w)."""
    with Image.open(path) as image:
        return np.asarray(image.convert("L"), dtype=np.uint8)


def match_statistics(found: Match) -> tuple[float, float, float]:
    """Return the statistics of a match that `MatchModel.finger_bits` takes."""
    return found.match_score, float(found.pair_count), float(min(found.overlap))


def train_on_prints(folder: Path, directory: Path, extractor_name: str, name: str) -> str:
    """Fit a model of print matches on a folder's sets, write it, and return the lines to print.

    Raises InvalidInputError for fewer than two sets, ConfigurationError without the extractor.
    """
    extractor, tools = minutia_extractor(extractor_name), feature_tools()
    samples = samples_of(folder, PPI)
    sets = labelled(samples, lambda one: extractor.extract(grey_image(one.path), one.ppi), tools)
    fit = fit_matches(sets)
    fingers = len({(one.data, one.finger) for one in samples})
    note = f"{len(samples)} plain prints of {fingers} fingers in {len(sets)} sets"
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{extractor.tool.name}.json"
    digest = write_match_model(
        path,
        {
            "name": name,
            "extractor": extractor.tool.label,
            "extractor_digest": extractor.tool.digest,
            "matcher_digest": tools.matcher.digest,
            "weights": [round(float(one), 6) for one in fit.weights],
            "card": model_card(fit, note=note),
        },
    )
    return "\n".join([*_lines(fit), f"{path.name} {digest}"])


def labelled(
    samples: Sequence[Sample], read: Callable[[Sample], MinutiaeSet], tools: FeatureTools
) -> dict[str, LabelledMatches]:
    """Return the comparisons of all pairs of prints, set by set."""
    sets = {}
    for data, members in itertools.groupby(samples, key=lambda one: one.data):
        prints = [(one.finger, tools.describe(read(one))) for one in members]
        sets[data] = _compared(prints, tools)
    return sets


def _compared(prints: Sequence[tuple[int, Description]], tools: FeatureTools) -> LabelledMatches:
    pairs = list(itertools.combinations(prints, 2))
    statistics = [match_statistics(tools.match(one, other)) for (_, one), (_, other) in pairs]
    is_mated = [finger == other for (finger, _), (other, _) in pairs]
    return LabelledMatches(np.array(statistics).reshape(-1, 3), np.array(is_mated, dtype=np.bool_))


def _lines(fit: Fit) -> Iterator[str]:
    for name, one in fit.left_out.items():
        yield (
            f"{name}: Cllr {one.cllr:.3f} by a model of the other sets; at the lower bound "
            f"{one.mated_at_least:.4f} of {one.mated} pairs of one finger, at the upper "
            f"{one.others_at_most:.5f} of {one.others} of two"
        )
    yield f"mean Cllr {fit.mean_cllr:.3f}, weights shrunk to {fit.shrinkage:.2f}"
