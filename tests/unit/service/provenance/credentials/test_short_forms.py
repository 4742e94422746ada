"""Short forms for QR codes: signed, read back, and refused when anything was changed."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidCertificateError
from service.provenance.credentials.data_integrity import (
    PREFIX,
    ShortForm,
    _from_base45,
    _to_base45,
    signed_text,
    verified_text,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SHORT = ShortForm("A1", "police-certificate", "No Trace", "Żółć 王", "1984-03-12", "2026-03-02")


def test_a_short_form_is_read_back() -> None:
    assert verified_text(signed_text(SHORT, KEY.sign), KEY.public_key()) == SHORT


def test_another_key_is_refused() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    with pytest.raises(InvalidCertificateError, match="not signed"):
        verified_text(signed_text(SHORT, KEY.sign), other)


def test_a_changed_letter_anywhere_is_refused() -> None:
    text = signed_text(SHORT, KEY.sign)
    for at in range(len(PREFIX), len(text)):
        changed = text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]
        with pytest.raises(InvalidCertificateError):
            verified_text(changed, KEY.public_key())


@pytest.mark.parametrize("text", ["", "CERT1:", "CERT1:::::", "x" * 9_000, "CERT1:A"])
def test_what_is_no_short_form_is_refused(text: str) -> None:
    with pytest.raises(InvalidCertificateError):
        verified_text(text, KEY.public_key())


@pytest.mark.parametrize(("data", "text"), [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0")])
def test_base_45_is_that_of_rfc_9285(data: bytes, text: str) -> None:
    assert _to_base45(data) == text
    assert _from_base45(text) == data


@given(st.binary(max_size=40))
def test_base_45_is_read_back(data: bytes) -> None:
    assert _from_base45(_to_base45(data)) == data
