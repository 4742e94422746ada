"""The home law: the distribution of the measures of a search where the model was fitted."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

import numpy as np

from domain.arrays import Float64s
from domain.errors import ModelError
from domain.searches.models import Kind, kind_of
from domain.searches.searches import Probe
from domain.searches.strangers import TEN_THOUSANDTHS


class Measure(StrEnum):
    """A number that every search gives at no extra cost."""

    MEAN = "mean of strangers"
    SPREAD = "spread of strangers"
    QUALITY = "quality"


LEAST_PEOPLE = 512
"""Enrolled people from which a search says something of the law. Fewer vary too much."""

_FINGERS_OF_A_PERSON = 9
"""A mark is compared with every finger, and each counts; 9, because some people lack one."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What one search shows about the distribution of its prints, without template or person.

    `mean`: the mean of strangers' cosines, over the fingers compared. `spread`: the mean of the
    natural logarithm of their standard deviations. `quality`: the mean quality of the impressions.
    """

    kind: Kind
    mean: float
    spread: float
    quality: float

    @classmethod
    def of(cls, probe: Probe) -> Self | None:
        """Return the measures of a probe used in a search, or None if it gives no information."""
        strangers = probe.strangers
        if strangers is None or not probe.impressions:
            return None
        seen = [finger for finger, spread in enumerate(strangers.spreads) if spread > 0]
        kind = kind_of(probe.impressions, len(seen))
        least = LEAST_PEOPLE * _FINGERS_OF_A_PERSON if kind is Kind.MARK else LEAST_PEOPLE
        if not seen or strangers.people < least:
            return None
        means = np.array(strangers.means)[seen] / TEN_THOUSANDTHS
        spreads = np.array(strangers.spreads)[seen] / TEN_THOUSANDTHS
        return cls(
            kind,
            float(means.mean()),
            float(np.log(spreads).mean()),
            float(np.mean([one.quality for one in probe.impressions])),
        )

    def value(self, measure: Measure) -> float:
        """Return one of the measures."""
        match measure:
            case Measure.MEAN:
                return self.mean
            case Measure.SPREAD:
                return self.spread
            case Measure.QUALITY:
                return self.quality


HOME = "home.json"
"""The file beside the parts of a model. It is not one of the parts, because no search is weighed
by it. It names the digest of the model to which it belongs."""

TOLERANCE = {Measure.MEAN: 0.004, Measure.SPREAD: 0.01, Measure.QUALITY: 2.0}
"""Differences that do not count as a change of the law, because galleries, seasons and rounding
change the measures by as much. Set by hand, 2026-11-26. Without it, a gallery of other people
would cause an alarm sooner or later."""

_KEPT = 4_000
"""Values kept of each measure, evenly spaced in rank, for probabilities down to 1 in 2,000."""


@dataclass(frozen=True, slots=True, eq=False)
class HomeLaw:
    """Values of each measure in searches at home, by kind of search; float64 (n,), ascending.

    `model_digest`: the digest of the model to which they belong.
    """

    model_digest: str
    values: Mapping[tuple[Kind, Measure], Float64s]

    def chance(self, observation: Observation, measure: Measure) -> float | None:
        """Return the chance at home of a value at least as extreme, or None for an unknown kind.

        The probability is two-sided and conformal: this value counts as the n + 1st beside n
        values at home. A value within `TOLERANCE` of the median counts as the median.
        """
        known = self.values.get((observation.kind, measure))
        if known is None:
            return None
        value, middle = observation.value(measure), float(known[len(known) // 2])
        slack = TOLERANCE[measure]
        shrunk = value - float(np.clip(value - middle, -slack, slack))
        below = int(np.searchsorted(known, shrunk, side="right"))
        above = len(known) - int(np.searchsorted(known, shrunk, side="left"))
        return min(1.0, 2.0 * (1 + min(below, above)) / (len(known) + 1))

    def expected(self, kind: Kind, measure: Measure) -> tuple[float, float, float] | None:
        """Return the 2.5 %, 50 % and 97.5 % quantiles at home, or None for an unknown kind."""
        known = self.values.get((kind, measure))
        if known is None:
            return None
        low, middle, high = np.quantile(known, [0.025, 0.5, 0.975]).tolist()
        return low, middle, high


def home_law(model_digest: str, observations: Iterable[Observation]) -> HomeLaw:
    """Return the home law of these observations. The model must not be fitted on any of them."""
    met: dict[tuple[Kind, Measure], list[float]] = {}
    for one in observations:
        for measure in Measure:
            met.setdefault((one.kind, measure), []).append(one.value(measure))
    return HomeLaw(model_digest, {key: _thinned(values) for key, values in met.items()})


def _thinned(values: list[float]) -> Float64s:
    ordered = np.sort(np.round(values, 4))
    if len(ordered) <= _KEPT:
        return ordered
    return np.asarray(ordered[np.linspace(0, len(ordered) - 1, _KEPT).round().astype(int)])


def write_home(directory: Path, law: HomeLaw) -> None:
    """Write the home law into the directory of a model."""
    data = {
        "model": law.model_digest,
        "values": {
            f"{kind}: {measure}": values.tolist()
            for (kind, measure), values in sorted(law.values.items())
        },
    }
    (directory / HOME).write_text(json.dumps(data) + "\n")


def read_home(directory: Path, model_digest: str) -> HomeLaw | None:
    """Return the home law of a model, or None if there is none or it belongs to another model.

    With None, nothing is compared, and the page Model checks says so. Raises ModelError for a
    malformed file.
    """
    path = directory / HOME
    if not path.exists():
        return None
    try:
        data: Mapping[str, Any] = json.loads(path.read_bytes())
        if data["model"] != model_digest:
            return None
        return HomeLaw(model_digest, dict(map(_entry, data["values"].items())))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            "The model's file of reference values is malformed: restore the model."
        ) from error


def _entry(entry: tuple[str, Any]) -> tuple[tuple[Kind, Measure], Float64s]:
    kind, measure = entry[0].split(": ")
    values = np.array(entry[1], dtype=np.float64)
    if values.ndim != 1 or not len(values):
        raise ValueError("One of the measured quantities has no values.")
    return (Kind(kind), Measure(measure)), values
