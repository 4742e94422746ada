"""Seals on documents at each level, with a time-stamp authority of the test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typst
from asn1crypto import cms, parser
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from domain.errors import InvalidCertificateError
from service.adapters.custody.files import FileCustody
from service.adapters.documents.sealing import PdfSeal, SealKey, validation_of
from service.provenance.credentials.pdf_seals import verify_seal

NOW = datetime.now(UTC) - timedelta(minutes=1)


def authority() -> tuple[asn1_x509.Certificate, asn1_keys.PrivateKeyInfo, bytes]:
    """Return a time-stamp authority: its certificate, signed by its own key."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Time of the test")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=30))
        .add_extension(
            x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
        )
        .sign(key, hashes.SHA256())
    )
    der = certificate.public_bytes(serialization.Encoding.DER)
    private = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    return asn1_x509.Certificate.load(der), asn1_keys.PrivateKeyInfo.load(private), pem


@pytest.fixture(scope="module")
def document() -> bytes:
    text = b"#set document(title: [T], date: auto)\n= A\nText."
    return bytes(typst.compile(text, pdf_standards=["a-3b"], timestamp=1_700_000_000))


def seal_key(directory: Path) -> SealKey:
    return SealKey(directory, FileCustody(directory).seal, "Office of the test", NOW)


@pytest.mark.parametrize(("level", "signatures"), [("B-B", 1), ("B-T", 1), ("B-LTA", 2)])
def test_a_seal_of_each_level_verifies_and_finds_every_change(
    tmp_path: Path, document: bytes, level: str, signatures: int
) -> None:
    key, parts = seal_key(tmp_path), dict[str, Any]()
    if level != "B-B":
        certificate, private, pem = authority()
        parts["timestamper"] = DummyTimeStamper(certificate, private)
        if level == "B-LTA":
            parts["validation"] = validation_of(key, pem)
    seal = PdfSeal(key, **parts)

    sealed = seal.sealed(document)

    assert seal.level == level
    found = verify_seal(sealed)
    assert found.signatures == signatures
    assert found.certificate_sha256 == seal.certificate_sha256
    for at in range(0, len(sealed), max(1, len(sealed) // 20)):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(InvalidCertificateError):
            assert verify_seal(bytes(changed)).certificate_sha256 == "", at


def test_a_key_and_its_certificate_are_made_once(tmp_path: Path) -> None:
    first = PdfSeal(seal_key(tmp_path)).certificate_sha256
    assert PdfSeal(seal_key(tmp_path)).certificate_sha256 == first
    assert {file.name for file in tmp_path.iterdir()} == {
        "certificates-seal.crt",
        "certificates-seal.key",
    }


@pytest.mark.parametrize(
    "pdf", [b"", b"%PDF-1.7", b"/ByteRange [0 1 2 3]", b"/ByteRange [0 0 2 0]<>"]
)
def test_what_bears_no_seal_is_refused(pdf: bytes) -> None:
    with pytest.raises(InvalidCertificateError):
        verify_seal(pdf)


def _in_sequence(*parts: bytes, tag: int = 16) -> bytes:
    return bytes(parser.emit(0, 1, tag, b"".join(parts)))


def _of_context(*parts: bytes, tag: int) -> bytes:
    return bytes(parser.emit(2, 1, tag, b"".join(parts)))


def stamped(stamp: bytes) -> bytes:
    """Return a signature of nobody, with this one as the stamp on it."""
    version, empty = bytes(cms.CMSVersion("v1").dump()), _in_sequence()
    digest = bytes(cms.DigestAlgorithm({"algorithm": "sha256"}).dump())
    method = bytes(cms.SignedDigestAlgorithm({"algorithm": "sha256_rsa"}).dump())
    named = {one: bytes(cms.CMSAttributeType(one).dump()) for one in _ATTRIBUTES}
    text = bytes(cms.OctetString(bytes(32)).dump())
    signed = _in_sequence(named[_ATTRIBUTES[0]], _in_sequence(text, tag=17))
    stamps = _in_sequence(named[_ATTRIBUTES[1]], _in_sequence(stamp, tag=17))
    signer = _in_sequence(
        *(version, _in_sequence(empty, version), digest, _of_context(signed, tag=0)),
        *(method, text, _of_context(stamps, tag=1)),
    )
    content = _in_sequence(bytes(cms.ContentType("data").dump()))
    whole = _in_sequence(
        version, _in_sequence(digest, tag=17), content, _in_sequence(signer, tag=17)
    )
    return _in_sequence(bytes(cms.ContentType("signed_data").dump()), _of_context(whole, tag=0))


_ATTRIBUTES = ("message_digest", "signature_time_stamp_token")


@pytest.mark.parametrize("stamps", [1, 20, 300])
def test_stamps_on_stamps_are_refused_however_many(stamps: int) -> None:
    seal = b""
    for _ in range(stamps):
        seal = stamped(seal)
    inside = b"<" + seal.hex().upper().encode() + b">"
    head = b"%%PDF-1.7 /ByteRange [0 100 %d 1]" % (100 + len(inside))

    with pytest.raises(InvalidCertificateError, match="cannot be read"):
        verify_seal(head.ljust(100) + inside + b" ")
