"""Inclusion and consistency proofs of RFC 9162, made from stored nodes and verified from nothing.

A proof is a tuple of hashes of 32 bytes. Making one reads O(log n) stored nodes; the functions
that end in `_nodes` say which, so that a table can be asked once for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.errors import InvalidInputError, InvalidProofError
from service.provenance.log.merkle import (
    EMPTY_ROOT,
    HASH_BYTES,
    NodeReader,
    fold,
    node_hash,
    perfect_subtrees,
)

_Span = tuple[int, int]


def inclusion_proof(index: int, size: int, read_node: NodeReader) -> tuple[bytes, ...]:
    """Return the proof that leaf `index` is in the log of `size` leaves (RFC 9162, 2.1.3.1).

    Raises InvalidInputError unless 0 <= index < size.
    """
    return tuple(_span_hash(span, read_node) for span in _inclusion_spans(index, size))


def inclusion_nodes(index: int, size: int) -> tuple[tuple[int, int], ...]:
    """Return (level, index) of every stored node that `inclusion_proof` reads."""
    return _nodes_of(_inclusion_spans(index, size))


def consistency_proof(old_size: int, size: int, read_node: NodeReader) -> tuple[bytes, ...]:
    """Return the proof that the log of `size` leaves continues the one of `old_size`.

    As in RFC 9162, 2.1.4.1; empty when the sizes are equal or the old log was empty. Raises
    InvalidInputError unless 0 <= old_size <= size.
    """
    return tuple(_span_hash(span, read_node) for span in _consistency_spans(old_size, size))


def consistency_nodes(old_size: int, size: int) -> tuple[tuple[int, int], ...]:
    """Return (level, index) of every stored node that `consistency_proof` reads."""
    return _nodes_of(_consistency_spans(old_size, size))


def verify_inclusion(
    leaf: bytes, index: int, *, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that the leaf hash is number `index` of the log of `size` leaves with this root.

    The algorithm of RFC 9162, 2.1.3.2. Raises InvalidProofError, also for a truncated or padded
    proof.
    """
    if not 0 <= index < size:
        raise InvalidProofError("The proof is for an event beyond the end of the log.")
    _check_widths(proof)
    node, last, digest = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise InvalidProofError("The inclusion proof is too long.")
        if node & 1 or node == last:
            digest = node_hash(step, digest)
            node, last = _climb_past_lefts(node, last)
        else:
            digest = node_hash(digest, step)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise InvalidProofError("The inclusion proof is too short.")
    if digest != root:
        raise InvalidProofError("The inclusion proof does not lead to the root.")


def verify_consistency(
    old_size: int, size: int, *, proof: Sequence[bytes], old_root: bytes, root: bytes
) -> None:
    """Check that the log of `size` leaves with `root` continues the one of `old_size`.

    The algorithm of RFC 9162, 2.1.4.2. Raises InvalidProofError, also for a truncated or padded
    proof, and for a new log that is smaller than the old one.
    """
    if not 0 <= old_size <= size:
        raise InvalidProofError("The log has become shorter.")
    _check_widths(proof)
    if old_size in (0, size):
        _verify_without_proof(old_size, proof=proof, old_root=old_root, root=root)
        return
    steps = list(proof)
    if old_size & (old_size - 1) == 0:
        # A perfect old tree is its own first step, and the proof leaves it out.
        steps.insert(0, old_root)
    if not steps:
        raise InvalidProofError("The consistency proof is too short.")
    found_old, found_new = _replay_growth(steps, old_size, size)
    if found_old != old_root:
        raise InvalidProofError("The consistency proof does not lead to the old root.")
    if found_new != root:
        raise InvalidProofError("The consistency proof does not lead to the new root.")


def _verify_without_proof(
    old_size: int, *, proof: Sequence[bytes], old_root: bytes, root: bytes
) -> None:
    if proof:
        raise InvalidProofError("The consistency proof is too long.")
    expected = root if old_size else EMPTY_ROOT
    if old_root != expected:
        raise InvalidProofError(
            "The log has the same size as the checkpoint but another root: it was changed."
        )


def _replay_growth(steps: Sequence[bytes], old_size: int, size: int) -> tuple[bytes, bytes]:
    node, last = old_size - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise InvalidProofError("The consistency proof is too long.")
        if node & 1 or node == last:
            old, new = node_hash(step, old), node_hash(step, new)
            node, last = _climb_past_lefts(node, last)
        else:
            new = node_hash(new, step)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise InvalidProofError("The consistency proof is too short.")
    return old, new


def _climb_past_lefts(node: int, last: int) -> tuple[int, int]:
    """Skip the levels at which the last node has no sibling to its right."""
    while not node & 1 and node != 0:
        node, last = node >> 1, last >> 1
    return node, last


def _check_widths(proof: Sequence[bytes]) -> None:
    if any(len(step) != HASH_BYTES for step in proof):
        raise InvalidProofError("Every step of a proof must have 32 bytes.")


def _inclusion_spans(index: int, size: int) -> tuple[_Span, ...]:
    if not 0 <= index < size:
        raise InvalidInputError("There is no such event in the log of that size.")
    spans = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _largest_power_below(stop - start)
        if index < middle:
            spans.append((middle, stop))
            stop = middle
        else:
            spans.append((start, middle))
            start = middle
    return tuple(reversed(spans))


def _consistency_spans(old_size: int, size: int) -> tuple[_Span, ...]:
    if not 0 <= old_size <= size:
        raise InvalidInputError("The old size of the log must not exceed the new size.")
    if old_size in (0, size):
        return ()
    spans = []
    start, stop = 0, size
    while stop != old_size:
        middle = start + _largest_power_below(stop - start)
        if old_size <= middle:
            spans.append((middle, stop))
            stop = middle
        else:
            spans.append((start, middle))
            start = middle
    if start:
        # The whole old tree need not be repeated: the asker knows its root.
        spans.append((start, stop))
    return tuple(reversed(spans))


def _largest_power_below(count: int) -> int:
    return 1 << (count - 1).bit_length() - 1


def _span_hash(span: _Span, read_node: NodeReader) -> bytes:
    return fold(tuple(read_node(level, index) for level, index in perfect_subtrees(*span)))


def _nodes_of(spans: Sequence[_Span]) -> tuple[tuple[int, int], ...]:
    return tuple(node for span in spans for node in perfect_subtrees(*span))
