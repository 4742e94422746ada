"""Comparisons of stored templates agree with plain sums, and with themselves in any batch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from domain.prints.captures import (
    CaptureColumns,
    MarkProbe,
    PrintProbe,
    TenprintProbe,
    mark_probe,
    possible_fingers,
    tenprint_probe,
)
from domain.prints.prints import FingerComparisons, FingerPosition
from prints.vectors.comparing import compare
from tests.contract.builders import impression, mark, tenprint
from tests.formats import FORMAT

COUNT = 12
TEMPLATE = FORMAT.template
POSITIONS = np.arange(COUNT) % 11
EVERY = np.arange(COUNT)


def _unit(rng: np.random.Generator, *shape: int) -> np.ndarray:
    values = rng.standard_normal((*shape, 192))
    return (values / np.linalg.norm(values, axis=-1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def tenprints() -> CaptureColumns:
    rng = np.random.default_rng(5)
    presence = rng.random((COUNT, 10)) < 0.8
    presence[:, 2] = True
    vectors = _unit(rng, COUNT, 10)
    vectors[~presence] = 0
    qualities = np.where(presence, 70, 0).astype(np.uint8)
    return CaptureColumns(vectors, presence, qualities, np.zeros((COUNT, 10), np.uint8))


@pytest.fixture(scope="module")
def marks() -> CaptureColumns:
    vectors = _unit(np.random.default_rng(6), COUNT, 1)
    qualities = np.full((COUNT, 1), 30, np.uint8)
    return CaptureColumns(
        vectors, possible_fingers(POSITIONS), qualities, np.full((COUNT, 1), 2, np.uint8)
    )


def plain(one: np.ndarray, other: np.ndarray) -> float:
    return sum(float(a) * float(b) for a, b in zip(one, other, strict=True))


def expected(probe: PrintProbe, held: CaptureColumns) -> np.ndarray:
    """Return every pair of fingers that may be the same, compared one by one; float64 (n, 10)."""
    cosines = np.full((len(held), 10), np.nan)
    for row in range(len(held)):
        for column in range(10):
            stored = held.vectors[row, 0 if held.are_marks else column]
            if isinstance(probe, TenprintProbe):
                if held.presence[row, column] and probe.presence[column]:
                    cosines[row, column] = plain(stored, probe.vectors[column])
            elif held.are_marks:
                if column == min(probe.searched_positions) - 1:
                    cosines[row, column] = plain(stored, probe.vector)
            elif held.presence[row, column] and column + 1 in probe.searched_positions:
                cosines[row, column] = plain(stored, probe.vector)
    return cosines


def best_alone(cosines: np.ndarray) -> np.ndarray:
    kept = np.full(cosines.shape, np.nan)
    for row in np.flatnonzero(~np.isnan(cosines).all(axis=1)):
        column = int(np.nanargmax(cosines[row]))
        kept[row, column] = cosines[row, column]
    return kept


def assert_compared(
    found: FingerComparisons, cosines: np.ndarray, quality: int, code: int
) -> None:
    np.testing.assert_allclose(found.cosines, cosines, atol=1e-6)
    seen = ~np.isnan(cosines)
    assert np.array_equal(found.qualities, np.where(seen, quality, 0))
    assert np.array_equal(found.impression_codes, np.where(seen, code, 0))


def test_a_tenprint_meets_every_finger_both_sides_have(tenprints: CaptureColumns) -> None:
    probe = tenprint_probe(tenprint(3, fingers=(1, 3, 7)), TEMPLATE)

    found = compare(probe, tenprints, EVERY)

    assert_compared(found, expected(probe, tenprints), 70, 0)


@pytest.mark.parametrize("position", [0, 3])
def test_a_mark_keeps_the_finger_that_agreed_most(
    tenprints: CaptureColumns, position: int
) -> None:
    probe = mark_probe(replace(mark(4), position=FingerPosition(position)), TEMPLATE)

    found = compare(probe, tenprints, EVERY)

    assert np.all((~np.isnan(found.cosines)).sum(axis=1) == 1)
    assert_compared(found, best_alone(expected(probe, tenprints)), 70, 0)


@pytest.mark.parametrize(
    "probe",
    [
        tenprint_probe(tenprint(6), TEMPLATE),
        tenprint_probe(tenprint(6, fingers=(2, 3)), TEMPLATE),
        mark_probe(mark(7), TEMPLATE),
        MarkProbe(mark(7).vector, (4, 8)),
    ],
)
def test_stored_marks_meet_the_fingers_they_may_be(
    marks: CaptureColumns, probe: PrintProbe
) -> None:
    found = compare(probe, marks, EVERY)

    assert_compared(found, best_alone(expected(probe, marks)), 30, 2)


def test_a_comparison_is_the_same_to_the_bit_in_any_company_and_order(
    tenprints: CaptureColumns,
) -> None:
    prints = (*tenprint(3, fingers=(1, 3)), impression(9, 3))
    probe = tenprint_probe(prints, TEMPLATE)

    together = compare(probe, tenprints, EVERY).cosines
    backwards = compare(probe, tenprints, EVERY[::-1]).cosines[::-1]
    alone = np.concatenate([compare(probe, tenprints, EVERY[[row]]).cosines for row in EVERY])

    assert together.dtype == np.float32
    assert together.tobytes() == np.ascontiguousarray(backwards).tobytes() == alone.tobytes()
