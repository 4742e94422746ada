"""Checks the seal on a PDF without a PDF library: no bytes outside the seal, none changed inside.

The last signature of a sealed file must cover every byte except its own, and its own bytes have
only one spelling, so the change of any byte is found. The credential inside shows whose seal it
is: it states the digest of the seal's certificate, and the office's key has signed it.
"""

import hashlib
import re
import zlib
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from domain.errors import InvalidCertificateError, PdfNotInstalledError

_STREAM = re.compile(rb"<<((?:[^<>]|<[^<>]*>|<<(?:[^<>]|<[^<>]*>)*>>)*)>>\s*stream\r?\n")
_LENGTH = re.compile(rb"/Length\s+(\d{1,9})(?!\s+\d+\s+R)")
_IS_EMBEDDED = re.compile(rb"/Type\s*/EmbeddedFile\b")
_IS_DEFLATED = re.compile(rb"/Filter\s*\[?\s*/FlateDecode\b")
MOST_BYTES = 4_000_000
"""The longest embedded file that is read."""


def embedded_files(pdf: bytes) -> tuple[bytes, ...]:
    """Return the files embedded in a PDF; raises InvalidCertificateError if one is damaged."""
    return tuple(
        _body(pdf, found)
        for found in _STREAM.finditer(pdf)
        if _IS_EMBEDDED.search(found[1]) is not None
    )


def _body(pdf: bytes, found: re.Match[bytes]) -> bytes:
    length = _LENGTH.search(found[1])
    if length is None:
        raise InvalidCertificateError("A file embedded in the document does not state its length.")
    raw = pdf[found.end() : found.end() + int(length[1])]
    if _IS_DEFLATED.search(found[1]) is None:
        return raw
    inflate = zlib.decompressobj()
    try:
        body = inflate.decompress(raw, MOST_BYTES)
    except zlib.error as error:
        raise InvalidCertificateError("A file embedded in the document is damaged.") from error
    if not inflate.eof:
        raise InvalidCertificateError("A file embedded in the document is cut off or too long.")
    return body


_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
_HEX = re.compile(rb"[0-9A-F]+")
_FORMS = {("data", "v1"), ("tst_info", "v3")}
"""Kinds of signed content, each with the version of its format."""
_HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
_UNREADABLE = (
    *(ValueError, TypeError, LookupError, AttributeError),
    *(NotImplementedError, UnsupportedAlgorithm, x509.InvalidVersion, RecursionError),
)


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal that matches the bytes it covers."""

    certificate_sha256: str
    """SHA-256 of the certificate behind the first signature, which is the office's seal."""
    signatures: int
    """The number of signatures, including those of time-stamp authorities."""


def verify_seal(pdf: bytes) -> Seal:
    """Return the seal of a PDF.

    Raises InvalidCertificateError if the file has no seal, has bytes outside the last seal, or was
    changed within a seal; PdfNotInstalledError without asn1crypto, which is installed with
    pyHanko.
    """
    found = list(_RANGE.finditer(pdf))
    if not found:
        raise InvalidCertificateError("The document has no seal.")
    digests = [_verified(pdf, one) for one in found]
    last = tuple(map(int, found[-1].groups()))
    if last[2] + last[3] != len(pdf):
        raise InvalidCertificateError("Something was added to the document after it was sealed.")
    return Seal(digests[0], len(digests))


def _verified(pdf: bytes, found: re.Match[bytes]) -> str:
    """Return the digest of the signer's certificate; raises InvalidCertificateError."""
    start, length, after, rest = map(int, found.groups())
    inside = pdf[start + length : after]
    if start != 0 or after + rest > len(pdf) or inside[:1] != b"<" or inside[-1:] != b">":
        raise InvalidCertificateError("The seal of the document is malformed.")
    covered = pdf[:length] + pdf[after : after + rest]
    return _check(_signed_data(inside[1:-1]), covered)


def _signed_data(text: bytes) -> Any:
    try:
        from asn1crypto import cms  # noqa: PLC0415 - comes with pyHanko
    except ImportError as error:
        raise PdfNotInstalledError(
            "The package asn1crypto, which checks seals, is missing: install identlink[documents]."
        ) from error
    try:
        if _HEX.fullmatch(text) is None:
            raise InvalidCertificateError("The seal of the document is malformed.")
        raw = bytes.fromhex(text.decode())
        content = cms.ContentInfo.load(raw)
        _read_defaults(content["content"])
        der = content.dump(force=True)
        if raw[len(der) :].strip(b"\0") or not raw.startswith(der):
            raise InvalidCertificateError("The seal of the document was changed.")
        return content["content"]
    except _UNREADABLE as error:
        raise InvalidCertificateError("The seal of the document cannot be read.") from error


