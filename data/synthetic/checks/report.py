"""The table of the calibration check: each measure with its target range.

The reference figures are those of NIST FRIF TE E1N (friction ridge, controlled prints) and NIST
ELFT (latents). A threshold that lies beyond the sample is computed from the fitted tail of the
impostors.
"""

from dataclasses import dataclass
from math import inf

import numpy as np

from data.synthetic.checks.people import PeopleMeasures, Surnames, measure_people, measure_surnames
from data.synthetic.checks.templates import (
    ALL_FINGERS,
    INDEX_FINGERS,
    Histogram,
    Impostors,
    Mates,
    Rate,
    finger_correlation,
    fit_tail,
    measure_impostors,
    measure_mates,
    miss_rate,
)
from data.synthetic.population import Population
from domain.prints.prints import ImpressionType


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the check."""

    name: str
    value: float
    low: float
    high: float
    """The ends of the target range; infinite if there is no limit."""
    source: str
    interval: tuple[float, float] | None = None
    """The 95 % interval of the value, if the value is a share of trials."""

    @property
    def is_met(self) -> bool:
        """Whether the value is within its target range."""
        return self.low <= self.value <= self.high


@dataclass(frozen=True, slots=True)
class CheckSizes:
    """The number of people that each part of the check examines."""

    impostor_persons: int = 8_000
    mate_persons: int = 50_000
    detail_persons: int = 20_000
    surname_persons: int = 1_000_000


def run_check(population: Population, sizes: CheckSizes) -> list[Measure]:
    """Return all measures. This takes about two minutes on one core with the default sizes."""
    impostors = measure_impostors(population, sizes.impostor_persons)
    mates = {kind: measure_mates(population, sizes.mate_persons, kind) for kind in ImpressionType}
    people = measure_people(population, sizes.detail_persons)
    surnames = measure_surnames(population, sizes.surname_persons)
    return [
        *_geometry(impostors),
        *_quantiles(mates),
        *_controlled(impostors, mates),
        *_marks(impostors, mates[ImpressionType.LATENT]),
        *_dependence(mates[ImpressionType.PLAIN]),
        *_people(people, population),
        *_surnames(surnames),
    ]


def _geometry(impostors: Impostors) -> list[Measure]:
    mean, deviation, kurtosis = impostors.single.moments()
    normal_quantile = {1e-4: 3.719, 1e-6: 4.753}
    rows = [
        Measure("effective dimension", impostors.effective_dimension, 72, 88, "index: about 80"),
        Measure("impostor cosine, mean", mean, -0.02, 0.03, "near 0"),
        Measure("impostor cosine, sd", deviation, 0.100, 0.118, "index: about .107"),
        Measure("impostor cosine, kurtosis", kurtosis, 2.9, 4.0, "by hand"),
    ]
    for share, sds in normal_quantile.items():
        ratio = (impostors.single.quantile(share) - mean) / (deviation * sds)
        rows.append(
            Measure(f"impostor tail at {share:.0e} / normal", ratio, 1.01, 1.25, "heavier tail")
        )
    return rows


def _quantiles(mates: dict[ImpressionType, Mates]) -> list[Measure]:
    rows = []
    for kind, measured in mates.items():
        names = ("0.1 %", "1 %", "50 %")
        for name, value in zip(names, measured.quantiles((0.001, 0.01, 0.5)), strict=True):
            label = f"mate cosine, {kind.value} on rolled, {name}"
            rows.append(Measure(label, value, -inf, inf, "reported"))
    return rows


def _threshold(impostors: Histogram, *, persons: float, per_person: int, fpir: float) -> float:
    """Return the similarity that a search of so many people exceeds by chance at rate `fpir`."""
    return fit_tail(impostors).threshold(fpir / (persons * per_person))


def _controlled(impostors: Impostors, mates: dict[ImpressionType, Mates]) -> list[Measure]:
    single = _threshold(impostors.single, persons=1e5, per_person=1, fpir=1e-3)
    two = _threshold(impostors.two, persons=1.6e6, per_person=1, fpir=1e-3)
    ten = _threshold(impostors.ten, persons=5e6, per_person=1, fpir=1e-3)
    right_index = (INDEX_FINGERS[0],)
    rows = [Measure("threshold, one finger, N 1e5, FPIR .001", single, 0.55, 0.72, "formula: .63")]
    # The reference does not separate rolled and plain probes. Rolled probes may do a bit better.
    singles = {ImpressionType.ROLLED: (0.001, 0.005), ImpressionType.PLAIN: (0.002, 0.005)}
    for kind, bounds in singles.items():
        measured = mates[kind]
        rows.extend(
            [
                _rate(
                    f"FNIR, one index, {kind.value}, N 1e5, FPIR .001",
                    miss_rate(measured.fused(right_index), single),
                    bounds,
                ),
                _rate(
                    f"FNIR, two index, {kind.value}, N 1.6e6, FPIR .001",
                    miss_rate(measured.fused(INDEX_FINGERS), two),
                    (0.0001, 0.0057),
                ),
                _rate(
                    f"FNIR, ten, {kind.value}, N 5e6, FPIR .001",
                    miss_rate(measured.fused(ALL_FINGERS), ten),
                    (0.0, 0.0019),
                ),
            ]
        )
    return rows


def _rate(
    name: str, rate: Rate, bounds: tuple[float, float], source: str = "NIST FRIF TE E1N"
) -> Measure:
    return Measure(name, rate.value, *bounds, source, interval=(rate.low, rate.high))


def _marks(impostors: Impostors, latent: Mates) -> list[Measure]:
    """Return the miss rates of marks among 1.6 million people with ten fingers each."""
    scores = latent.cosines[np.isfinite(latent.cosines)].astype(np.float64)
    people, fingers = 1.6e6, 10
    strict = _threshold(impostors.single, persons=people, per_person=fingers, fpir=0.01)
    # The median of the best impostor: 16 million draws exceed it ln 2 times on average.
    rival = _threshold(impostors.single, persons=people, per_person=fingers, fpir=0.693)
    source = "NIST ELFT, N 1.6e6"
    return [
        _rate("mark, miss at rank 1", miss_rate(scores, rival), (0.037, 0.37), source),
        _rate("mark, FNIR at FPIR .01", miss_rate(scores, strict), (0.08, 0.76), source),
    ]


def _dependence(plain: Mates) -> list[Measure]:
    value = finger_correlation(plain, INDEX_FINGERS, 0.02)
    return [
        Measure("tetrachoric correlation of index fingers, worst 2 %", value, 0.3, 0.5, "range")
    ]


def _people(people: PeopleMeasures, population: Population) -> list[Measure]:
    parameters = population.parameters
    false_share = parameters.mistakes.false_identity_share
    twins = 2.0 * parameters.households.twins_share
    rows = [
        Measure(f"missing, {field}", share, -inf, inf, "reported")
        for field, share in people.missing_shares.items()
    ]
    return [
        *rows,
        Measure("said name exact, honest", people.exact_name_share, 0.70, 0.92, "by hand"),
        Measure(
            "said name exact, most careless tenth",
            people.careless_exact_name_share,
            0.0,
            people.exact_name_share - 0.05,
            "one booking quality drives both",
        ),
        Measure("said date exact, honest", people.exact_date_share, 0.88, 0.97, "by hand"),
        Measure(
            "false identities",
            people.false_identity_share,
            0.75 * false_share,
            1.25 * false_share,
            "parameters",
        ),
        Measure(
            "people who are twins", people.twins_share, 0.5 * twins, 1.2 * twins, "parameters"
        ),
        Measure("people without a record", people.without_record_share, 0.02, 0.04, "parameters"),
        Measure("people without a PNC ID", people.without_pnc_share, 0.04, 0.08, "parameters"),
        Measure(
            "records with an invalid identifier",
            people.records_with_invalid_identifiers,
            0,
            0,
            "none",
        ),
    ]


def _surnames(surnames: Surnames) -> list[Measure]:
    least = 20_000 if surnames.persons >= 1_000_000 else 0
    return [
        Measure(
            f"distinct surnames among {surnames.persons:,} people",
            surnames.distinct,
            least,
            inf,
            "20,000 at 1 million",
        ),
        Measure(
            "share of the commonest surname", surnames.commonest_share, 0.004, 0.03, "by hand"
        ),
        Measure("surnames borne by one person", surnames.once_share, -inf, inf, "reported"),
    ]
