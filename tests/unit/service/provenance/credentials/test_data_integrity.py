"""`eddsa-jcs-2022` against the vector of the W3C, in both directions.

Source: W3C "Data Integrity EdDSA Cryptosuites v1.0", representation eddsa-jcs-2022 (repository
w3c/vc-di-eddsa). Its key is public: it signs examples.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.errors import InvalidCertificateError
from service.provenance.credentials.data_integrity import (
    base58,
    from_base58,
    hash_data,
    method_of,
    multikey,
    public_key,
    secured,
    verify_proof,
)

PUBLIC = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
PRIVATE = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
DOCUMENT: dict[str, Any] = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://www.w3.org/ns/credentials/examples/v2",
    ],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
CREATED = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
DOCUMENT_SHA256 = "59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19"
SIGNATURE = (
    "407cd12654b33d718ecbb99179a1506daaa849450bf3fc523cce3e1c96f8b803"
    "51da3f253d725c6f00b07c9e5448d50b3ef78012b9ab54255116d069c6dd2808"
)


def signed() -> dict[str, Any]:
    key = Ed25519PrivateKey.from_private_bytes(from_base58(PRIVATE[1:])[2:])
    assert multikey(key.public_key().public_bytes_raw()) == PUBLIC
    return secured(DOCUMENT, key.sign, method=method_of(PUBLIC), created=CREATED)


def test_the_vector_is_made() -> None:
    proof = signed()["proof"]
    options = {name: value for name, value in proof.items() if name != "proofValue"}

    assert hash_data(DOCUMENT, options)[32:].hex() == DOCUMENT_SHA256
    assert from_base58(proof["proofValue"][1:]).hex() == SIGNATURE


def test_the_vector_is_verified() -> None:
    verify_proof(signed(), public_key(PUBLIC))
    verify_proof(signed(), public_key(f"did:key:{PUBLIC}"))


@pytest.mark.parametrize("name", ["id", "name", "validFrom", "credentialSubject"])
def test_a_changed_member_is_refused(name: str) -> None:
    with pytest.raises(InvalidCertificateError):
        verify_proof(signed() | {name: "changed"}, public_key(PUBLIC))


@pytest.mark.parametrize("name", ["created", "cryptosuite", "proofPurpose", "@context", "type"])
def test_a_changed_proof_is_refused(name: str) -> None:
    document = signed()
    document["proof"] |= {name: "changed"}
    with pytest.raises(InvalidCertificateError):
        verify_proof(document, public_key(PUBLIC))


@pytest.mark.parametrize("key", ["", "z6Mk", "z" + "0" * 40, "u6Mk", PRIVATE, "z" * 9_000])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(InvalidCertificateError):
        public_key(key)


def test_zeros_in_front_survive_base_58() -> None:
    assert from_base58(base58(b"\0\0\1")) == b"\0\0\1"