def _read_defaults(signed: Any) -> None:
    """Hold the algorithms that attributes leave to the default as if they had been read.

    asn1crypto takes them for changed, and encodes all that is around one anew, three times at each
    level: that took a fifth of a second for each signature.
    """
    for signer in signed["signer_infos"]:
        for one in signer["signed_attrs"]:
            if one["type"].native == "signing_certificate_v2":
                for named in (each for value in one["values"] for each in value["certs"]):
                    default = named["hash_algorithm"]
                    named.children[0] = default.load(default.dump())
        for stamp in _stamps(signer):
            _read_defaults(stamp)


def _check(signed: Any, covered: bytes) -> str:
    """Return the digest of the certificate behind a signature over these bytes."""
    try:
        signer, certificate = _signer_of(signed)
        _demand_named(signer, certificate)
        stated = _message_digest(signer)
        encapsulated = signed["encap_content_info"]
        fits = True
        if encapsulated["content_type"].native == "tst_info":
            token = encapsulated["content"].parsed
            fits = _fits_stamp(token, covered)
            covered = token.dump()
        fits = fits and _digest(signer["digest_algorithm"], covered) == stated
        _verify(signer, certificate)
        for stamp in _stamps(signer):
            _check(stamp, signer["signature"].native)
    except _UNREADABLE as error:
        raise InvalidCertificateError("The seal of the document cannot be read.") from error
    if not fits:
        raise InvalidCertificateError("The document was changed after it was sealed.")
    return hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest()


def _signer_of(signed: Any) -> tuple[Any, x509.Certificate]:
    """Return the only signer and its certificate; unsigned parts may have only one form."""
    (signer,) = signed["signer_infos"]
    named = signer["sid"].chosen
    held = [one.chosen for one in signed["certificates"]]
    (chosen,) = [
        one
        for one in held
        if one.serial_number == named["serial_number"].native
        and one.issuer.dump() == named["issuer"].dump()
    ]
    content_type = signed["encap_content_info"]["content_type"].native
    algorithms = [signed["digest_algorithms"][0], signer["digest_algorithm"]]
    is_plain = (
        signer["version"].native == "v1"
        and (content_type, signed["version"].native) in _FORMS
        and len(signed["digest_algorithms"]) == 1
        and len({one.native["algorithm"] for one in algorithms}) == 1
        and signer["signature_algorithm"].native["algorithm"] in _signatures(algorithms[1])
        and all(
            one["parameters"].native is None
            for one in (*algorithms, signer["signature_algorithm"])
        )
    )
    if not is_plain:
        raise ValueError
    return signer, x509.load_der_x509_certificate(chosen.dump())


def _signatures(digest: Any) -> tuple[str, ...]:
    """Return the names of the signature algorithms that go with a digest."""
    name = digest.native["algorithm"]
    return (f"{name}_ecdsa", f"{name}_rsa", "rsassa_pkcs1v15")


def _message_digest(signer: Any) -> bytes:
    attributes = {one["type"].native: one["values"] for one in signer["signed_attrs"]}
    return bytes(attributes["message_digest"][0].native)


def _demand_named(signer: Any, certificate: x509.Certificate) -> None:
    """Raise ValueError unless the signature covers the digest of its certificate (RFC 5035)."""
    attributes = {one["type"].native: one["values"] for one in signer["signed_attrs"]}
    der = certificate.public_bytes(serialization.Encoding.DER)
    if "signing_certificate_v2" in attributes:
        named = attributes["signing_certificate_v2"][0]["certs"][0]
        digest = hashlib.new(named["hash_algorithm"]["algorithm"].native, der).digest()
    else:
        named = attributes["signing_certificate"][0]["certs"][0]
        # Used by old time-stamp authorities, beside a signature that binds the key itself.
        digest = hashlib.sha1(der, usedforsecurity=False).digest()
    if named["cert_hash"].native != digest:
        raise ValueError


def _stamps(signer: Any) -> list[Any]:
    """Return the time stamps on a signature."""
    unsigned = signer["unsigned_attrs"]
    found = []
    for one in unsigned if unsigned.native else ():
        if one["type"].native != "signature_time_stamp_token":
            raise ValueError
        found += [token["content"] for token in one["values"]]
    return found


def _fits_stamp(token: Any, covered: bytes) -> bool:
    imprint = token["message_imprint"]
    return bool(_digest(imprint["hash_algorithm"], covered) == imprint["hashed_message"].native)


def _digest(algorithm: Any, data: bytes) -> bytes:
    name = algorithm["algorithm"].native
    if name not in _HASHES:
        raise ValueError
    return hashlib.new(name, data).digest()


def _verify(signer: Any, certificate: x509.Certificate) -> None:
    """Raise InvalidCertificateError unless the certificate's key signed the attributes."""
    signature, data = signer["signature"].native, signer["signed_attrs"].untag().dump()
    kind = _HASHES[signer["digest_algorithm"]["algorithm"].native]
    key = certificate.public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(kind))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), kind)
        else:
            raise InvalidCertificateError("This kind of seal is not supported.")
    except InvalidSignature:
        raise InvalidCertificateError("The seal of the document was changed.") from None
