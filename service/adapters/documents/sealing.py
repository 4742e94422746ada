"""The seal on documents: PAdES, made with pyHanko, with its own key and certificate.

Without a time-stamp authority the seal is PAdES B-B, and with one it is B-T. If the root of the
authority is known as well, it is B-LTA, which stays valid after the certificate has expired. No
two seals have the same bytes.
"""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from domain.errors import ConfigurationError, PdfNotInstalledError
from service.provenance.durable_files import write_new

_LIFE = timedelta(days=3_652)
_FIELD = "Seal"


@dataclass(frozen=True)
class SealKey:
    """A P-256 key in custody, and a file with its certificate, which is made on first use."""

    directory: Path
    read: Callable[[], ec.EllipticCurvePrivateKey]
    """Returns the private key from its custody. The key is made on first use."""
    office: str
    """The name of the office in the certificate."""
    made_at: datetime
    """The time from which a certificate made now is valid."""

    @cached_property
    def private(self) -> ec.EllipticCurvePrivateKey:
        """The private key. Raises ConfigurationError if other accounts can read its file."""
        return self.read()

    @cached_property
    def certificate(self) -> x509.Certificate:
        """The certificate, which is signed with its own key."""
        path = self.directory / "certificates-seal.crt"
        if path.exists():
            kept = x509.load_der_x509_certificate(path.read_bytes())
            if kept.public_key() == self.private.public_key():
                return kept
            # This certificate belongs to a key that has since been lost or replaced.
            path.unlink()
        write_new(path, self._made().public_bytes(serialization.Encoding.DER))
        return x509.load_der_x509_certificate(path.read_bytes())

    def _made(self) -> x509.Certificate:
        words = f"Seal of certificates: {self.office}"[:64]
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, words)])
        usage = x509.KeyUsage(
            digital_signature=True,
            content_commitment=True,
            **dict.fromkeys(
                ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign"), False
            ),
            **dict.fromkeys(("crl_sign", "encipher_only", "decipher_only"), False),
        )
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.private.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.made_at)
            .not_valid_after(self.made_at + _LIFE)
            .add_extension(usage, critical=True)
            .sign(self.private, hashes.SHA256())
        )


def timestamper_at(address: str) -> Any:
    """Return a client of a time-stamp authority (RFC 3161, HTTP). Raises PdfNotInstalledError."""
    try:
        from pyhanko.sign.timestamps import HTTPTimeStamper  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise _not_installed() from error
    return HTTPTimeStamper(address)


def validation_of(key: SealKey, roots: bytes) -> Any:
    """Return the pyHanko context that validates a B-LTA seal, with roots in PEM.

    Raises PdfNotInstalledError, and ConfigurationError if the roots cannot be read.
    """
    try:
        from asn1crypto import x509 as asn1_x509  # noqa: PLC0415 - comes with pyHanko
        from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415
    except ImportError as error:
        raise _not_installed() from error
    trusted = [key.certificate, *read_roots(roots)]
    der = serialization.Encoding.DER
    loaded = [asn1_x509.Certificate.load(one.public_bytes(der)) for one in trusted]
    return ValidationContext(trust_roots=loaded, allow_fetching=True)


def read_roots(roots: bytes) -> list[x509.Certificate]:
    """Return the certificates in a file (PEM). Raises ConfigurationError if it has none."""
    try:
        return x509.load_pem_x509_certificates(roots)
    except ValueError as error:
        raise ConfigurationError(
            "The file named by IDENTLINK_CERTIFICATE_TIMESTAMP_ROOTS contains no PEM "
            "certificates: replace it with one that does."
        ) from error


def _not_installed() -> PdfNotInstalledError:
    return PdfNotInstalledError("Seals on documents need pyHanko: install identlink[documents].")


@dataclass(frozen=True)
class PdfSeal:
    """Seals PDFs. Thread-safe, because each seal uses its own objects."""

    key: SealKey
    timestamper: Any = field(default=None)
    """Time stamper of pyHanko, or None for no time stamp."""
    validation: Any = field(default=None)
    """Validation context of pyHanko with the roots of the time-stamp authority, needed for B-LTA.
    If None, the level is at most B-T."""

    @property
    def level(self) -> str:
        """The level of the seal: `B-B`, `B-T` or `B-LTA`."""
        if self.timestamper is None:
            return "B-B"
        return "B-T" if self.validation is None else "B-LTA"

    @property
    def certificate_sha256(self) -> str:
        """SHA-256 of the certificate of the seal, hexadecimal."""
        der = self.key.certificate.public_bytes(serialization.Encoding.DER)
        return hashlib.sha256(der).hexdigest()

    def sealed(self, document: bytes) -> bytes:
        """Return the PDF with a seal. Raises PdfNotInstalledError without pyHanko."""
        try:
            from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 - an extra
            from pyhanko.sign import fields, signers  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise _not_installed() from error
        writer = IncrementalPdfFileWriter(io.BytesIO(document))
        out = signers.sign_pdf(
            writer,
            self._metadata(signers, fields),
            signer=self._signer(signers),
            timestamper=self.timestamper,
            new_field_spec=fields.SigFieldSpec(
                _FIELD,
                readable_field_name="Seal of the office",
                invis_sig_settings=fields.InvisSigSettings(box_out_of_bounds=True),
            ),
        )
        return bytes(out.getvalue())

    def _metadata(self, signers: Any, fields: Any) -> Any:
        is_long = self.validation is not None
        # The data that validate the last time stamp come before it, so it covers all of the file.
        stamped = signers.pdf_signer.TimestampDSSContentSettings(
            include_vri=False, update_before_ts=True
        )
        return signers.PdfSignatureMetadata(
            field_name=_FIELD,
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            name=self.key.office,
            embed_validation_info=is_long,
            use_pades_lta=is_long,
            validation_context=self.validation,
            dss_settings=signers.pdf_signer.DSSContentSettings(
                include_vri=False, next_ts_settings=stamped
            ),
        )

    def _signer(self, signers: Any) -> Any:
        from asn1crypto import keys  # noqa: PLC0415 - comes with pyHanko
        from asn1crypto import x509 as asn1_x509  # noqa: PLC0415
        from pyhanko_certvalidator.registry import SimpleCertificateStore  # noqa: PLC0415

        der = self.key.certificate.public_bytes(serialization.Encoding.DER)
        private = self.key.private.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return signers.SimpleSigner(
            asn1_x509.Certificate.load(der),
            keys.PrivateKeyInfo.load(private),
            SimpleCertificateStore(),  # type: ignore[no-untyped-call]  # of pyHanko
        )
