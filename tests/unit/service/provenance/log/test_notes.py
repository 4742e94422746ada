from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInputError, InvalidNoteError
from service.provenance.log.checkpoints import (
    MAX_NOTE_BYTES,
    Note,
    cosign_note,
    parse_note,
    sign_note,
    verify_note,
)
from service.provenance.log.note_keys import parse_signing_key, parse_verifier_key
from tests.unit.service.provenance.builders import START
from tests.unit.service.provenance.keys import (
    FOO_VKEY,
    LOG,
    OTHER,
    PETER_SKEY,
    PETER_VKEY,
    WITNESS,
)

# The notes of the C2SP signed-note specification and of golang.org/x/mod/sumdb/note.
FOO_NOTE = (
    "This is an example message.\n\n"
    "\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZ"
    "XsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()
PETER_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
PETER_NOTE = (
    PETER_TEXT + "\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXg"
    "KvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()


def test_the_note_of_the_specification_verifies() -> None:
    note = parse_note(FOO_NOTE)

    (endorsement,) = verify_note(note, [parse_verifier_key(FOO_VKEY)])

    assert note.encode() == FOO_NOTE
    assert endorsement.at is None


def test_signing_gives_the_published_note_byte_for_byte() -> None:
    note = sign_note(PETER_TEXT, parse_signing_key(PETER_SKEY))

    assert note.encode() == PETER_NOTE
    assert verify_note(parse_note(PETER_NOTE), [parse_verifier_key(PETER_VKEY)])


def test_every_flipped_bit_of_a_note_is_found() -> None:
    key = parse_verifier_key(FOO_VKEY)

    for bit in range(len(FOO_NOTE) * 8):
        changed = bytearray(FOO_NOTE)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(InvalidNoteError):
            verify_note(parse_note(bytes(changed)), [key])


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=200))
def test_what_is_signed_verifies_after_it_was_sent(text: str) -> None:
    note = sign_note(text + "x\n", LOG)

    again = parse_note(note.encode())

    assert again == note
    assert verify_note(again, [LOG.verifier])


def test_a_text_may_hold_blank_lines() -> None:
    note = sign_note("one\n\ntwo\n", LOG)

    assert parse_note(note.encode()).text == "one\n\ntwo\n"


def test_a_signature_of_another_length_is_refused() -> None:
    note = sign_note("text\n", LOG)
    longer = replace(note.signatures[0], signature=note.signatures[0].signature + b"\0")

    with pytest.raises(InvalidNoteError, match="does not verify"):
        verify_note(Note(note.text, (longer,)), [LOG.verifier])


def test_signatures_of_unknown_keys_are_ignored() -> None:
    note = sign_note("text\n", LOG).signed_also(sign_note("text\n", OTHER).signatures[0])

    assert [found.key for found in verify_note(note, [LOG.verifier])] == [LOG.verifier]
    assert len(verify_note(note, [LOG.verifier, OTHER.verifier])) == 2


def test_a_note_signed_by_nobody_known_is_refused() -> None:
    with pytest.raises(InvalidNoteError, match="not signed with a trusted key"):
        verify_note(sign_note("text\n", OTHER), [LOG.verifier])


def test_one_bad_signature_of_a_known_key_refuses_the_whole_note() -> None:
    note = sign_note("text\n", LOG).signed_also(sign_note("other\n", OTHER).signatures[0])

    with pytest.raises(InvalidNoteError, match="does not verify"):
        verify_note(note, [LOG.verifier, OTHER.verifier])


def test_a_signature_under_anothers_name_is_refused() -> None:
    signature = sign_note("text\n", OTHER).signatures[0]
    forged = replace(signature, name=LOG.name, key_id=LOG.verifier.key_id)

    with pytest.raises(InvalidNoteError, match="does not verify"):
        verify_note(Note("text\n", (forged,)), [LOG.verifier])


def test_a_second_signature_by_the_same_key_replaces_the_first() -> None:
    note = sign_note("text\n", LOG)
    later = cosign_note(note, WITNESS, START.replace(year=2027))

    twice = note.signed_also(cosign_note(note, WITNESS, START)).signed_also(later)

    assert len(twice.signatures) == 2
    assert twice.signatures[1] == later


def test_a_cosignature_states_and_signs_its_time() -> None:
    note = sign_note("text\n", LOG)
    cosigned = note.signed_also(cosign_note(note, WITNESS, START))

    (endorsement,) = verify_note(parse_note(cosigned.encode()), [WITNESS.verifier])

    assert endorsement.at == START


def test_the_time_of_a_cosignature_cannot_be_changed() -> None:
    note = sign_note("text\n", LOG)
    signature = cosign_note(note, WITNESS, START)
    stamp = int.from_bytes(signature.signature[:8], "big") - 86_400
    backdated = replace(signature, signature=stamp.to_bytes(8, "big") + signature.signature[8:])

    with pytest.raises(InvalidNoteError):
        verify_note(note.signed_also(backdated), [WITNESS.verifier])


def test_a_cosigned_message_is_the_one_of_the_specification() -> None:
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    at = datetime.fromtimestamp(1_679_315_147, UTC)

    signature = cosign_note(sign_note(text, LOG), WITNESS, at)

    message = b"cosignature/v1\ntime 1679315147\n" + text.encode()
    assert WITNESS.verifier.accepts(signature.signature[8:], message)


def test_an_impossible_time_is_refused() -> None:
    note = sign_note("text\n", LOG)
    signature = replace(cosign_note(note, WITNESS, START), signature=b"\xff" * 72)

    with pytest.raises(InvalidNoteError, match="time"):
        verify_note(note.signed_also(signature), [WITNESS.verifier])


def test_each_key_signs_only_its_own_kind() -> None:
    note = sign_note("text\n", LOG)

    with pytest.raises(InvalidNoteError):
        sign_note("text\n", WITNESS)
    with pytest.raises(InvalidNoteError):
        cosign_note(note, LOG, START)
    with pytest.raises(InvalidInputError):
        cosign_note(note, WITNESS, START.replace(tzinfo=None))


@pytest.mark.parametrize("text", ["", "\n", "no newline", "a\ttab\n", "a\rreturn\n"])
def test_texts_that_are_no_note_are_not_signed(text: str) -> None:
    with pytest.raises(InvalidNoteError):
        sign_note(text, LOG)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\nnot a signature\n",
        b"text\n\n\xe2\x80\x94 name QQ==\n",
        b"text\n\n\xe2\x80\x94 name notbase64!\n",
        b"text\n\n\xe2\x80\x94  name QQ==\n",
        b"text\n\n- name QUFBQUFBQUE=\n",
        b"\xff\n\n\xe2\x80\x94 name QUFBQUFBQUE=\n",
        b"text\n\n\xe2\x80\x94 name QUFBQUFBQUE=",
        b"t\x00xt\n\n\xe2\x80\x94 name QUFBQUFBQUE=\n",
        b"x" * (MAX_NOTE_BYTES + 1),
    ],
)
def test_malformed_notes_are_refused(data: bytes) -> None:
    with pytest.raises(InvalidNoteError):
        parse_note(data)
