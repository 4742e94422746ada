"""Rows of evidence are the same however they are built."""

from __future__ import annotations

import numpy as np
import pytest

from matching import explanation
from matching.comparators.catalogue import COMPARATORS
from matching.demographics import compare_details
from matching.prepared import prepare
from tests.unit.matching.builders import disturbed, random_details, starting_model

MODEL = starting_model()


@pytest.mark.parametrize("seed", range(5))
def test_rows_made_one_by_one_are_those_made_level_by_level(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(seed)
    people = [random_details(rng) for _ in range(200)]
    prepared = [prepare(one) for one in people]
    said = prepare(disturbed(people[0], rng))
    found = compare_details(MODEL, said, prepared)
    candidates = rng.permutation(200)[:150]

    rows = []
    for few in (0, 200):
        monkeypatch.setattr(explanation, "FEW_ROWS", few)
        rows.append(
            [
                explanation.detail_rows(comparator.scale, one, candidates)
                for comparator, one in zip(COMPARATORS, found, strict=True)
            ]
        )

    assert rows[0] == rows[1]
    assert [len(column) for column in rows[0]] == [150] * len(COMPARATORS)
