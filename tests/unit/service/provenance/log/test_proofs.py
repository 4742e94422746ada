from __future__ import annotations

import numpy as np
import pytest

from domain.errors import InvalidInputError, InvalidProofError
from service.provenance.log.merkle import EMPTY_ROOT, leaf_hash
from service.provenance.log.proofs import (
    consistency_nodes,
    consistency_proof,
    inclusion_nodes,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from tests.unit.service.provenance.builders import SmallLog, a_log_of_leaves

LOG = a_log_of_leaves(64)


def include(log: SmallLog, index: int, size: int, proof: tuple[bytes, ...]) -> None:
    verify_inclusion(log.nodes[0, index], index, size=size, proof=proof, root=log.root(size))


def continues(log: SmallLog, old: int, new: int, proof: tuple[bytes, ...]) -> None:
    verify_consistency(old, new, proof=proof, old_root=log.root(old), root=log.root(new))


def flipped(data: bytes, byte: int = 0) -> bytes:
    return data[:byte] + bytes([data[byte] ^ 1]) + data[byte + 1 :]


@pytest.mark.parametrize("size", range(1, 65))
def test_every_event_is_proved_at_every_size(size: int) -> None:
    for index in range(size):
        proof = inclusion_proof(index, size, LOG.read_node)
        include(LOG, index, size, proof)
        assert len(proof) <= (size - 1).bit_length()


@pytest.mark.parametrize("size", range(65))
def test_every_size_is_proved_to_continue_every_smaller_one(size: int) -> None:
    for old in range(size + 1):
        continues(LOG, old, size, consistency_proof(old, size, LOG.read_node))


@pytest.mark.parametrize("size", range(1, 65))
def test_a_proof_of_one_event_proves_no_other(size: int) -> None:
    for index in range(size):
        proof = inclusion_proof(index, size, LOG.read_node)
        for other in range(size):
            if other != index:
                with pytest.raises(InvalidProofError):
                    include(LOG, other, size, proof)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 33, 64])
def test_truncated_padded_or_flipped_inclusion_proofs_fail(size: int) -> None:
    for index in range(size):
        proof = inclusion_proof(index, size, LOG.read_node)
        damaged = [(*proof, bytes(32)), (bytes(32), *proof)]
        damaged += [proof[:-1], proof[1:]] if proof else []
        damaged += [(*proof[:i], flipped(proof[i]), *proof[i + 1 :]) for i in range(len(proof))]
        for wrong in damaged:
            with pytest.raises(InvalidProofError):
                include(LOG, index, size, wrong)


@pytest.mark.parametrize("size", [2, 3, 7, 8, 33, 64])
def test_truncated_padded_or_flipped_consistency_proofs_fail(size: int) -> None:
    for old in range(1, size + 1):
        proof = consistency_proof(old, size, LOG.read_node)
        damaged = [(*proof, bytes(32)), (bytes(32), *proof)]
        damaged += [proof[:-1], proof[1:]] if proof else []
        damaged += [(*proof[:i], flipped(proof[i]), *proof[i + 1 :]) for i in range(len(proof))]
        for wrong in damaged:
            with pytest.raises(InvalidProofError):
                continues(LOG, old, size, wrong)


def test_growth_is_not_taken_on_trust() -> None:
    for size in range(2, 65):
        for old in range(1, size):
            with pytest.raises(InvalidProofError):
                continues(LOG, old, size, ())


def test_a_fork_is_not_a_continuation() -> None:
    fork = a_log_of_leaves(20)
    for number in range(20, 40):
        fork.add_leaf(leaf_hash(b"another history %d" % number))

    for size in range(21, 41):
        proof = consistency_proof(30, max(size, 30), fork.read_node)
        with pytest.raises(InvalidProofError):
            verify_consistency(
                30,
                max(size, 30),
                proof=proof,
                old_root=LOG.root(30),
                root=fork.root(max(size, 30)),
            )


def test_a_log_rolled_back_to_a_backup_is_not_a_continuation() -> None:
    with pytest.raises(InvalidProofError, match="shorter"):
        verify_consistency(40, 30, proof=(), old_root=LOG.root(40), root=LOG.root(30))


def test_an_empty_log_is_continued_by_any() -> None:
    verify_consistency(0, 5, proof=(), old_root=EMPTY_ROOT, root=LOG.root(5))

    with pytest.raises(InvalidProofError):
        verify_consistency(0, 5, proof=(), old_root=bytes(32), root=LOG.root(5))


def test_an_event_beyond_the_end_is_refused() -> None:
    with pytest.raises(InvalidProofError):
        include(LOG, 5, 5, ())
    with pytest.raises(InvalidInputError):
        inclusion_proof(5, 5, LOG.read_node)
    with pytest.raises(InvalidInputError):
        consistency_proof(6, 5, LOG.read_node)


def test_a_step_of_another_width_is_refused() -> None:
    with pytest.raises(InvalidProofError, match="32 bytes"):
        include(LOG, 0, 2, (b"short",))
    with pytest.raises(InvalidProofError, match="32 bytes"):
        continues(LOG, 3, 5, (b"short",))


def test_the_nodes_named_in_advance_are_exactly_those_read() -> None:
    read: list[tuple[int, int]] = []

    def reader(level: int, index: int) -> bytes:
        read.append((level, index))
        return LOG.read_node(level, index)

    for size in range(1, 65):
        for index in range(size):
            read.clear()
            inclusion_proof(index, size, reader)
            assert tuple(read) == inclusion_nodes(index, size)
            read.clear()
            consistency_proof(index, size, reader)
            assert tuple(read) == consistency_nodes(index, size)


@pytest.fixture(scope="module")
def large_log() -> SmallLog:
    return a_log_of_leaves(100_000)


@pytest.mark.slow
def test_sampled_proofs_hold_up_to_a_hundred_thousand(large_log: SmallLog) -> None:
    rng = np.random.default_rng(6962)

    for _ in range(2000):
        size = int(rng.integers(1, 100_001))
        index = int(rng.integers(0, size))
        include(large_log, index, size, inclusion_proof(index, size, large_log.read_node))
        continues(large_log, index, size, consistency_proof(index, size, large_log.read_node))


@pytest.mark.slow
def test_sampled_proofs_with_one_byte_flipped_fail(large_log: SmallLog) -> None:
    rng = np.random.default_rng(9162)

    for _ in range(300):
        size = int(rng.integers(2, 100_001))
        index = int(rng.integers(0, size))
        proof = list(inclusion_proof(index, size, large_log.read_node))
        step = int(rng.integers(0, len(proof)))
        proof[step] = flipped(proof[step], int(rng.integers(0, 32)))
        with pytest.raises(InvalidProofError):
            include(large_log, index, size, tuple(proof))
