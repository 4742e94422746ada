"""Probes that may be searched with, and those refused."""

from dataclasses import replace

import numpy as np
import pytest

from domain.errors import (
    DuplicatePositionError,
    EmptyProbeError,
    InvalidInputError,
    InvalidQualityError,
    InvalidTemplateError,
    UnknownTemplateFormatError,
    UnsupportedSearchError,
)
from domain.prints.captures import MarkProbe, TenprintProbe, mark_probe, tenprint_probe
from domain.prints.prints import FingerPosition, Impression, ImpressionType
from domain.prints.templates import TemplateFormat
from tests.formats import FORMAT
from tests.unit.indexing.building import random_vectors

TEMPLATE = FORMAT.template
VECTORS = random_vectors(np.random.default_rng(2), 10)
PRESENT = np.ones(10, dtype=np.bool_)
QUALITIES = np.full(10, 40, dtype=np.uint8)


def impression(position: int = 2, row: int = 0) -> Impression:
    return Impression(FingerPosition(position), ImpressionType.PLAIN, 55, VECTORS[row], TEMPLATE)


def test_impressions_become_columns_by_position() -> None:
    probe = tenprint_probe([impression(2, 0), impression(7, 1)], TEMPLATE)
    assert np.flatnonzero(probe.presence).tolist() == [1, 6]
    assert np.array_equal(probe.vectors[6], VECTORS[1])
    assert probe.qualities[1] == 55


def test_a_tenprint_needs_known_positions() -> None:
    with pytest.raises(UnsupportedSearchError):
        tenprint_probe([impression(0)], TEMPLATE)


def test_a_finger_may_not_appear_twice() -> None:
    with pytest.raises(DuplicatePositionError):
        tenprint_probe([impression(3), impression(3)], TEMPLATE)


def test_a_tenprint_needs_a_finger() -> None:
    with pytest.raises(EmptyProbeError):
        tenprint_probe([], TEMPLATE)


def test_a_foreign_format_is_never_compared() -> None:
    foreign = replace(impression(), fmt=TemplateFormat("other", 1, 192))
    with pytest.raises(UnknownTemplateFormatError):
        tenprint_probe([foreign], TEMPLATE)
    with pytest.raises(UnknownTemplateFormatError):
        mark_probe(foreign, TEMPLATE)


@pytest.mark.parametrize(
    ("vectors", "presence", "qualities", "error"),
    [
        (VECTORS[:9], PRESENT, QUALITIES, InvalidTemplateError),
        (VECTORS, PRESENT[:9], QUALITIES, InvalidInputError),
        (VECTORS, PRESENT, QUALITIES.astype(np.int64), InvalidInputError),
        (VECTORS, PRESENT, QUALITIES + np.uint8(61), InvalidQualityError),
        (VECTORS * np.float32(2), PRESENT, QUALITIES, InvalidTemplateError),
    ],
)
def test_a_wrong_tenprint_is_refused(
    vectors: np.ndarray, presence: np.ndarray, qualities: np.ndarray, error: type[Exception]
) -> None:
    with pytest.raises(error):
        TenprintProbe(vectors, presence, qualities)


def test_a_mark_of_unknown_finger_may_be_any_of_ten() -> None:
    assert mark_probe(impression(0), TEMPLATE).searched_positions == tuple(range(1, 11))


def test_a_mark_is_searched_at_its_own_position_unless_others_are_named() -> None:
    assert mark_probe(impression(4), TEMPLATE).searched_positions == (4,)
    assert mark_probe(impression(4), TEMPLATE, positions=(9, 2)).searched_positions == (2, 9)


@pytest.mark.parametrize("positions", [(0,), (11,), (3, 3)])
def test_a_mark_has_positions_one_to_ten_each_once(positions: tuple[int, ...]) -> None:
    with pytest.raises(InvalidInputError):
        MarkProbe(VECTORS[0], positions)


@pytest.mark.parametrize("vector", [VECTORS[0, :100], VECTORS[:2], VECTORS[0] * np.float32(0)])
def test_a_mark_is_one_unit_vector(vector: np.ndarray) -> None:
    with pytest.raises(InvalidTemplateError):
        MarkProbe(vector)
