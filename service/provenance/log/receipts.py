"""Receipts: one event with the proof that it is in the log, to be handed to outsiders.

A receipt verifies by itself against the public keys, and shows nothing of the other events.
Source of the format: the C2SP specification tlog-proof (c2sp.org); the body of the event travels
as its extra data.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass

from domain.errors import InvalidProofError
from service.provenance.canonical import EventBody, read_event
from service.provenance.log.checkpoints import SignedCheckpoint, open_checkpoint
from service.provenance.log.merkle import leaf_hash
from service.provenance.log.note_keys import VerifierKey, decode_base64
from service.provenance.log.proofs import verify_inclusion

MAX_PROOF_STEPS = 63
"""No inclusion proof is longer: a log of 2^63 events is not to be had."""

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
    """An event that a receipt proves, and the checkpoint it was signed under."""

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

    Raises InvalidNoteError for a checkpoint that does not verify or is of another log,
    InvalidProofError for a proof that does not lead to it, LogDamagedError for a body that is
    none.
    """
    signed = open_checkpoint(receipt.checkpoint, log_key, witness_keys)
    verify_inclusion(
        leaf_hash(receipt.body),
        receipt.index,
        size=signed.checkpoint.size,
        proof=receipt.proof,
        root=signed.checkpoint.root,
    )
    event = read_event(receipt.body)
    if event.seq != receipt.index:
        raise InvalidProofError("The number of the event is not its position in the log.")
    return ProvedEvent(event, signed)
