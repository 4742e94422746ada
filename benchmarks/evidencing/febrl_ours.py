"""FEBRL by identlink: the product's name comparison, spelling ladders for the other fields.

m and u by expectation maximisation on the data itself, as for the product; evaluated by the
product's own arithmetic.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd  # type: ignore[import-untyped]  # pandas ships without types
from rapidfuzz.distance import OSA
from splink import DuckDBAPI, Linker, block_on

from domain.evidence import EvidenceSource
from domain.people import Details, PersonName
from matching.comparators import name
from matching.comparators.columns import held_columns
from matching.comparators.similarity import similarities
from matching.demographics import FLOORS
from matching.frequencies import TABLES, count_frequencies, make_frequencies
from matching.levels import Level, Probabilities, Scale, Weights, make_weights
from matching.parameters import CLOSE_SIMILARITY, LEAST_PROBABILITY, STARTING_LEVELS
from matching.prepared import Forms, PreparedDetails, forms_of, prepare_forms
from matching.training.splink_rows import splink_row
from matching.training.splink_settings import comparison_settings

if TYPE_CHECKING:
    from matching.frequencies import Frequencies

Bits = npt.NDArray[np.float64]
Pairs = Sequence[tuple[str, str]]
"""Pairs of ids, a pandas MultiIndex."""


TEXT_FIELDS = ("date_of_birth", "street_number", "address_1", "suburb", "postcode", "state")
_BY_DIGIT = frozenset({"date_of_birth", "street_number", "postcode", "state"})
"""Fields in which one slip is a wrong, missing or swapped sign; the others go by spelling."""


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Two files to link, or one against itself, and the true pairs."""

    name: str
    left: pd.DataFrame
    right: pd.DataFrame
    truth: frozenset[tuple[str, str]]

    @property
    def is_one_file(self) -> bool:
        """Whether one file is searched for duplicates."""
        return self.left is self.right


def _scale(field: str) -> Scale:
    return Scale(
        EvidenceSource.POSTCODE,  # any source: these scales never leave this module
        levels=(
            Level("same", f"The same {field}.", frequency=field),
            Level("close", f"Nearly the same {field}."),
            Level("different", f"Another {field}."),
        ),
        frequencies=(field,),
    )


def our_bits(dataset: Dataset, pairs: Pairs) -> Bits:
    """Return the bits of every pair."""
    frames = {"l": dataset.left, "r": dataset.right}
    forms = {side: _forms(frame) for side, frame in frames.items()}
    frequencies = _frequencies(forms["l"] | forms["r"])
    levels = _trained(dataset, forms)
    texts = {side: frame[list(TEXT_FIELDS)].fillna("") for side, frame in frames.items()}
    prepared = {
        side: {key: prepare_forms(one, frequencies) for key, one in people.items()}
        for side, people in forms.items()
    }
    bits = _name_bits(prepared, pairs, make_weights(name.SCALE, levels["name"], FLOORS))
    for field in TEXT_FIELDS:
        shares = pd.concat([frame[field] for frame in texts.values()]).value_counts(normalize=True)
        weights = make_weights(_scale(field), levels[field], {field: 1e-5})
        bits += _text_bits(texts, pairs, weights=weights, shares=shares.to_dict())
    return bits


def _forms(frame: pd.DataFrame) -> dict[str, Forms]:
    filled = frame[["given_name", "surname"]].fillna("")
    return {
        key: forms_of(Details(names=(PersonName(given, surname),)))
        for key, given, surname in filled.itertuples()
    }


def _frequencies(people: dict[str, Forms]) -> Frequencies:
    tables = count_frequencies(one.main_terms() for one in people.values())
    return make_frequencies({name: tables[name] for name in TABLES}, 1.0)


def _name_bits(
    prepared: dict[str, dict[str, PreparedDetails]], pairs: Pairs, weights: Weights
) -> Bits:
    by_left: dict[str, list[int]] = defaultdict(list)
    for place, (one, _) in enumerate(pairs):
        by_left[one].append(place)
    bits = np.zeros(len(pairs))
    rights = [prepared["r"][other] for _, other in pairs]
    for one, places in by_left.items():
        said = held_columns([prepared["l"][one]])
        held = held_columns([rights[place] for place in places])
        bits[places] = name.compare_names(said, held, weights).bits
    return bits


