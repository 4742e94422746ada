from __future__ import annotations

from dataclasses import replace

import pytest

from domain.errors import InvalidNoteError, InvalidProofError, LinkingError
from service.provenance.log.checkpoints import Checkpoint, sign_checkpoint
from service.provenance.log.merkle import leaf_hash
from service.provenance.log.proofs import Receipt, inclusion_proof, parse_receipt, verify_receipt
from tests.unit.service.provenance.builders import SmallLog
from tests.unit.service.provenance.keys import LOG, OTHER, WITNESS
from tests.unit.service.provenance.stories import COSIGNED_AT, a_log, a_story, note_at

STORY = a_log(a_story())


def a_receipt(index: int = 3, size: int = 6, log: SmallLog = STORY) -> Receipt:
    proof = inclusion_proof(index, size, log.read_node)
    return Receipt(log.bodies[index], index, proof, note_at(log, size))


@pytest.mark.parametrize("size", range(1, 7))
def test_every_event_has_a_receipt_that_verifies(size: int) -> None:
    for index in range(size):
        receipt = parse_receipt(a_receipt(index, size).encode())

        proved = verify_receipt(receipt, LOG.verifier, [WITNESS.verifier])

        assert receipt == a_receipt(index, size)
        assert proved.event.seq == index
        assert proved.signed.checkpoint.size == size
        assert [found.at for found in proved.signed.cosignatures] == [COSIGNED_AT]


def test_every_flipped_byte_of_a_receipt_is_found_or_only_costs_the_witness() -> None:
    whole = a_receipt().encode()
    unsigned = whole.index("\u2014 witness".encode())

    for position in range(len(whole)):
        changed = bytearray(whole)
        changed[position] ^= 1
        try:
            proved = verify_receipt(
                parse_receipt(bytes(changed)), LOG.verifier, [WITNESS.verifier]
            )
        except LinkingError:
            continue
        assert position > unsigned
        assert proved.signed.cosignatures == ()


@pytest.mark.parametrize(
    "proof",
    [
        lambda proof: proof[:-1],
        lambda proof: proof[1:],
        lambda proof: (),
        lambda proof: (*proof, bytes(32)),
        lambda proof: (bytes(32), *proof),
        lambda proof: proof[::-1],
    ],
)
def test_a_truncated_or_padded_proof_is_refused(proof: object) -> None:
    assert callable(proof)
    receipt = replace(a_receipt(), proof=proof(a_receipt().proof))

    with pytest.raises(InvalidProofError):
        verify_receipt(receipt, LOG.verifier)


def test_a_proof_of_another_place_is_refused() -> None:
    with pytest.raises(InvalidProofError):
        verify_receipt(replace(a_receipt(3), index=2), LOG.verifier)
    with pytest.raises(InvalidProofError):
        verify_receipt(replace(a_receipt(3), body=STORY.bodies[2]), LOG.verifier)


def test_an_event_logged_under_another_number_is_refused() -> None:
    log = a_log(a_story()[:2])
    log.bodies.append(log.bodies[0])
    log.add_leaf(leaf_hash(log.bodies[0]))

    with pytest.raises(InvalidProofError, match="not its position"):
        verify_receipt(a_receipt(2, 3, log), LOG.verifier)


def test_a_receipt_of_another_log_is_refused() -> None:
    foreign = sign_checkpoint(Checkpoint(OTHER.name, 6, STORY.root(6)), OTHER)
    receipt = replace(a_receipt(), checkpoint=foreign.encode())

    with pytest.raises(InvalidNoteError):
        verify_receipt(receipt, LOG.verifier)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"c2sp.org/tlog-proof@v1\n\nnote",
        b"c2sp.org/tlog-proof@v1\nindex 0\n\nnote",
        b"c2sp.org/tlog-proof@v2\nextra QQ==\nindex 0\n\nnote",
        b"c2sp.org/tlog-proof@v1\nextra QQ==\nindex 00\n\nnote",
        b"c2sp.org/tlog-proof@v1\nextra QQ==\nindex 0\nnote",
        b"c2sp.org/tlog-proof@v1\nextra QQ==\nindex 0\n" + b"QQ==\n" * 64 + b"\nnote",
        b"\xff\n\nnote",
    ],
)
def test_malformed_receipts_are_refused(data: bytes) -> None:
    with pytest.raises(InvalidProofError):
        parse_receipt(data)


def test_a_step_that_is_not_base64_is_refused() -> None:
    with pytest.raises(InvalidNoteError):
        parse_receipt(b"c2sp.org/tlog-proof@v1\nextra QQ==\nindex 0\n?\n\nnote")
