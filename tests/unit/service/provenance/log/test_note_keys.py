from __future__ import annotations

import pytest

from domain.errors import InvalidNoteError
from service.provenance.log.note_keys import (
    SignatureType,
    SigningKey,
    VerifierKey,
    decode_base64,
    parse_signing_key,
    parse_verifier_key,
)
from tests.unit.service.provenance.keys import FOO_VKEY, PETER_SKEY, PETER_VKEY


@pytest.mark.parametrize("text", [FOO_VKEY, PETER_VKEY])
def test_published_public_keys_are_read_and_written(text: str) -> None:
    key = parse_verifier_key(text)

    assert str(key) == text
    assert key.key_id.hex() == text.split("+")[1]


def test_published_private_key_gives_its_public_half() -> None:
    key = parse_signing_key(PETER_SKEY)

    assert str(key.verifier) == PETER_VKEY
    assert key.secret_text() == PETER_SKEY


def test_a_private_key_does_not_show() -> None:
    key = parse_signing_key(PETER_SKEY)

    assert "seed" not in repr(key)
    assert "\\x" not in repr(key)


def test_a_witness_key_has_another_id_than_a_log_key() -> None:
    log = SigningKey("example.com/x", bytes(32))
    witness = SigningKey("example.com/x", bytes(32), SignatureType.COSIGNATURE)

    assert log.verifier.key_id != witness.verifier.key_id
    assert parse_verifier_key(str(witness.verifier)) == witness.verifier
    assert parse_signing_key(witness.secret_text()) == witness


def test_every_changed_character_of_a_key_is_found() -> None:
    for text, parse in ((FOO_VKEY, parse_verifier_key), (PETER_SKEY, parse_signing_key)):
        for position, character in enumerate(text):
            changed = text[:position] + ("A" if character != "A" else "B") + text[position + 1 :]
            with pytest.raises(InvalidNoteError):
                parse(changed)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+00000000",
        "name+530d903+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "name+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "name+00000000+",
        "name+00000000+AQ==",
        "name+00000000+CekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "a name+00000000+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "+00000000+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    ],
)
def test_malformed_keys_are_refused(text: str) -> None:
    with pytest.raises(InvalidNoteError):
        parse_verifier_key(text)
    with pytest.raises(InvalidNoteError):
        parse_signing_key(f"PRIVATE+KEY+{text}")


def test_a_public_key_is_not_read_as_a_private_one() -> None:
    with pytest.raises(InvalidNoteError):
        parse_signing_key(PETER_VKEY)


def test_keys_of_another_length_are_refused() -> None:
    with pytest.raises(InvalidNoteError):
        VerifierKey("name", bytes(31))
    with pytest.raises(InvalidNoteError):
        SigningKey("name", bytes(33))


@pytest.mark.parametrize("text", ["QQ", "QR==", "QQ==\n", "Q*==", "\u00e9"])
def test_base64_has_one_spelling(text: str) -> None:
    assert decode_base64("QQ==") == b"A"
    with pytest.raises(InvalidNoteError):
        decode_base64(text)


def test_a_signature_that_is_none_is_not_accepted() -> None:
    key = parse_verifier_key(FOO_VKEY)

    assert not key.accepts(bytes(64), b"message")
    assert not key.accepts(b"short", b"message")
