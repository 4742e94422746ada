"""Tools for a template format that stores minutiae: description, matching and vectors."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

from domain.prints.minutiae import MinutiaeSet
from domain.prints.prints import PrintTool
from prints.features.describing import Description, describe
from prints.features.matching import Match, match
from prints.features.parameters import DESCRIPTOR, MATCH
from prints.features.vector_model import shipped_model
from prints.features.vectors import FeatureVectors

_MATCHER_NAME, _MATCHER_VERSION = "identlink-minutiae-matcher", "2"


@dataclass(frozen=True, slots=True)
class FeatureTools:
    """How prints of a format are compared by their minutiae, and vectors made from them."""

    matcher: PrintTool
    describe: Callable[[MinutiaeSet], Description]
    match: Callable[[Description, Description], Match]
    vectors: Callable[[], FeatureVectors]
    """Returns the maker of vectors. Raises ModelError. The model is read at the first call."""


def feature_tools() -> FeatureTools:
    """Return the tools of this version."""
    return FeatureTools(_matcher(), describe, match, _vectors)


def _vectors() -> FeatureVectors:
    return FeatureVectors(shipped_model())


def _matcher() -> PrintTool:
    constants = json.dumps([asdict(DESCRIPTOR), asdict(MATCH)], sort_keys=True)
    digest = hashlib.sha256(constants.encode()).hexdigest()
    return PrintTool(_MATCHER_NAME, _MATCHER_VERSION, digest)
