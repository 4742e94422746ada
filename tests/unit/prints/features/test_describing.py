"""Descriptions: neighbourhoods seen from each minutia."""

from __future__ import annotations

import numpy as np
import pytest

from prints.features.describing import describe
from prints.features.parameters import DESCRIPTOR
from tests.unit.prints.features.builders import columns, moved, random_set


def test_neighbourhoods_have_unit_length() -> None:
    description = describe(random_set(np.random.default_rng(1)))

    lengths = np.linalg.norm(description.descriptors, axis=1)
    assert lengths == pytest.approx(np.ones(40), abs=5e-3)
    assert description.descriptors.dtype == np.float32


def test_a_minutia_alone_has_an_empty_neighbourhood() -> None:
    description = describe(columns(np.array([[100.0, 100.0], [900.0, 900.0]]), np.zeros(2)))

    assert not description.descriptors.any()


def test_neighbourhoods_do_not_move_with_the_print() -> None:
    minutiae = random_set(np.random.default_rng(2))
    still, turned = describe(minutiae), describe(moved(minutiae, 0.7, (50.0, -80.0)))
    straight = still.descriptors[np.argsort(still.sources)]
    again = turned.descriptors[np.argsort(turned.sources)]

    assert again == pytest.approx(straight, abs=2e-3)


def test_the_best_minutiae_are_kept() -> None:
    rng = np.random.default_rng(3)
    minutiae = random_set(rng, 300)
    description = describe(minutiae)

    assert len(description) == DESCRIPTOR.most_minutiae
    left_out = np.delete(minutiae.qualities, description.sources)
    assert minutiae.qualities[description.sources].min() >= left_out.max()


def test_arrays_of_a_description_cannot_be_written() -> None:
    description = describe(random_set(np.random.default_rng(4)))

    with pytest.raises(ValueError, match="read-only"):
        description.descriptors[0] = 0
