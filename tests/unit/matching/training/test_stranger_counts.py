from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.local_prints import DEVIATIONS
from matching.print_parameters import STRANGER_STEP
from matching.training.stranger_counts import count_strangers, merged_counts, upper_density


def unit(rng: np.random.Generator, rows: int) -> np.ndarray:
    vectors = rng.standard_normal((rows, 64))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def normal_counts(total: float) -> np.ndarray:
    shares = np.exp(-0.5 * DEVIATIONS**2) / np.sqrt(2 * np.pi) * STRANGER_STEP
    return np.rint(total * shares).astype(np.int64)


def test_everybody_but_the_own_person_is_counted() -> None:
    rng = np.random.default_rng(1)
    probes, gallery = unit(rng, 40), unit(rng, 90)
    own = np.where(np.arange(40) < 30, np.arange(40), -1)
    moments = np.stack([rng.normal(0, 0.02, 40), rng.uniform(0.05, 0.2, 40)], axis=1)
    body, tail = count_strangers(probes, gallery, own, moments=moments)
    deviations = (probes @ gallery.T - moments[:, :1]) / moments[:, 1:]
    deviations[np.arange(30), np.arange(30)] = np.nan
    kept = deviations[~np.isnan(deviations)]
    places = np.rint((kept - DEVIATIONS[0]) / STRANGER_STEP).astype(int)
    expected = np.bincount(places, minlength=len(DEVIATIONS))
    assert np.abs(merged_counts(body, tail) - expected).sum() <= 4  # ties of rounding
    assert body.sum() == 40 * 90 - 30


def test_the_bound_is_near_the_truth_where_much_was_counted_and_above_it_everywhere() -> None:
    bound = upper_density(normal_counts(1e9))
    truth = np.log2(np.exp(-0.5 * DEVIATIONS**2) / np.sqrt(2 * np.pi))
    above = DEVIATIONS >= 0
    assert (bound - truth)[above].min() > -0.01
    counted = above & (DEVIATIONS < 4.5)
    assert (bound - truth)[counted].max() < 0.3


def test_nothing_is_extrapolated_beyond_the_last_count() -> None:
    # At 8 standard deviations a normal density is 2**-47; a thousand million comparisons and a
    # distance of two standard deviations to the last of them support about 2**-30.
    bound = upper_density(normal_counts(1e9))
    assert -32 < bound[np.searchsorted(DEVIATIONS, 8.0)] < -27


def test_more_counting_supports_more() -> None:
    few, many = (upper_density(normal_counts(n)) for n in (1e6, 1e9))
    assert few[np.searchsorted(DEVIATIONS, 6.0)] > many[np.searchsorted(DEVIATIONS, 6.0)] + 5


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=5, max_size=60), st.integers(0, 2**32 - 1))
def test_the_bound_never_rises(tail: list[int], seed: int) -> None:
    counts = normal_counts(1e4)
    places = np.random.default_rng(seed).integers(200, len(DEVIATIONS), len(tail))
    counts[places] += np.array(tail)
    assert np.diff(upper_density(counts)).max() <= 1e-9
