from __future__ import annotations

import pytest

from domain.errors import InvalidNoteError
from service.provenance.log.checkpoints import (
    Checkpoint,
    cosign_note,
    open_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
    sign_note,
)
from service.provenance.log.merkle import EMPTY_ROOT
from service.provenance.log.note_keys import SigningKey, decode_base64
from tests.unit.service.provenance.builders import START
from tests.unit.service.provenance.keys import LOG, OTHER, WITNESS

# The text of the C2SP tlog-checkpoint specification.
SOFA_TEXT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
CHECKPOINT = Checkpoint(LOG.name, 5, bytes(range(32)))


def test_the_text_of_the_specification_is_read_and_written() -> None:
    checkpoint = parse_checkpoint(SOFA_TEXT)

    assert checkpoint.origin == "example.com/behind-the-sofa"
    assert checkpoint.size == 20_852_163
    assert checkpoint.root == decode_base64("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    assert checkpoint.text() == SOFA_TEXT


def test_an_empty_log_has_a_checkpoint() -> None:
    checkpoint = Checkpoint("log", 0, EMPTY_ROOT)

    assert checkpoint.text() == "log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    assert parse_checkpoint(checkpoint.text()) == checkpoint


def test_a_signed_checkpoint_is_opened_with_its_cosignature() -> None:
    note = sign_checkpoint(CHECKPOINT, LOG)
    cosigned = note.signed_also(cosign_note(note, WITNESS, START))

    signed = open_checkpoint(cosigned.encode(), LOG.verifier, [WITNESS.verifier])

    assert signed.checkpoint == CHECKPOINT
    assert [(found.key, found.at) for found in signed.cosignatures] == [(WITNESS.verifier, START)]


def test_an_unknown_witness_counts_for_nothing() -> None:
    note = sign_checkpoint(CHECKPOINT, LOG)
    cosigned = note.signed_also(cosign_note(note, WITNESS, START))

    assert open_checkpoint(cosigned.encode(), LOG.verifier).cosignatures == ()


def test_every_flipped_bit_of_a_signed_checkpoint_is_found() -> None:
    data = sign_checkpoint(CHECKPOINT, LOG).encode()

    for bit in range(len(data) * 8):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(InvalidNoteError):
            open_checkpoint(bytes(changed), LOG.verifier)


def test_a_witness_alone_does_not_make_a_checkpoint() -> None:
    note = sign_checkpoint(CHECKPOINT, LOG)
    alone = type(note)(note.text, (cosign_note(note, WITNESS, START),))

    with pytest.raises(InvalidNoteError, match="not signed by the log"):
        open_checkpoint(alone.encode(), LOG.verifier, [WITNESS.verifier])


def test_a_checkpoint_of_another_log_is_refused() -> None:
    foreign = Checkpoint(OTHER.name, 5, bytes(32))

    with pytest.raises(InvalidNoteError):
        sign_checkpoint(foreign, LOG)
    with pytest.raises(InvalidNoteError, match="another log"):
        open_checkpoint(sign_note(foreign.text(), LOG).encode(), LOG.verifier)
    with pytest.raises(InvalidNoteError):
        open_checkpoint(sign_checkpoint(foreign, OTHER).encode(), LOG.verifier)


def test_another_key_of_the_same_name_is_refused() -> None:
    impostor = SigningKey(LOG.name, bytes(32))

    with pytest.raises(InvalidNoteError):
        open_checkpoint(sign_checkpoint(CHECKPOINT, impostor).encode(), LOG.verifier)


@pytest.mark.parametrize(
    "text",
    [
        "log\n5\n" + "A" * 43 + "=",
        "log\n5\n" + "A" * 43 + "=\nextension",
        "log\n5\n" + "A" * 43 + "=\n\nextension after an empty line\n",
        "log\n5\n" + "A" * 43 + "=\nextension\n\n",
        "log\n05\n" + "A" * 43 + "=\n",
        "log\n-1\n" + "A" * 43 + "=\n",
        "log\n5\nAAAA\n",
        "log\n5\nnot base64\n",
        "\n5\n" + "A" * 43 + "=\n",
        "my log\n5\n" + "A" * 43 + "=\n",
        "my+log\n5\n" + "A" * 43 + "=\n",
        "log\n" + "9" * 17 + "\n" + "A" * 43 + "=\n",
        "log\n\u0665\n" + "A" * 43 + "=\n",
        "log\n",
    ],
)
def test_malformed_checkpoints_are_refused(text: str) -> None:
    with pytest.raises(InvalidNoteError):
        parse_checkpoint(text)


def test_extension_lines_are_passed_over() -> None:
    text = CHECKPOINT.text() + "extension 1\n\u2014 no signature AAAA\n"

    assert parse_checkpoint(text) == CHECKPOINT


def test_impossible_checkpoints_are_not_made() -> None:
    with pytest.raises(InvalidNoteError):
        Checkpoint("log", -1, bytes(32))
    with pytest.raises(InvalidNoteError):
        Checkpoint("log", 1, bytes(31))
