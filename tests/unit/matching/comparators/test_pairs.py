from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.comparators.pairs import Compared, PairTable, best_pairs

BITS = st.floats(-12, 25)
Pair = tuple[int, float]
"""Level and bits of one pair of values; level 0 is not compared."""

NOTHING: Pair = (0, 0.0)


def found(*people: list[Pair], floor_bits: float = -8.0) -> Compared:
    """One stated value against the values of each person."""
    return found_of([list(people)], floor_bits=floor_bits)


def found_of(said: list[list[list[Pair]]], *, floor_bits: float = -8.0) -> Compared:
    """Several stated values; each is a list of people, each a list of pairs."""
    rows, owners = [], []
    for people in said:
        firsts = [person[0] if person else NOTHING for person in people]
        further = [(n, pair) for n, person in enumerate(people) for pair in person[1:]]
        owners = [n for n, _ in further]
        rows.append(firsts + [pair for _, pair in further])
    codes = np.array([[code for code, _ in row] for row in rows], dtype=np.int8)
    bits = np.array([[worth for _, worth in row] for row in rows])
    table = PairTable(codes, bits, np.zeros(codes.shape))
    return best_pairs(table, np.array(owners, dtype=np.int64), floor_bits=floor_bits)


def test_the_best_pair_counts_less_log2_of_the_pairs_compared() -> None:
    result = found([(1, 9.0), (2, 3.0), (3, -2.0)], [(1, 9.0)])
    assert result.codes.tolist() == [1, 1]
    assert np.allclose(result.bits, [9.0 - np.log2(3), 9.0])
    assert result.pairs.tolist() == [3, 1]


def test_the_best_may_be_a_further_value() -> None:
    result = found([(3, -2.0), (2, 3.0), (1, 9.0)], [(1, 9.0)], [(3, -2.0), (1, 7.0)])
    assert result.codes.tolist() == [1, 1, 1]
    assert np.allclose(result.bits, [9.0 - np.log2(3), 9.0, 6.0])


def test_pairs_that_could_not_be_compared_are_not_counted() -> None:
    result = found([(1, 9.0), NOTHING, NOTHING])
    assert result.bits.tolist() == [9.0]
    assert result.pairs.tolist() == [1]


def test_people_without_values_get_exactly_nothing() -> None:
    result = found([], [(2, -5.0)], [NOTHING])
    assert result.codes.tolist() == [0, 2, 0]
    assert result.bits.tolist() == [0.0, -5.0, 0.0]
    assert result.pairs.tolist() == [0, 1, 0]


def test_disagreement_is_never_deducted_below_plain_disagreement() -> None:
    assert found([(3, -8.0)] * 4).bits.tolist() == [-8.0]


def test_two_values_said_are_pairs_too() -> None:
    held = [[(3, -8.0), (3, -8.0)]]
    result = found_of([held, [[(1, 9.0), (3, -8.0)]]])
    assert result.bits.tolist() == [9.0 - 2.0]
    assert result.pairs.tolist() == [4]


@given(st.lists(st.lists(BITS, min_size=0, max_size=5), min_size=1, max_size=8))
def test_best_pairs_equal_the_rule_applied_one_person_at_a_time(people: list[list[float]]) -> None:
    result = found(*[[(1, bits) for bits in person] for person in people])
    expected = [max(max(p) - np.log2(len(p)), min(max(p), -8.0)) if p else 0.0 for p in people]
    assert np.allclose(result.bits, expected)


@given(st.lists(BITS, min_size=1, max_size=6), BITS)
def test_one_more_alias_never_gives_free_evidence(held: list[float], extra: float) -> None:
    values = [*held, extra]
    bits = float(found([(1, worth) for worth in values]).bits[0])
    assert bits <= max(np.log2(np.mean(np.exp2(values))), -8.0) + 1e-9
