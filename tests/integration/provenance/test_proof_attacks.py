"""A proof that was changed, or belongs to another log, does not verify."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from domain.errors import (
    InvalidNoteError,
    InvalidProofError,
    LogDamagedError,
)
from service.provenance.log.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from service.provenance.log.note_keys import SigningKey
from service.provenance.log.proofs import Receipt, parse_receipt, verify_receipt
from service.usecases.log.reading import prove_inclusion
from tests.integration.provenance.reading import AUDITOR, first_event
from tests.integration.provenance.stores import LinkedStore
from tests.integration.provenance.tampering import hand_in

pytestmark = pytest.mark.promise("tampering")

PROOFS: dict[str, Callable[[Receipt], Receipt]] = {
    "truncated": lambda r: Receipt(r.body, r.index, r.proof[:-1], r.checkpoint),
    "padded": lambda r: Receipt(r.body, r.index, (*r.proof, b"\0" * 32), r.checkpoint),
    "reordered": lambda r: Receipt(r.body, r.index, r.proof[::-1], r.checkpoint),
    "of another event": lambda r: Receipt(r.body, r.index + 1, r.proof, r.checkpoint),
    "of a changed event": lambda r: Receipt(r.body + b" ", r.index, r.proof, r.checkpoint),
}


@pytest.mark.parametrize("change", list(PROOFS), ids=lambda name: name.replace(" ", "-"))
def test_a_proof_that_was_changed_does_not_verify(store: LinkedStore, change: str) -> None:
    receipt = _receipt(store)
    verify_receipt(receipt, store.log_key)

    with pytest.raises((InvalidProofError, LogDamagedError)):
        verify_receipt(PROOFS[change](receipt), store.log_key)


def test_a_proof_under_another_origin_does_not_verify(store: LinkedStore) -> None:
    receipt = _receipt(store)
    held = open_checkpoint(receipt.checkpoint, store.log_key).checkpoint
    foreign = SigningKey("another.example/log", b"\x07" * 32)
    note = sign_checkpoint(Checkpoint(foreign.name, held.size, held.root), foreign).encode()

    with pytest.raises(InvalidNoteError):
        verify_receipt(Receipt(receipt.body, receipt.index, receipt.proof, note), store.log_key)


def _receipt(store: LinkedStore) -> Receipt:
    with hand_in(store) as hand:
        event = first_event(hand.services)
        proved = prove_inclusion(hand.looking, AUDITOR, event.event_id)
    return parse_receipt(proved.receipt().encode())
