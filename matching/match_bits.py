"""Bits of a finger whose minutiae were compared: a model for one extractor and one matcher.

A logistic model of the match score, the number of pairs and the overlap. Its bits are bounded,
because the few fingers that were counted cannot support more. Fitted by
`matching.training.match_fit`.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from domain.arrays import Float64s
from domain.errors import ModelError
from matching.fusion import supported

LEAST_BITS, MOST_BITS = -3.0, 7.0
"""Bounds of one finger: a mate may share little with its other print, and a stranger in 128 would
reach more by chance before the fingers counted could tell."""

SHIPPED = Path(__file__).parent / "match_models"
"""Directory of the models that ship with identlink, one file an extractor."""


@dataclass(frozen=True, slots=True, eq=False)
class MatchModel:
    """The model of one extractor. Prints read by another extractor have no bits under it."""

    name: str
    """The data that it was fitted on."""
    extractor: str
    """`name/version` of the extractor that it was fitted with."""
    extractor_digest: str
    matcher_digest: str
    weights: Float64s
    """float64 (4,), bits: constant, score, pairs, overlap, as `features` has them."""
    card: Mapping[str, Any]
    """What it was fitted on, how well it does, and what it is not for: plain data."""
    digest: str
    """SHA-256, hexadecimal, of its file."""

    def finger_bits(self, statistics: Float64s) -> Float64s:
        """Return float64 (n,): the bits of n fingers, bounded.

        `statistics`: float64 (n, 3): match score, pairs, and the smaller number of minutiae in the
        overlap.
        """
        return bounded_bits(self.weights, statistics)


def features(statistics: Float64s) -> Float64s:
    """Return float64 (n, 4): the constant 1, and the logarithm of each statistic plus one."""
    return np.column_stack([np.ones(len(statistics)), np.log1p(statistics)])


def bounded_bits(weights: Float64s, statistics: Float64s) -> Float64s:
    """Return the bits of n fingers by these weights, float64 (n,)."""
    return np.asarray(np.clip(features(statistics) @ weights, LEAST_BITS, MOST_BITS))


def summed_bits(finger_bits: Float64s, persons: int, rate: float) -> float:
    """Return the total bits of several fingers, as far as the counts of the gallery support it.

    `rate` gives how often a search among `persons` people finds a stranger who is at least as
    similar (`experience.Rates`).
    """
    return float(supported(np.array([finger_bits.sum()]), persons, rate)[0])


def write_match_model(path: Path, data: Mapping[str, Any]) -> str:
    """Write a model's plain data; return its digest. The same data give the same file."""
    content = (json.dumps(data, indent=1, ensure_ascii=True) + "\n").encode()
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def read_match_models(directory: Path) -> tuple[MatchModel, ...]:
    """Return the models in a directory, by the names of their files. Raises ModelError."""
    if not directory.is_dir():
        raise ModelError(
            "There is no directory of this name for models of print matches: name an "
            "existing directory."
        )
    return tuple(read_match_model(path) for path in sorted(directory.glob("*.json")))


def read_match_model(path: Path) -> MatchModel:
    """Return the model in a file. Raises ModelError if it is missing or damaged."""
    try:
        content = path.read_bytes()
        data = json.loads(content)
        weights = np.array(data["weights"], dtype=np.float64)
        model = MatchModel(
            name=str(data["name"]),
            extractor=str(data["extractor"]),
            extractor_digest=str(data["extractor_digest"]),
            matcher_digest=str(data["matcher_digest"]),
            weights=weights,
            card=dict(data["card"]),
            digest=hashlib.sha256(content).hexdigest(),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError("The model of print matches cannot be read: fit it again.") from error
    if weights.shape != (4,) or not np.isfinite(weights).all():
        raise ModelError("The model of print matches must have four finite weights: fit it again.")
    return model
