"""Coarse codes: their precision, and their independence of the grouping of rows."""

import numpy as np
from threadpoolctl import threadpool_limits

from indexing.codes.codec import train_codec
from indexing.codes.columns import stored_columns
from indexing.codes.rotation import probe_values
from indexing.codes.vector_index import FastScan
from tests.formats import FORMAT
from tests.unit.indexing.building import people

RNG = np.random.default_rng(13)
PEOPLE = people(RNG, 2500)
COLUMNS = stored_columns(PEOPLE.batch(RNG, np.arange(2500)), None)
CODEC = train_codec(COLUMNS.vectors[:1000], COLUMNS.finger_bits[:1000], FORMAT.index)


def test_training_again_gives_the_same_codec() -> None:
    # Sums of linear algebra depend on its threads, which other tests of the process have set.
    with threadpool_limits(limits=1, user_api="blas"):
        first, again = (
            train_codec(COLUMNS.vectors[:1000], COLUMNS.finger_bits[:1000], FORMAT.index)
            for _ in range(2)
        )
    for part in ("finger_projection", "tenprint_projection", "finger_centroids"):
        assert np.array_equal(getattr(again, part), getattr(first, part))
    assert np.array_equal(again.tenprint_centroids, first.tenprint_centroids)
    assert first.trained_on == 1000


def test_projections_have_orthonormal_columns() -> None:
    for projection, shape in (
        (CODEC.finger_projection, FORMAT.index.mark_codes),
        (CODEC.tenprint_projection, FORMAT.index.tenprint_codes),
    ):
        assert np.allclose(projection.T @ projection, np.eye(shape.dimension), atol=1e-5)


def test_the_long_code_keeps_nearly_all_of_a_finger() -> None:
    fingers = COLUMNS.vectors[:, 4].astype(np.float32)
    fingers = fingers[fingers.any(axis=1)]
    fingers /= np.linalg.norm(fingers, axis=1, keepdims=True)
    kept = np.linalg.norm(fingers @ CODEC.finger_projection, axis=1) ** 2
    assert kept.mean() > 0.9


def test_codes_do_not_depend_on_grouping() -> None:
    together = CODEC.tenprint_codes(COLUMNS.vectors, COLUMNS.finger_bits)
    apart = [
        CODEC.tenprint_codes(COLUMNS.vectors[a : a + 700], COLUMNS.finger_bits[a : a + 700])
        for a in range(0, 2500, 700)
    ]
    assert (together != np.concatenate(apart)).mean() < 1e-3
    assert together.shape == (2500, 5 * FORMAT.index.tenprint_codes.parts)


def test_nothing_has_no_codes() -> None:
    assert CODEC.finger_codes(COLUMNS.vectors[:0, 0]).shape == (
        0,
        FORMAT.index.mark_codes.parts // 2,
    )
    nothing = CODEC.tenprint_codes(COLUMNS.vectors[:0], COLUMNS.finger_bits[:0])
    assert nothing.shape == (0, 5 * FORMAT.index.tenprint_codes.parts)


def test_the_scan_of_short_codes_finds_a_capture_of_three_fingers() -> None:
    codes = CODEC.tenprint_codes(COLUMNS.vectors, COLUMNS.finger_bits)
    probes = [PEOPLE.tenprint(RNG, person, fingers=3) for person in range(40)]
    values = probe_values(np.stack([probe.vectors for probe in probes]), None)
    found = FastScan(CODEC.tenprint_centroids, codes).search(CODEC.tenprint_queries(values), 50)
    mates = (found.places == np.arange(40)[:, None]).any(axis=1)
    assert mates.mean() > 0.95
