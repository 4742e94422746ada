"""The card of a model: what it was fitted on, how accurate it is there, its limits of use."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from domain.arrays import Bools
from domain.errors import ModelError
from matching.evaluation import FPIRS, EvaluationRow, Figure, Observations, evaluate, observe
from matching.levels import Bits
from matching.metrics import share_interval
from matching.model_files import Model
from matching.own.own_data import LEAST_STRATUM, OwnData, OwnPerson, Share, controlled, counts_of
from matching.parameters import TRAIN_SEED
from matching.scorer import Scorer
from matching.training.inputs import TrialSet

Parts = dict[str, Any]

_BITS = ("mate_bits", "top_bits")
"""-inf where nobody was proposed; null in JSON, which knows no infinity."""
_FLOATS = (*_BITS, "ratios", "other_ratios", "other_weights", "lead_odds")
_WHOLE = ("is_mated", "mate_ranks", "lead_is_mate")
_DECIMALS = 4
"""Bits are kept so exactly, and the figures are computed from what is kept."""


def kept(observed: Observations, strata: Mapping[str, Bools], gallery: int) -> Parts:
    """Return the searches of one kind as plain data for JSON, without the numbers of people. A
    card's figures are computed from them.

    `strata`: bool (n,) by search. `gallery`: the number of people searched.
    """
    columns = {name: _plain(getattr(observed, name)) for name in _FLOATS}
    columns |= {name: getattr(observed, name).tolist() for name in _WHOLE}
    members = {name: np.flatnonzero(mask).tolist() for name, mask in strata.items()}
    named = {"search": observed.search, "evidence": observed.evidence, "gallery": gallery}
    return {**named, "strata": members, **columns}


def _plain(column: Bits) -> list[Any]:
    rounded: list[Any] = np.round(column, _DECIMALS).tolist()
    is_row = column.ndim > 1
    return rounded if is_row else [one if math.isfinite(one) else None for one in rounded]


def opened(part: Parts) -> tuple[Observations, dict[str, Bools]]:
    """Return the searches of one kind, numbered in order, and their strata, bool (n,) each.

    Raises KeyError, TypeError or ValueError if the data is malformed.
    """
    size = len(part["is_mated"])
    floats = {name: np.array(part[name], dtype=np.float64) for name in _FLOATS}
    floats |= {name: np.nan_to_num(floats[name], nan=-np.inf) for name in _BITS}
    columns: dict[str, Any] = {
        **floats,
        "is_mated": np.array(part["is_mated"], dtype=np.bool_),
        "mate_ranks": np.array(part["mate_ranks"], dtype=np.int64),
        "lead_is_mate": np.array(part["lead_is_mate"], dtype=np.bool_),
    }
    if any(len(column) != size for column in columns.values()):
        raise ValueError("The columns of the model card's sample differ in length.")
    observed = Observations(part["search"], part["evidence"], np.arange(size), **columns)
    return observed, {
        name: np.isin(np.arange(size), members) for name, members in part["strata"].items()
    }


MUST_NOT = (
    "To decide: evidence is a reason to look, and two examiners decide.",
    "To weigh prints of another template format, or of equipment that is not among the laws named"
    " here; the watch on the law tells when they differ.",
    "To propose anybody by prints before the gallery itself was rehearsed: until then bits are"
    " bounded by the counts of this model, which reach as many people as is stated here.",
    "To propose marks before decided marks were counted: they have an order for examiners.",
    "As evidence before a court about a person: it is fitted on searches, not on casework"
    " comparisons under the conditions of the case.",
    "To infer origin, kinship or character from names or prints.",
)

_NOT_REAL = (
    "On real people before it was measured on an office's own cases: everybody that it was fitted"
    " on, and everybody counted here, was generated."
)


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What a model was fitted on. `pairings`: pairs of impression types fitted, not taken over."""

    data: OwnData
    name: str
    taken_over: frozenset[str]
    pairings: tuple[str, ...]


def model_card(ground: Ground, sample: Sequence[Parts], most_people: int) -> Parts:
    """Return the card as plain data for JSON; the same data give the same card.

    `sample`: see `card_sample`. `most_people`: the largest gallery in which the model can propose
    anyone.
    """
    data = ground.data
    months = sorted(pair.collected for pair in data.pairs)
    return {
        "name": ground.name,
        "collected": [months[0], months[-1]],
        "counts": {
            "pairs": len(data.pairs),
            "mated": sum(pair.is_mated for pair in data.pairs),
            "people": len(data.people),
            **{f"people to {share}": len(data.of(share)) for share in Share},
        },
        "sources": counts_of(pair.source for pair in data.pairs),
        "laws": counts_of(pair.law for pair in data.pairs),
        "templates": list(data.template_formats),
        "selection_effects": list(data.effects),
        "fitted": {
            "details": "details" not in ground.taken_over,
            "prints": list(ground.pairings),
            "taken_over": [*sorted(ground.taken_over), "marks"],
        },
        "valid": {"most_people": most_people, **_ranges(data)},
        "figures": figures(sample),
        "must_not": list(MUST_NOT),
    }


