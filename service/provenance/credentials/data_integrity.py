"""Proofs of the cryptosuite `eddsa-jcs-2022` on JSON documents.

Source: W3C Recommendation "Data Integrity EdDSA Cryptosuites v1.0", section 3.3: the signature is
over SHA-256 of the canonical proof options followed by SHA-256 of the canonical document, both by
RFC 8785. The vector of its appendix is a test of this module, in both directions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from domain.errors import InvalidCertificateError
from service.provenance.credentials.multikeys import base58, from_base58

CRYPTOSUITE = "eddsa-jcs-2022"
_TYPE = "DataIntegrityProof"


def hash_data(document: dict[str, Any], options: dict[str, Any]) -> bytes:
    """Return the 64 bytes that are signed; raises InvalidCertificateError for no JSON of RFC 8785.

    `document` without its proof, `options` without the value of the proof.
    """
    try:
        parts = (rfc8785.dumps(options), rfc8785.dumps(document))
    except (rfc8785.CanonicalizationError, ValueError, TypeError) as error:
        raise InvalidCertificateError("The certificate has no canonical form.") from error
    return b"".join(hashlib.sha256(part).digest() for part in parts)


def secured(
    document: dict[str, Any], sign: Callable[[bytes], bytes], *, method: str, created: datetime
) -> dict[str, Any]:
    """Return a document with a proof by a key that signs by Ed25519; `method` names the key."""
    options = {
        "type": _TYPE,
        "cryptosuite": CRYPTOSUITE,
        "created": created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
        "@context": document["@context"],
    }
    signature = sign(hash_data(document, options))
    return document | {"proof": options | {"proofValue": f"z{base58(signature)}"}}


def verify_proof(secured_document: dict[str, Any], key: Ed25519PublicKey) -> None:
    """Raise InvalidCertificateError unless the proof of a document is by this key."""
    document = dict(secured_document)
    proof = document.pop("proof", None)
    if not isinstance(proof, dict) or proof.get("cryptosuite") != CRYPTOSUITE:
        raise InvalidCertificateError("The certificate has no eddsa-jcs-2022 proof.")
    options = dict(proof)
    value = options.pop("proofValue", None)
    if (
        not isinstance(value, str)
        or not value.startswith("z")
        or options.get("type") != _TYPE
        or options.get("proofPurpose") != "assertionMethod"
        or options.get("@context") != document.get("@context")
    ):
        raise InvalidCertificateError("The proof of the certificate is malformed.")
    try:
        key.verify(from_base58(value[1:]), hash_data(document, options))
    except InvalidSignature:
        raise InvalidCertificateError(
            "The signature is wrong: the content was changed, or another key signed it."
        ) from None


def method_in(secured_document: dict[str, Any]) -> str:
    """Return the name of the key that a proof states; empty if there is none."""
    proof = secured_document.get("proof")
    method = proof.get("verificationMethod") if isinstance(proof, dict) else None
    return method if isinstance(method, str) else ""
