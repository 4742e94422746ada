"""One hit for each person, in falling similarity, with ties broken the same way every time."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from indexing.searching.ranking import highest_per_person, tenprint_similarities

SIMILARITIES = arrays(
    np.float32, st.integers(0, 60), elements=st.sampled_from([-np.inf, -0.5, 0.0, 0.25, 0.5, 1.0])
)

COSINES = arrays(
    np.float32,
    st.tuples(st.integers(0, 40), st.just(10)),
    elements=st.one_of(
        st.just(float("nan")),
        st.floats(2**-20, 1, width=32),
        st.floats(-1, -(2**-20), width=32),
    ),
)


def naive(similarities: np.ndarray, persons: np.ndarray, rows: np.ndarray, k: int) -> list[int]:
    order = sorted(range(len(rows)), key=lambda i: (-similarities[i], persons[i], rows[i]))
    seen: dict[int, int] = {}
    for place in order:
        if similarities[place] > -np.inf:
            seen.setdefault(int(persons[place]), place)
    return list(seen.values())[:k]


@given(SIMILARITIES, st.integers(1, 8), st.integers(0, 2**32 - 1))
def test_the_highest_of_each_person_are_found(similarities: np.ndarray, k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    persons = rng.integers(0, 12, len(similarities))
    rows = rng.permutation(len(similarities))
    places = highest_per_person(similarities, lambda at: (persons[at], rows[at]), k=k)
    assert places.tolist() == naive(similarities, persons, rows, k)


def test_a_person_with_many_encounters_does_not_crowd_others_out() -> None:
    similarities = np.concatenate([np.full(100, 0.9), [0.1, 0.2]]).astype(np.float32)
    persons = np.concatenate([np.zeros(100), [1, 2]]).astype(np.int64)
    places = highest_per_person(similarities, lambda at: (persons[at], at), k=3)
    assert persons[places].tolist() == [0, 2, 1]


def test_the_similarity_is_the_sum_over_the_root_of_the_common_fingers() -> None:
    nan = np.nan
    cosines = np.array([[0.5] * 4 + [nan] * 6, [0.5] * 10, [nan] * 10], dtype=np.float32)
    assert tenprint_similarities(cosines).tolist() == [
        np.float32(1.0),
        np.float32(5) / np.float32(np.sqrt(10)),
        -np.inf,
    ]


@given(COSINES)
def test_the_similarity_is_that_of_numpy_to_the_bit_in_any_layout(cosines: np.ndarray) -> None:
    compared = ~np.isnan(cosines)
    common = compared.sum(axis=1)
    total = np.where(compared, cosines, np.float32(0)).sum(axis=1, dtype=np.float32)
    roots = np.sqrt(np.maximum(common, 1)).astype(np.float32)
    expected = np.where(common > 0, total / roots, np.float32(-np.inf))
    for layout in (np.ascontiguousarray(cosines), np.asfortranarray(cosines)):
        found = tenprint_similarities(layout)
        assert found.dtype == np.float32
        assert found.tobytes() == expected.tobytes()