def generated_card(
    model: Model, measured: tuple[int, int], rows: Sequence[Parts], most_people: int
) -> Parts:
    """Return the card of a model that was fitted on generated people, as plain data for JSON.

    `measured`: the number of generated people searched among, and their seed. `rows`: the figures
    of these searches.
    """
    people, seed = measured
    return {
        "name": f"{model.name} {model.version}",
        "model": model.digest,
        "measured": {"people": people, "seed": seed},
        "valid": {"most_people": most_people},
        "figures": list(rows),
        "must_not": [_NOT_REAL, *MUST_NOT],
    }


def _ranges(data: OwnData) -> Parts:
    sides = [side for pair in data.pairs for side in (pair.first, pair.second)]
    prints = [one for side in sides for one in controlled(side)]
    qualities = [one.quality for one in prints]
    stated = ("names", "dates_of_birth", "sex", "place_of_birth", "addresses")
    return {
        "qualities": np.percentile(qualities, [1, 99]).round().tolist() if qualities else [],
        "impressions": counts_of(str(one.impression_type) for one in prints),
        "fields_stated": {
            name: round(float(np.mean([bool(getattr(side.details, name)) for side in sides])), 3)
            for name in stated
        },
    }


def card_sample(scorer: Scorer, tests: Sequence[TrialSet], data: OwnData) -> list[Parts]:
    """Return the data from which a card's figures are computed, as plain data for JSON.

    `tests`: searches of people used in neither fitting nor calibration.
    """
    people = data.of(Share.TEST)
    return [
        kept(one, _strata(one, people), len(trials.gallery))
        for trials in tests
        for one in observe(scorer, trials)
        if one.is_mated.any() and not one.is_mated.all()
    ]


def figures(sample: Sequence[Parts]) -> list[Parts]:
    """Return the figures that a sample gives; the same sample gives the same figures.

    Raises ModelError if the sample is malformed.
    """
    rng = np.random.default_rng(TRAIN_SEED)
    rows: list[Parts] = []
    try:
        for part in sample:
            observed, strata = opened(part)
            rows += [_row(one, part["gallery"]) for one in evaluate(observed, strata, rng=rng)]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ModelError(
            "The sample in the model card is malformed: train the model again."
        ) from error
    return rows


def unsupported(card: Parts, sample: Sequence[Parts], most_people: int) -> list[str]:
    """Return the statements of a card that its sample or model does not support, as sentences."""
    stated, found = card["figures"], figures(sample)
    told = [
        f"{row['search']}, {row['evidence']}, {row['stratum']}: the sample gives other figures."
        for row in stated
        if row not in found
    ]
    if missing := len([row for row in found if row not in stated]) - len(told):
        told.append(f"{missing} figures of the sample are not on the card.")
    if card["valid"]["most_people"] != most_people:
        told.append(f"Bounded by its own counts: the model gives {most_people:,} people.")
    return told


def _strata(observed: Observations, people: Sequence[OwnPerson]) -> Mapping[str, Bools]:
    """Return strata with enough mated searches, and one of everybody; bool (n,) by search."""
    met = [people[number] for number in observed.numbers.tolist()]
    labels = {
        "law": [one.law for one in met],
        "year": [one.collected[:4] for one in met],
        "sex": [str(one.asked.details.sex or "not stated") if one.asked else "" for one in met],
        "quality": [_quality(one) for one in met],
    }
    strata = {"all": np.ones(len(met), dtype=np.bool_)}
    for kind, values in labels.items():
        for value in sorted(set(values)):
            members = np.array([one == value for one in values])
            if (members & observed.is_mated).sum() >= LEAST_STRATUM:
                strata[f"{kind} {value}"] = members
    return strata


def _quality(person: OwnPerson) -> str:
    found = [one.quality for one in controlled(person.asked)] if person.asked else []
    if not found:
        return "without prints"
    mean = float(np.mean(found))
    return "under 45" if mean < 45 else "45 to 69" if mean < 70 else "70 and over"


def _told(figure: Figure) -> list[float]:
    return [round(float(one), 5) for one in (figure.value, figure.low, figure.high)]


_LEAST_SEEN = 3
"""A rate is stated if the number of searches of people not on record, times the rate, is at least
this: zero in n leaves 3 / n."""


def _row(row: EvaluationRow, gallery: int) -> Parts:
    first = round(float(row.hit_rates[0]) * row.mated)
    return {
        "search": row.search,
        "evidence": row.evidence,
        "stratum": row.stratum,
        "mated": row.mated,
        "nonmated": row.nonmated,
        "gallery": gallery,
        # Rates that too few searches support are left out.
        "fnir": {
            # Without a miss in n searches the rate may be 3 / n, which resampling does not show.
            str(rate): _told(one if one.value else replace(one, high=min(1.0, 3.0 / row.mated)))
            for rate, one in zip(FPIRS, row.fnir, strict=True)
            if row.nonmated * rate >= _LEAST_SEEN
        },
        "rank_1": _told(Figure(float(row.hit_rates[0]), *share_interval(first, row.mated))),
        "cllr": _told(row.cllr),
        "cllr_cal": _told(row.cllr_cal),
    }
