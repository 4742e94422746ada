from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.comparators.pairs import PairTable, best_pairs, empty_table


def _table(codes: list[list[int]], bits: list[list[float]]) -> PairTable:
    shape = np.array(codes).shape
    return PairTable(np.array(codes, dtype=np.int8), np.array(bits), np.full(shape, np.nan))


def test_the_best_pair_counts_less_log2_of_the_pairs_compared() -> None:
    table = _table([[1, 2, 3, 1]], [[9.0, 3.0, -2.0, 9.0]])
    found = best_pairs(table, np.array([3, 1]), floor_bits=-8.0)
    assert found.codes.tolist() == [1, 1]
    assert np.allclose(found.bits, [9.0 - np.log2(3), 9.0])
    assert found.pairs.tolist() == [3, 1]


def test_pairs_that_could_not_be_compared_are_not_counted() -> None:
    found = best_pairs(_table([[1, 0, 0]], [[9.0, 0.0, 0.0]]), np.array([3]), floor_bits=-8.0)
    assert found.bits.tolist() == [9.0]
    assert found.pairs.tolist() == [1]


def test_people_without_values_get_exactly_nothing() -> None:
    found = best_pairs(_table([[2]], [[-5.0]]), np.array([0, 1, 0]), floor_bits=-8.0)
    assert found.codes.tolist() == [0, 2, 0]
    assert found.bits.tolist() == [0.0, -5.0, 0.0]
    assert found.pairs.tolist() == [0, 1, 0]


def test_nothing_said_compares_with_nobody() -> None:
    found = best_pairs(empty_table(0, 4), np.array([3, 1]), floor_bits=-8.0)
    assert found.bits.tolist() == [0.0, 0.0]
    assert found.codes.tolist() == [0, 0]


def test_disagreement_is_never_deducted_below_plain_disagreement() -> None:
    table = _table([[3, 3, 3, 3]], [[-8.0] * 4])
    assert best_pairs(table, np.array([4]), floor_bits=-8.0).bits.tolist() == [-8.0]


def test_two_names_said_are_pairs_too() -> None:
    table = _table([[3, 3], [1, 3]], [[-8.0, -8.0], [9.0, -8.0]])
    found = best_pairs(table, np.array([2]), floor_bits=-8.0)
    assert found.bits.tolist() == [9.0 - 2.0]


@given(st.lists(st.lists(st.floats(-12, 25), min_size=0, max_size=5), min_size=1, max_size=8))
def test_best_pairs_equal_the_rule_applied_one_person_at_a_time(people: list[list[float]]) -> None:
    flat = [bits for person in people for bits in person]
    table = _table([[1] * len(flat)], [flat]) if flat else empty_table(1, 0)
    found = best_pairs(table, np.array([len(p) for p in people]), floor_bits=-8.0)
    expected = [max(max(p) - np.log2(len(p)), min(max(p), -8.0)) if p else 0.0 for p in people]
    assert np.allclose(found.bits, expected)


@given(st.lists(st.floats(-12, 25), min_size=1, max_size=6), st.floats(-12, 25))
def test_one_more_alias_never_gives_free_evidence(held: list[float], extra: float) -> None:
    def ratio(values: list[float]) -> float:
        table = _table([[1] * len(values)], [values])
        return float(best_pairs(table, np.array([len(values)]), floor_bits=-8.0).bits[0])

    mean = np.log2(np.mean(np.exp2([*held, extra])))
    assert ratio([*held, extra]) <= max(mean, -8.0) + 1e-9
