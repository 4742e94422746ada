"""Checks a certificate file statement by statement, without a store.

The file is a PDF with the credential inside, or only the credential. Each statement holds or fails
independently, so that a reader learns which one a change has broken. The check cannot show whether
the certificate was revoked or superseded later: ask the office for that.
"""

import base64
import binascii
import gzip
import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.errors import InvalidCertificateError, LinkingError
from service.provenance.credentials import data_integrity
from service.provenance.credentials.pdf_seals import embedded_files, verify_seal
from service.provenance.log.note_keys import parse_verifier_key
from service.provenance.log.proofs import parse_receipt, verify_receipt

PLACES = 131_072
"""Entries in a list: the fewest that the specification allows (section 6.1), 16 KiB."""
_MULTIBASE = "u"


class StatusPurpose(StrEnum):
    """The meaning of a set bit."""

    REVOCATION = "revocation"
    """The office revoked the certificate permanently."""
    SUSPENSION = "suspension"
    """Superseded, because its basis has changed; this ends if the change is undone."""


def encoded_list(places: Iterable[int]) -> str:
    """Return the encoded status list with the bits at these positions set.

    Position 0 is the most significant bit of the first byte.
    """
    bits = bytearray(PLACES // 8)
    for place in places:
        bits[place >> 3] |= 0x80 >> (place & 7)
    packed = gzip.compress(bytes(bits), mtime=0)
    return _MULTIBASE + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def is_set(encoded: str, place: int) -> bool:
    """Return whether an entry is set; raises InvalidCertificateError if this is no list."""
    text = encoded[1:]
    if not encoded.startswith(_MULTIBASE) or not 0 <= place < PLACES:
        raise InvalidCertificateError(
            "This is not a status list, or not an entry of a status list."
        )
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        inflate = zlib.decompressobj(wbits=31)
        bits = inflate.decompress(packed, PLACES)
    except (ValueError, binascii.Error, zlib.error) as error:
        raise InvalidCertificateError("This is not a status list.") from error
    if len(bits) < PLACES // 8 or not inflate.eof:
        raise InvalidCertificateError("The status list is too short, or cut off.")
    return bool(bits[place >> 3] & 0x80 >> (place & 7))


MOST_FILE_BYTES = 20_000_000
_PDF = b"%PDF-"


@dataclass(frozen=True, slots=True)
class Checked:
    """One statement about a file, and whether it holds."""

    name: str
    holds: bool
    words: str


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """Statements about a file, in order; after one that stops the check there are none."""

    statements: tuple[Checked, ...]
    credential: dict[str, Any] | None = None
    """The signed content, if it could be read."""

    @property
    def holds(self) -> bool:
        """Whether every statement holds."""
        return all(one.holds for one in self.statements)


@dataclass(frozen=True, slots=True)
class TrustedKeys:
    """The keys that a reader has obtained from a source other than the file."""

    office: str
    """Multikey of the office, `z6Mk...`."""
    log: str = ""
    """Verifier key of the office's log; if empty, the proof of the log is not checked."""


def check_file(data: bytes, keys: TrustedKeys) -> CheckedFile:
    """Return the statements about a certificate file."""
    read, credential = _credential(data)
    if credential is None:
        return CheckedFile((read,))
    statements = [read, *_sealed(data, credential), _signature(credential, keys.office)]
    if keys.log:
        statements.append(_in_log(credential, keys.log))
    return CheckedFile(tuple(statements), credential)


def _credential(data: bytes) -> tuple[Checked, dict[str, Any] | None]:
    name = "content"
    try:
        text = data[: MOST_FILE_BYTES + 1]
        if data.startswith(_PDF):
            (text,) = embedded_files(text)
        credential = json.loads(text) if len(text) <= MOST_FILE_BYTES else None
    except (LinkingError, ValueError, RecursionError):
        credential = None
    if not isinstance(credential, dict):
        return Checked(name, False, "The file does not contain a readable certificate."), None
    return Checked(name, True, "The file contains a certificate."), credential


def _sealed(data: bytes, credential: dict[str, Any]) -> tuple[Checked, ...]:
    """Return the statement about the document; none for a credential without a document."""
    name = "document"
    if not data.startswith(_PDF):
        return ()
    try:
        seal = verify_seal(data)
        stated = credential["credentialSubject"]["seal"]["certificateSha256"]
    except LinkingError as error:
        return (Checked(name, False, str(error)),)
    except (KeyError, TypeError):
        return (Checked(name, False, "The certificate does not state who sealed its document."),)
    if seal.certificate_sha256 != stated:
        return (
            Checked(name, False, "The document was sealed by somebody other than the office."),
        )
    return (Checked(name, True, "The document is unchanged since the office sealed it."),)


def _signature(credential: dict[str, Any], office: str) -> Checked:
    name = "signature"
    try:
        key = data_integrity.public_key(office)
        if data_integrity.method_in(credential) != data_integrity.method_of(
            data_integrity.multikey(key.public_bytes_raw())
        ):
            return Checked(
                name, False, "The content was signed with a key other than the office's."
            )
        data_integrity.verify_proof(credential, key)
    except LinkingError as error:
        return Checked(name, False, str(error))
    return Checked(name, True, "The content is unchanged since the office's key signed it.")


def _in_log(credential: dict[str, Any], log_key: str) -> Checked:
    name = "log"
    try:
        evidence = credential["evidence"][0]
        receipt = parse_receipt(str(evidence["receipt"]).encode())
        proved = verify_receipt(receipt, parse_verifier_key(log_key))
        if evidence["release"] not in proved.event.subject_refs:
            return Checked(name, False, "The proof is for an event other than the release.")
    except LinkingError as error:
        return Checked(name, False, str(error))
    except (KeyError, IndexError, TypeError, UnicodeEncodeError):
        return Checked(name, False, "The certificate has no proof of the log.")
    size = proved.signed.checkpoint.size
    words = f"The release is event {receipt.index} of the {size} events that the log had signed."
    return Checked(name, True, words)
