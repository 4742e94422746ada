from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInputError, LogDamagedError
from service.provenance.log.merkle import (
    EMPTY,
    EMPTY_ROOT,
    Frontier,
    Node,
    advance,
    append,
    append_many,
    frontier_nodes,
    leaf_hash,
    node_hash,
    perfect_subtrees,
)
from tests.unit.service.provenance.builders import a_log_of_leaves

# The leaves every implementation of RFC 6962 is tested with, and their roots for sizes 0-8.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOT_ENDS = (
    ("e3b0", "b855"),
    ("6e34", "a01d"),
    ("fac5", "c125"),
    ("aeb6", "6e77"),
    ("d37e", "14b7"),
    ("4e3b", "64d4"),
    ("76e6", "87ef"),
    ("ddb8", "4c8c"),
    ("5dc9", "4328"),
)


def by_definition(leaves: list[bytes]) -> bytes:
    """The root as RFC 9162, 2.1.1 defines it: the oracle of the tests."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(by_definition(leaves[:split]), by_definition(leaves[split:]))


@pytest.mark.parametrize("size", range(9))
def test_published_roots_are_reproduced(size: int) -> None:
    frontier, _ = append_many(EMPTY, map(leaf_hash, LEAVES[:size]))

    root = frontier.root.hex()

    assert (root[:4], root[-4:]) == ROOT_ENDS[size]


def test_empty_log_has_the_published_root() -> None:
    assert EMPTY.root == EMPTY_ROOT
    assert EMPTY_ROOT.hex().startswith("e3b0c44298fc1c14")


@pytest.mark.parametrize("size", range(65))
def test_root_is_the_one_of_the_definition(size: int) -> None:
    leaves = [leaf_hash(bytes([number])) for number in range(size)]

    frontier, _ = append_many(EMPTY, leaves)

    assert frontier.root == by_definition(leaves)


@given(st.integers(0, 300), st.integers(0, 300))
def test_one_by_one_and_in_bulk_agree(first: int, second: int) -> None:
    leaves = [leaf_hash(number.to_bytes(2, "big")) for number in range(first + second)]
    start, nodes = append_many(EMPTY, leaves[:first])

    bulk, bulk_nodes = append_many(start, leaves[first:])
    single = start
    single_nodes: list[Node] = []
    for leaf in leaves[first:]:
        single, made = append(single, leaf)
        single_nodes.extend(made)

    assert single == bulk == advance(start, leaves[first:])
    assert tuple(single_nodes) == bulk_nodes
    assert len(nodes) + len(bulk_nodes) == 2 * len(leaves) - len(leaves).bit_count() * bool(leaves)


def test_stored_nodes_are_the_perfect_subtrees_and_never_change() -> None:
    log = a_log_of_leaves(64)

    expected = {(level, index) for level in range(7) for index in range(64 >> level)}

    assert set(log.nodes) == expected
    for (level, index), digest in log.nodes.items():
        leaves = [log.nodes[0, leaf] for leaf in range(index << level, (index + 1) << level)]
        assert digest == by_definition(leaves)


@pytest.mark.parametrize("size", range(65))
def test_frontier_of_any_earlier_size_is_read_back(size: int) -> None:
    log = a_log_of_leaves(64)

    stored = tuple(log.read_node(level, index) for level, index in frontier_nodes(size))

    assert Frontier(size, stored) == log.frontiers[size]


@given(st.integers(0, 1 << 40))
def test_an_append_touches_no_more_than_the_depth(size: int) -> None:
    frontier = Frontier(size, tuple(bytes(32) for _ in range(size.bit_count())))

    after, nodes = append(frontier, bytes(32))

    assert after.size == size + 1
    assert len(nodes) <= (size + 1).bit_length()


@given(st.integers(0, 1 << 20))
def test_perfect_subtrees_cover_the_leaves_once(size: int) -> None:
    position = 0
    for level, index in perfect_subtrees(0, size):
        assert index << level == position
        position += 1 << level

    assert position == size


def test_a_leaf_that_is_no_hash_is_refused() -> None:
    with pytest.raises(InvalidInputError):
        append(EMPTY, b"short")


def test_a_frontier_that_does_not_fit_its_size_is_refused() -> None:
    with pytest.raises(LogDamagedError):
        Frontier(3, (bytes(32),))