def _text_bits(
    texts: dict[str, pd.DataFrame], pairs: Pairs, *, weights: Weights, shares: dict[str, float]
) -> Bits:
    field, ids = weights.scale.frequencies[0], list(zip(*pairs, strict=True))
    one, other = (
        texts[side].loc[list(ids[level]), field].to_numpy() for side, level in (("l", 0), ("r", 1))
    )
    like = _digits_alike if field in _BY_DIGIT else _spelt_alike
    close = np.array([like(*pair) for pair in zip(one, other, strict=True)])
    codes = np.where(one == other, 1, np.where(close, 2, 3)).astype(np.int8)
    codes[(one == "") | (other == "")] = 0
    rarity = np.array([max(shares[a], shares[b]) for a, b in zip(one, other, strict=True)])
    return weights.of(codes, np.zeros(1), rarity[:, None])[0]


def _digits_alike(one: str, other: str) -> bool:
    return bool(OSA.distance(one, other, score_cutoff=1) <= 1)


def _spelt_alike(one: str, other: str) -> bool:
    return bool(similarities(one, [other])[0] >= CLOSE_SIMILARITY)


def _trained(
    dataset: Dataset, forms: dict[str, dict[str, Forms]]
) -> dict[str, dict[str, Probabilities]]:
    """Return m and u by field and level, learned without labels."""
    api = DuckDBAPI(connection=duckdb.connect(config={"threads": 1}))
    sides = {"l": dataset.left} if dataset.is_one_file else {"l": dataset.left, "r": dataset.right}
    frames = [
        pd.DataFrame(
            splink_row(key, forms[side][key], None) | _raw(row)
            for key, row in frame[list(TEXT_FIELDS)].iterrows()
        )
        for side, frame in sides.items()
    ]
    settings = {
        "link_type": "dedupe_only" if dataset.is_one_file else "link_only",
        "comparisons": [comparison_settings(name.SCALE, None), *map(_text_settings, TEXT_FIELDS)],
    }
    linker = Linker([api.register(frame) for frame in frames], settings, log_level=logging.ERROR)
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for fields in (("date_of_birth",), ("full_name",), ("address_1",)):
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(*fields), estimate_without_term_frequencies=True
        )
    trained = linker.misc.save_model_to_json()["comparisons"]
    named = zip(("name", *TEXT_FIELDS), trained, strict=True)
    return {field: _levels(field, data) for field, data in named}


def _raw(row: pd.Series) -> dict[str, str | None]:
    return {field: value if isinstance(value, str) else None for field, value in row.items()}


def _text_settings(field: str) -> dict[str, Any]:
    close = (
        f"damerau_levenshtein({field}_l, {field}_r) <= 1"
        if field in _BY_DIGIT
        else f"jaro_winkler_similarity({field}_l, {field}_r) >= {CLOSE_SIMILARITY}"
    )
    conditions = {"same": f"{field}_l = {field}_r", "close": close, "different": "ELSE"}
    null = f"{field}_l IS NULL OR {field}_r IS NULL"
    return {
        "output_column_name": field,
        "comparison_levels": [
            {"sql_condition": null, "is_null_level": True, "label_for_charts": "null"},
            *({"sql_condition": sql, "label_for_charts": key} for key, sql in conditions.items()),
        ],
    }


def _levels(field: str, data: dict[str, Any]) -> dict[str, Probabilities]:
    """Return m and u of each level; an unseen level keeps its starting weight, or has 0 bits."""
    found = {}
    for level in data["comparison_levels"]:
        if level.get("is_null_level"):
            continue
        key = level["label_for_charts"]
        m, bits = STARTING_LEVELS["name"].get(key, (0.01, 0.0)) if field == "name" else (0.01, 0.0)
        u = level.get("u_probability", m / 2.0**bits)
        found[key] = Probabilities(
            m=max(level.get("m_probability", m), LEAST_PROBABILITY), u=max(u, LEAST_PROBABILITY)
        )
    return found
