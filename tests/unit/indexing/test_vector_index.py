"""FAISS behind its wrapper: training, encoding and scanning."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from indexing.codes import vector_index
from indexing.codes.vector_index import (
    KERNELS,
    FastScan,
    FlatScan,
    Found,
    Kernel,
    encode,
    fastest_kernel,
    train_centroids,
)
from tests.unit.indexing.building import random_vectors, recaptured

RNG = np.random.default_rng(11)
SAMPLES = random_vectors(RNG, 3000)[:, :64].copy()
CENTROIDS = train_centroids(SAMPLES, 32)
CODES = encode(CENTROIDS, SAMPLES)


def decoded(codes: np.ndarray) -> np.ndarray:
    nibbles = np.stack([codes & 15, codes >> 4], axis=2).reshape(len(codes), -1)
    return CENTROIDS[np.arange(32), nibbles].reshape(len(codes), -1)


def test_training_again_gives_the_same_centroids() -> None:
    assert np.array_equal(train_centroids(SAMPLES, 32), CENTROIDS)
    assert CENTROIDS.shape == (32, 16, 2)


def test_codes_name_the_nearest_centroids() -> None:
    distances = np.linalg.norm(SAMPLES.reshape(-1, 32, 1, 2) - CENTROIDS[None], axis=3)
    nearest = CENTROIDS[np.arange(32), distances.argmin(axis=2)].reshape(len(SAMPLES), -1)
    assert np.allclose(decoded(CODES), nearest)


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_scan_ranks_by_the_inner_product_with_what_the_codes_stand_for(kernel: Kernel) -> None:
    queries = SAMPLES[:20]
    found = FastScan(CENTROIDS, CODES, kernel=kernel).search(queries, 50)
    exact = np.take_along_axis(queries @ decoded(CODES).T, found.places, axis=1)
    assert np.abs(found.similarities - exact).max() < 0.02
    assert (np.diff(found.similarities, axis=1) <= 0).all()


@pytest.mark.parametrize("count", [1, 2, 3, 8, 20])
def test_every_kernel_finds_the_same(count: int) -> None:
    scans = [FastScan(CENTROIDS, CODES, kernel=kernel) for kernel in KERNELS]
    first, *others = [scan.search(SAMPLES[:count], 200) for scan in scans]
    for found in others:
        assert np.array_equal(found.similarities, first.similarities)
        for row in range(count):
            # Entries tied with the last one may be present or not.
            above = first.similarities[row] > first.similarities[row, -1]
            assert set(found.places[row, above]) == set(first.places[row, above])


def test_a_machine_scans_with_the_kernel_that_won_its_trial() -> None:
    found = fastest_kernel(8, is_large=False)
    assert found in KERNELS
    assert fastest_kernel(8, is_large=False) is found


@pytest.mark.parametrize("is_large", [True, False])
def test_a_kernel_is_tried_for_codes_of_that_length_and_size(
    is_large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def tried(parts: int, *, is_large: bool) -> Kernel:
        asked.append((parts, is_large))
        return KERNELS[0]

    monkeypatch.setattr(vector_index, "fastest_kernel", tried)
    least = CODES.nbytes + (0 if is_large is False else -1)
    monkeypatch.setattr(vector_index, "_LARGE_BYTES", least + 1)
    FastScan(CENTROIDS, CODES)
    assert asked == [(len(CENTROIDS), is_large)]


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_query_finds_the_same_alone_and_beside_others_at_any_time(kernel: Kernel) -> None:
    scan, queries = FastScan(CENTROIDS, CODES, kernel=kernel), SAMPLES[:8]
    together = scan.search(queries, 200)

    def alone(row: int) -> Found:
        return scan.search(queries[row : row + 1], 200)

    # Others change the kernel's number meanwhile.
    with ThreadPoolExecutor(2) as pool:
        beside = pool.submit(lambda: [scan.search(queries, 200) for _ in range(40)])
        found = [alone(row % 8) for row in range(160)]

    for batch in beside.result():
        assert np.array_equal(batch.similarities, together.similarities)
    for number, one in enumerate(found):
        row = number % 8
        assert np.array_equal(one.similarities[0], together.similarities[row])
        above = one.similarities[0] > one.similarities[0, -1]
        assert set(one.places[0, above]) == set(together.places[row, above])


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("n", [1, 31, 33, 63, 65, 1000])
def test_asking_for_more_than_there_is_gives_all_and_no_padding(n: int, kernel: Kernel) -> None:
    found = FastScan(CENTROIDS, CODES[:n], kernel=kernel).search(SAMPLES[:3], 5000)
    assert found.places.shape == (3, n)
    assert (np.sort(found.places, axis=1) == np.arange(n)).all()


def test_the_mate_is_found() -> None:
    queries = recaptured(RNG, random_vectors(RNG, 5), 0.9)[:, :64].copy()
    codes = np.concatenate([CODES, encode(CENTROIDS, queries)])
    found = FastScan(CENTROIDS, codes).search(queries, 1)
    assert found.places[:, 0].tolist() == list(range(3000, 3005))


@pytest.mark.parametrize("threshold", [None, 20, 128_000])
def test_the_yardstick_is_exact_with_and_without_blas(threshold: int | None) -> None:
    queries = SAMPLES[:9]
    yardstick = FlatScan(SAMPLES)
    found = yardstick.search(queries, 30, blas_threshold=threshold)
    exact = queries @ SAMPLES.T
    assert found.similarities == pytest.approx(-np.sort(-exact, axis=1)[:, :30], abs=1e-5)
    assert np.allclose(np.take_along_axis(exact, found.places, axis=1), found.similarities)
    assert len(yardstick) == 3000
