"""Values become unit vectors once, or are refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidTemplateError
from prints.vectors.comparing import unit_vector, unit_vectors
from tests.formats import FORMAT

TEMPLATE = FORMAT.template


@given(scale=st.floats(1e-3, 1e3), seed=st.integers(0, 50))
def test_unit_vector_has_length_one_and_the_same_direction(scale: float, seed: int) -> None:
    values = np.random.default_rng(seed).standard_normal(192) * scale
    before = values.copy()

    vector = unit_vector(values, TEMPLATE)

    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)
    assert vector @ (values / np.linalg.norm(values)) == pytest.approx(1.0, abs=1e-5)
    assert not vector.flags.writeable
    assert (values == before).all()


@pytest.mark.parametrize(
    "values",
    [
        np.ones(191),
        np.ones((1, 192)),
        np.zeros(192),
        np.full(192, np.nan),
        np.full(192, np.inf),
        np.full(192, 1e-9),
    ],
)
def test_wrong_template_is_refused(values: np.ndarray) -> None:
    with pytest.raises(InvalidTemplateError):
        unit_vector(values, TEMPLATE)


def test_one_bad_value_among_good_ones_is_refused() -> None:
    values = np.ones(192)
    values[17] = np.nan

    with pytest.raises(InvalidTemplateError):
        unit_vector(values, TEMPLATE)


@pytest.mark.parametrize("bad", [0.0, np.nan, np.inf])
def test_the_row_that_is_refused_is_pointed_to(bad: float) -> None:
    values = np.ones((4, 192))
    values[2:] = bad

    with pytest.raises(InvalidTemplateError) as refused:
        unit_vectors(values, TEMPLATE)

    assert refused.value.pointer == "/2"
