from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.errors import InvalidNoteError
from service.provenance.log.checkpoints import (
    MAX_NOTE_BYTES,
    Checkpoint,
    Note,
    NoteSignature,
    cosign_note,
    cosigned_message,
    open_checkpoint,
    sign_checkpoint,
    sign_note,
    verify_note,
)
from service.provenance.log.note_keys import (
    SignatureType,
    SigningKey,
    VerifierKey,
    parse_signing_key,
    parse_verifier_key,
)
from service.provenance.log.witness import CosignRequest, Witness
from tests.unit.service.provenance.keys import LOG, WITNESS

ML_DSA = SigningKey("w.example/pq", bytes(range(3, 35)), SignatureType.ML_DSA_COSIGNATURE)
HEAD = Checkpoint(LOG.name, 5, bytes(range(32)))
AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
AT_S = 1_777_896_000
EXTENDED = HEAD.text() + "an extension of another program\n"


def cosigned(note: Note, key: SigningKey, at: datetime = AT) -> bytes:
    return note.signed_also(cosign_note(note, key, at)).encode()


def test_the_message_is_the_structure_of_the_specification() -> None:
    expected = (
        b"subtree/v1\n\0"
        + b"\x0cw.example/pq"
        + AT_S.to_bytes(8, "big")
        + bytes([len(LOG.name)])
        + LOG.name.encode()
        + bytes(8)
        + (5).to_bytes(8, "big")
        + bytes(range(32))
    )

    assert cosigned_message(ML_DSA.verifier, HEAD.text(), AT_S) == expected
    assert cosigned_message(ML_DSA.verifier, EXTENDED, AT_S) == expected
    assert cosigned_message(WITNESS.verifier, EXTENDED, AT_S) == (
        f"cosignature/v1\ntime {AT_S}\n{EXTENDED}".encode()
    )


@pytest.mark.parametrize("key", [WITNESS, ML_DSA])
@pytest.mark.parametrize("text", [HEAD.text(), EXTENDED])
def test_a_cosigned_checkpoint_opens(key: SigningKey, text: str) -> None:
    opened = open_checkpoint(cosigned(sign_note(text, LOG), key), LOG.verifier, [key.verifier])

    assert opened.checkpoint == HEAD
    assert [(found.key, found.at) for found in opened.cosignatures] == [(key.verifier, AT)]


def test_a_key_of_ml_dsa_is_read_and_written() -> None:
    text = str(ML_DSA.verifier)

    assert len(ML_DSA.verifier.public_key) == 1312
    assert parse_verifier_key(text) == ML_DSA.verifier
    assert parse_signing_key(ML_DSA.secret_text()) == ML_DSA
    with pytest.raises(InvalidNoteError):
        VerifierKey("short", bytes(32), SignatureType.ML_DSA_COSIGNATURE)
    with pytest.raises(InvalidNoteError):
        VerifierKey("long", bytes(1312), SignatureType.COSIGNATURE)


@pytest.mark.parametrize("position", [0, 7, 8, 100, 2427])
def test_a_changed_byte_of_a_cosignature_is_found(position: int) -> None:
    note = sign_checkpoint(HEAD, LOG)
    line = cosign_note(note, ML_DSA, AT)
    changed = bytearray(line.signature)
    changed[position] ^= 1

    forged = note.signed_also(replace(line, signature=bytes(changed)))

    with pytest.raises(InvalidNoteError):
        verify_note(forged, [LOG.verifier, ML_DSA.verifier])


@pytest.mark.parametrize("cut", [0, 7, 8, 72, 2427, 2429])
def test_a_cosignature_of_another_length_is_refused(cut: int) -> None:
    note = sign_checkpoint(HEAD, LOG)
    line = cosign_note(note, ML_DSA, AT)
    signature = (line.signature + b"\0")[: max(cut, 1)]

    with pytest.raises(InvalidNoteError):
        verify_note(
            note.signed_also(replace(line, signature=signature)), [LOG.verifier, ML_DSA.verifier]
        )


def test_the_signature_commits_to_the_name_of_the_witness() -> None:
    note = sign_checkpoint(HEAD, LOG)
    other = replace(ML_DSA, name="w.example/other")
    line = cosign_note(note, ML_DSA, AT)
    renamed = NoteSignature(other.name, other.verifier.key_id, line.signature)

    with pytest.raises(InvalidNoteError):
        verify_note(note.signed_also(renamed), [LOG.verifier, other.verifier])


def test_a_time_of_zero_states_no_time() -> None:
    note = sign_checkpoint(HEAD, LOG)
    timeless = cosigned(note, ML_DSA, datetime.fromtimestamp(0, UTC))

    opened = open_checkpoint(timeless, LOG.verifier, [ML_DSA.verifier])

    assert [found.at for found in opened.cosignatures] == [None]


def test_a_note_with_sixteen_such_signatures_is_read() -> None:
    note = sign_checkpoint(HEAD, LOG)
    keys = [replace(ML_DSA, name=f"w.example/{number}") for number in range(16)]
    for key in keys:
        note = note.signed_also(cosign_note(note, key, AT))

    opened = open_checkpoint(note.encode(), LOG.verifier, [key.verifier for key in keys])

    assert len(opened.cosignatures) == 16
    assert len(note.encode()) < MAX_NOTE_BYTES


def test_it_signs_no_note_of_its_own_and_nothing_but_checkpoints() -> None:
    with pytest.raises(InvalidNoteError):
        sign_note(HEAD.text(), ML_DSA)
    with pytest.raises(InvalidNoteError):
        cosign_note(sign_note("no checkpoint\n", LOG), ML_DSA, AT)


def test_a_witness_works_with_such_a_key_and_passes_extensions_on() -> None:
    witness = Witness(ML_DSA, LOG.verifier)
    request = CosignRequest(0, (), sign_note(EXTENDED, LOG).encode())

    note = witness.cosign(None, request, AT)

    assert note.text == EXTENDED
    assert witness.open(note.encode()).checkpoint == HEAD
