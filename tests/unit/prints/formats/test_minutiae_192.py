"""The format of vectors made of minutiae, with the model that comes with it."""

from __future__ import annotations

import numpy as np
import pytest

from domain.errors import UnreadablePrintError
from matching.scorer import load_scorer
from prints.features.vector_model import SHIPPED_DIGEST, SHIPPED_FILE, shipped_model
from prints.formats.minutiae_192 import FORMAT
from prints.print_format import PrintFormat
from tests.unit.prints.features.builders import columns, moved, random_set, seen_again

GOLDEN_DIGEST = "7af9ede457c88f0a46f428086c63e3fab09975c4a24c9996f332777d761d1820"
"""Of the shipped model. A change of it makes all vectors incomparable: raise the version of the
format with it."""


def tools_of(fmt: PrintFormat):
    assert fmt.features is not None
    return fmt.features


def test_the_shipped_model_is_the_one_that_vectors_were_made_by() -> None:
    assert SHIPPED_DIGEST == GOLDEN_DIGEST
    assert shipped_model().digest == GOLDEN_DIGEST
    assert SHIPPED_FILE.stat().st_size < 1_500_000


def test_vectors_fit_the_format_and_name_their_maker() -> None:
    maker = tools_of(FORMAT).vectors()
    vector = maker.vector(random_set(np.random.default_rng(1)))

    assert vector.shape == (FORMAT.template.dimension,)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)
    assert maker.tool.digest == GOLDEN_DIGEST
    assert len(tools_of(FORMAT).matcher.digest) == 64


def test_another_reading_is_nearer_than_other_fingers() -> None:
    rng = np.random.default_rng(2)
    maker = tools_of(FORMAT).vectors()
    prints = [random_set(rng) for _ in range(15)]
    first = np.array([maker.vector(one) for one in prints])
    again = np.array([maker.vector(seen_again(one, rng)) for one in prints])
    cosines = first @ again.T

    assert (cosines.argmax(axis=1) == np.arange(15)).mean() > 0.9


def test_a_vector_does_not_change_where_the_print_lies() -> None:
    maker = tools_of(FORMAT).vectors()
    print_ = random_set(np.random.default_rng(3))
    there = maker.vector(moved(print_, 0.0, (120.0, -77.0)))

    assert there @ maker.vector(print_) == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_print_of_hardly_any_minutiae_has_no_vector(count: int) -> None:
    with pytest.raises(UnreadablePrintError, match="fewer than 4 minutiae"):
        tools_of(FORMAT).vectors().vector(random_set(np.random.default_rng(4), count))


def test_minutiae_in_one_place_have_a_vector() -> None:
    heap = columns(np.full((9, 2), 500.0), np.linspace(0.1, 6.0, 9))

    assert np.isfinite(tools_of(FORMAT).vectors().vector(heap)).all()


def test_no_model_of_evidence_that_comes_with_identlink_is_fitted_on_it() -> None:
    assert FORMAT.label == "identlink-minutiae-192/1"
    assert load_scorer().template_format != FORMAT.label
