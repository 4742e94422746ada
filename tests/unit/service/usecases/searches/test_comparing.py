"""Comparisons from stored templates agree with exact search, and with themselves in any batch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from domain.ids import EncounterId
from domain.people import Details
from domain.prints import FingerPosition
from domain.searches import Probe, SearchType
from indexing.batches import EncounterBatch, MarkBatch
from indexing.exact import exact_mark_file_hits, exact_mark_hits, exact_tenprint_hits
from indexing.filters import NO_FILTER
from indexing.probes import mark_probe, tenprint_probe
from service.storage.people.gallery_feed import HeldTemplates
from service.usecases.searches.comparing import compare
from tests.contract.builders import impression, mark, tenprint

COUNT = 12


def _unit(rng: np.random.Generator, *shape: int) -> np.ndarray:
    values = rng.standard_normal((*shape, 192))
    return (values / np.linalg.norm(values, axis=-1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def held() -> HeldTemplates:
    rng = np.random.default_rng(5)
    presence = rng.random((COUNT, 10)) < 0.8
    presence[:, 2] = True
    vectors = _unit(rng, COUNT, 10)
    vectors[~presence] = 0
    rows = np.arange(COUNT, dtype=np.int64) + 100
    tenprints = EncounterBatch(
        encounter_rows=rows,
        person_rows=rows.copy(),
        vectors=vectors,
        presence=presence,
        qualities=np.where(presence, 70, 0).astype(np.uint8),
        impression_codes=np.zeros((COUNT, 10), np.uint8),
        galleries=np.zeros(COUNT, np.uint8),
        forces=np.ones(COUNT, np.int16),
        years_of_birth=np.zeros(COUNT, np.int16),
    )
    marks = MarkBatch(
        encounter_rows=rows + 100,
        person_rows=rows + 100,
        vectors=_unit(rng, COUNT),
        positions=np.array([number % 11 for number in range(COUNT)], np.uint8),
        qualities=np.full(COUNT, 30, np.uint8),
        impression_codes=np.full(COUNT, 2, np.uint8),
        forces=np.ones(COUNT, np.int16),
    )
    ids = {int(row): EncounterId(str(row)) for row in (*rows, *(rows + 100))}
    return HeldTemplates(ids, tenprints, marks)


def test_tenprints_are_compared_as_exact_search_does(held: HeldTemplates) -> None:
    prints = tenprint(3, fingers=(1, 3, 7))
    hits = exact_tenprint_hits(held.tenprints, tenprint_probe(prints), k=COUNT, where=NO_FILTER)

    found = compare(
        SearchType.TP_TP, Probe(prints, Details()), held, [int(r) for r in hits.encounter_rows]
    )

    np.testing.assert_allclose(found.cosines, hits.comparisons.cosines, atol=1e-6)
    np.testing.assert_array_equal(found.qualities, hits.comparisons.qualities)


@pytest.mark.parametrize("position", [0, 3])
def test_a_mark_keeps_the_finger_that_agreed_most(held: HeldTemplates, position: int) -> None:
    print_ = replace(mark(4), position=FingerPosition(position))
    hits = exact_mark_hits(held.tenprints, mark_probe(print_), k=COUNT, where=NO_FILTER)

    found = compare(
        SearchType.LT_TP, Probe((print_,), Details()), held, [int(r) for r in hits.encounter_rows]
    )

    assert np.all((~np.isnan(found.cosines)).sum(axis=1) == 1)
    np.testing.assert_allclose(found.cosines, hits.comparisons.cosines, atol=1e-6)


def test_the_mark_file_is_compared_as_exact_search_does(held: HeldTemplates) -> None:
    prints, single = tenprint(6), mark(7)
    for kind, impressions, probe in (
        (SearchType.TP_LT, prints, tenprint_probe(prints)),
        (SearchType.LT_LT, (single,), mark_probe(single)),
    ):
        hits = exact_mark_file_hits(held.marks, probe, k=COUNT, where=NO_FILTER)

        found = compare(
            kind, Probe(impressions, Details()), held, [int(r) for r in hits.encounter_rows]
        )

        np.testing.assert_allclose(found.cosines, hits.comparisons.cosines, atol=1e-6)
        np.testing.assert_array_equal(found.impression_codes, hits.comparisons.impression_codes)


def test_a_comparison_is_the_same_to_the_bit_in_any_company_and_order(
    held: HeldTemplates,
) -> None:
    probe = Probe((*tenprint(3, fingers=(1, 3)), impression(9, 3)), Details())
    rows = [int(row) for row in held.tenprints.encounter_rows]

    together = compare(SearchType.TP_TP, probe, held, rows).cosines
    backwards = compare(SearchType.TP_TP, probe, held, rows[::-1]).cosines[::-1]
    alone = np.concatenate([compare(SearchType.TP_TP, probe, held, [row]).cosines for row in rows])

    assert together.dtype == np.float32
    assert together.tobytes() == np.ascontiguousarray(backwards).tobytes() == alone.tobytes()
