"""The run-time scorer and Splink, evaluating the same model, agree on every pair."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from splink import DuckDBAPI
from splink.internals.realtime import compare_records

from matching.comparators.catalogue import COMPARATORS
from matching.demographics import compare_details
from matching.model_files import read_model
from matching.prepared import PreparedDetails, forms_of, prepare_forms
from matching.scorer import MODELS
from matching.training.splink_settings import column_name, settings, splink_row
from tests.unit.matching.builders import disturbed, random_details

SAID = 120
HELD_EACH = 280
PAIRS = SAID * HELD_EACH


@pytest.fixture(scope="module")
def model():
    return read_model(MODELS)


@pytest.fixture(scope="module")
def people() -> list[tuple[object, list[object]]]:
    rng = np.random.default_rng(20251124)
    people = []
    for _ in range(SAID):
        said = random_details(rng)
        near = [disturbed(said, rng) for _ in range(HELD_EACH // 2)]
        far = [random_details(rng) for _ in range(HELD_EACH - len(near))]
        people.append((said, near + far))
    return people


@pytest.fixture(scope="module")
def ours(model, people) -> dict[str, np.ndarray]:
    tables: dict[str, list[np.ndarray]] = {}
    for said, held in people:
        found = compare_details(
            model.demographic, _prepared(model, said), [_prepared(model, h) for h in held]
        )
        for comparator, compared in zip(COMPARATORS, found, strict=True):
            tables.setdefault(str(comparator.scale.source), []).append(
                np.stack([compared.codes, compared.bits])
            )
    return {source: np.concatenate(parts, axis=1) for source, parts in tables.items()}


@pytest.fixture(scope="module")
def theirs(model, people) -> dict[str, np.ndarray]:
    frequencies = model.demographic.frequencies
    left = [
        splink_row(f"{n}", forms_of(said), frequencies) | {"pair": n}
        for n, (said, _) in enumerate(people)
    ]
    right = [
        splink_row(f"{n * HELD_EACH + m}", forms_of(one), frequencies) | {"pair": n}
        for n, (_, held) in enumerate(people)
        for m, one in enumerate(held)
    ]
    levels = model.demographic.levels
    api = DuckDBAPI(connection=duckdb.connect(config={"threads": 1}))
    found = compare_records(
        pa.Table.from_pylist(left),
        pa.Table.from_pylist(right),
        settings=settings(levels, link_type="dedupe_only"),
        db_api=api,
        join_condition="l.pair = r.pair",
    ).as_record_list()
    rows = sorted(found, key=lambda row: int(row["unique_id_r"]))
    told = [name for name in rows[0] if name.startswith(("gamma_", "mw_", "match_weight"))]
    return {name: np.array([row[name] for row in rows], dtype=float) for name in told}


def _prepared(model, details) -> PreparedDetails:
    return prepare_forms(forms_of(details))


def test_there_are_more_than_thirty_thousand_pairs(theirs) -> None:
    assert len(theirs["match_weight"]) == PAIRS >= 30_000


@pytest.mark.parametrize("source", [str(one.scale.source) for one in COMPARATORS])
def test_levels_are_the_same_and_every_level_is_hit(ours, theirs, source) -> None:
    scale = next(one.scale for one in COMPARATORS if str(one.scale.source) == source)
    gamma = theirs[f"gamma_{column_name(source)}"]
    codes = np.where(gamma == -1, 0, len(scale.levels) - gamma)
    assert np.array_equal(codes, ours[source][0])
    assert set(codes) == set(range(len(scale.levels) + 1))


@pytest.mark.parametrize("source", [str(one.scale.source) for one in COMPARATORS])
def test_bits_agree_to_a_billionth(ours, theirs, source) -> None:
    name = column_name(source)
    bits = theirs[f"mw_{name}"] + theirs.get(f"mw_tf_adj_{name}", 0.0)
    assert np.abs(bits - ours[source][1]).max() < 1e-9


def test_sums_agree_to_a_billionth(ours, theirs) -> None:
    prior = 0.0  # probability_two_random_records_match is 0.5: odds of 1, no bits
    total = np.sum([table[1] for table in ours.values()], axis=0)
    assert np.abs(theirs["match_weight"] - prior - total).max() < 1e-9
