"""Proofs that an event is in the log and that a log was continued, and receipts for events."""

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.errors import InvalidInputError, InvalidProofError
from service.provenance.canonical import EventBody, read_event
from service.provenance.log import merkle
from service.provenance.log.checkpoints import SignedCheckpoint, open_checkpoint
from service.provenance.log.note_keys import VerifierKey, decode_base64

_Span = tuple[int, int]


def inclusion_proof(index: int, size: int, read_node: merkle.NodeReader) -> tuple[bytes, ...]:
    """Return the proof that leaf `index` is in the log of `size` leaves (RFC 9162, 2.1.3.1).

    Raises InvalidInputError unless 0 <= index < size.
    """
    return tuple(_span_hash(span, read_node) for span in _inclusion_spans(index, size))


def inclusion_nodes(index: int, size: int) -> tuple[tuple[int, int], ...]:
    """Return (level, index) of every stored node that `inclusion_proof` reads."""
    return _nodes_of(_inclusion_spans(index, size))


def consistency_proof(old_size: int, size: int, read_node: merkle.NodeReader) -> tuple[bytes, ...]:
    """Return the proof that the log of `size` leaves continues the log of `old_size` leaves.

    As in RFC 9162, 2.1.4.1; empty if the sizes are equal or the old log was empty. Raises
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

    Uses the algorithm of RFC 9162, 2.1.3.2. Raises InvalidProofError, also for a truncated or
    padded proof.
    """
    if not 0 <= index < size:
        raise InvalidProofError("The proof is for an event beyond the end of the log.")
    _check_widths(proof)
    node, last, digest = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise InvalidProofError("The inclusion proof is too long.")
        if node & 1 or node == last:
            digest = merkle.node_hash(step, digest)
            node, last = _climb_past_lefts(node, last)
        else:
            digest = merkle.node_hash(digest, step)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise InvalidProofError("The inclusion proof is too short.")
    if digest != root:
        raise InvalidProofError("The inclusion proof does not lead to the root.")


def verify_consistency(
    old_size: int, size: int, *, proof: Sequence[bytes], old_root: bytes, root: bytes
) -> None:
    """Check that the log of `size` leaves with `root` continues the log of `old_size` leaves.

    Uses the algorithm of RFC 9162, 2.1.4.2. Raises InvalidProofError, also for a truncated or
    padded proof, and for a new log that is smaller than the old one.
    """
    if not 0 <= old_size <= size:
        raise InvalidProofError("The log has become shorter.")
    _check_widths(proof)
    if old_size in (0, size):
        _verify_without_proof(old_size, proof=proof, old_root=old_root, root=root)
        return
    steps = list(proof)
    if old_size & (old_size - 1) == 0:
        # If the old tree is perfect, its root is the first step, and the proof leaves it out.
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
    expected = root if old_size else merkle.EMPTY_ROOT
    if old_root != expected:
        raise InvalidProofError(
            "The log has the same size as the checkpoint but a different root, so it was changed."
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
            old, new = merkle.node_hash(step, old), merkle.node_hash(step, new)
            node, last = _climb_past_lefts(node, last)
        else:
            new = merkle.node_hash(new, step)
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
    if any(len(step) != merkle.HASH_BYTES for step in proof):
        raise InvalidProofError("Every step of a proof must have 32 bytes.")


def _inclusion_spans(index: int, size: int) -> tuple[_Span, ...]:
    if not 0 <= index < size:
        raise InvalidInputError(
            "A log of that size does not contain this event yet: give a lower event number or "
            "a larger size."
        )
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
        # The hash of the whole old tree need not be sent: the reader knows its root.
        spans.append((start, stop))
    return tuple(reversed(spans))


def _largest_power_below(count: int) -> int:
    return 1 << (count - 1).bit_length() - 1


def _span_hash(span: _Span, read_node: merkle.NodeReader) -> bytes:
    return merkle.fold(
        tuple(read_node(level, index) for level, index in merkle.perfect_subtrees(*span))
    )


def _nodes_of(spans: Sequence[_Span]) -> tuple[tuple[int, int], ...]:
    return tuple(node for span in spans for node in merkle.perfect_subtrees(*span))


MAX_PROOF_STEPS = 63
"""The longest possible inclusion proof, because no log can have 2^63 events."""

_FIRST_LINE = "c2sp.org/tlog-proof@v1"
_EXTRA_LINE = re.compile(r"extra ([A-Za-z0-9+/=]+)")
_INDEX_LINE = re.compile(r"index (0|[1-9][0-9]{0,15})")


@dataclass(frozen=True, slots=True)
class Receipt:
    """An event, its number, the proof, and the signed checkpoint that the proof leads to."""

    body: bytes
    index: int
    proof: tuple[bytes, ...]
    checkpoint: bytes

    def encode(self) -> bytes:
        """The receipt as a file."""
        steps = "".join(f"{base64.b64encode(step).decode()}\n" for step in self.proof)
        extra = base64.b64encode(self.body).decode()
        head = f"{_FIRST_LINE}\nextra {extra}\nindex {self.index}\n{steps}\n"
        return head.encode() + self.checkpoint


@dataclass(frozen=True, slots=True)
class ProvedEvent:
    """An event that a receipt proves, and the signed checkpoint of the proof."""

    event: EventBody
    signed: SignedCheckpoint


def parse_receipt(data: bytes) -> Receipt:
    """Read a receipt; raises InvalidProofError or, for bad base64, InvalidNoteError."""
    head, separator, checkpoint = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise InvalidProofError("The receipt is malformed.") from error
    first, extra_line, index_line, *steps = (*lines, "", "")
    extra, index = _EXTRA_LINE.fullmatch(extra_line), _INDEX_LINE.fullmatch(index_line)
    if first != _FIRST_LINE or not separator or extra is None or index is None:
        raise InvalidProofError("The receipt is malformed.")
    proof = tuple(map(decode_base64, steps[:-2]))
    if len(proof) > MAX_PROOF_STEPS:
        raise InvalidProofError("The proof in the receipt is too long.")
    return Receipt(decode_base64(extra[1]), int(index[1]), proof, checkpoint)


def verify_receipt(
    receipt: Receipt, log_key: VerifierKey, witness_keys: Iterable[VerifierKey] = ()
) -> ProvedEvent:
    """Check that the event is in the log that the key signed.

    Raises InvalidNoteError for a checkpoint that does not verify or belongs to another log,
    InvalidProofError for a proof that does not lead to it, LogDamagedError for a body that is not
    a valid event.
    """
    signed = open_checkpoint(receipt.checkpoint, log_key, witness_keys)
    verify_inclusion(
        merkle.leaf_hash(receipt.body),
        receipt.index,
        size=signed.checkpoint.size,
        proof=receipt.proof,
        root=signed.checkpoint.root,
    )
    event = read_event(receipt.body)
    if event.seq != receipt.index:
        raise InvalidProofError("The number of the event is not its position in the log.")
    return ProvedEvent(event, signed)
