"""Keys in files of 32 random bytes, created on first use and readable only by their owner."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from domain.errors import ConfigurationError, InvalidNoteError
from domain.store_secrets import Mac, StoreSecret, mac_under
from service.adapters.custody.key_bytes import HeldSigning, HeldWrapping, seal_key
from service.adapters.secret_files import read_secret
from service.adapters.store_modes import private_file
from service.provenance.durable_files import remove_left, rename
from service.provenance.log import note_keys

LOG_KEY_NAME = "checkpoint.key"


@dataclass(frozen=True, slots=True)
class FileCustody:
    """The key files of a directory. Thread-safe."""

    directory: Path
    token_bytes: Callable[[int], bytes] = secrets.token_bytes

    def holds(self, secret: StoreSecret) -> bool:
        """Whether the file is there."""
        return self._path(secret).exists()

    def make(self, secret: StoreSecret) -> None:
        """Make the file. Raises ConfigurationError if it exists but is faulty."""
        read_secret(self._path(secret))

    def place_of(self, secret: StoreSecret) -> str:
        """Return the name of the file."""
        return f"key file {secret.file_name}"

    def fingerprint(self, secret: StoreSecret) -> str:
        """Return the digest that identifies a secret of 32 random bytes, in hexadecimal."""
        return secret_fingerprint(read_secret(self._path(secret)))

    def mac(self, secret: StoreSecret) -> Mac:
        """Return the function for keyed digests with a key. Raises ConfigurationError for a faulty
        file.
        """
        return mac_under(read_secret(self._path(secret)))

    def signing(self, secret: StoreSecret) -> HeldSigning:
        """Return the signer of a key. Raises ConfigurationError for a faulty file."""
        return HeldSigning(read_secret(self._path(secret)))

    def seal(self) -> ec.EllipticCurvePrivateKey:
        """Return the key that seals documents; raises ConfigurationError for a faulty file."""
        return seal_key(read_secret(self._path(StoreSecret.SEAL)))

    def wrapping(self) -> HeldWrapping | None:
        """Return what wraps the keys of payloads, once `identlink vault wrap` has made its key."""
        is_there, is_followed = self.holds(StoreSecret.VAULT), self._next.exists()
        earlier = read_secret(self._path(StoreSecret.VAULT)) if is_there else None
        if is_followed:
            return HeldWrapping(read_secret(self._next), earlier)
        return None if earlier is None else HeldWrapping(earlier)

    def check_files(self) -> None:
        """Raise ConfigurationError for a key file of the wrong length, or that others can read."""
        for path in self.directory.glob("*.key"):
            if path.name != LOG_KEY_NAME:
                read_secret(path)

    def next_wrapping(self) -> tuple[HeldWrapping, str]:
        """Return the next wrapping key, made on first use, and its fingerprint."""
        secret = read_secret(self._next)
        return HeldWrapping(secret), secret_fingerprint(secret)

    def is_wrapping_anew(self) -> bool:
        """Whether there is a next wrapping key that is not in force yet."""
        return self._next.exists()

    def adopt_next_wrapping(self) -> None:
        """Put the next wrapping key in force, and delete the present one."""
        rename(self._next, self._path(StoreSecret.VAULT))

    def secret(self, secret: StoreSecret) -> bytes:
        """Return the bytes of a key that is to be moved to other custody."""
        return read_secret(self._path(secret))

    def drop(self, secret: StoreSecret) -> None:
        """Delete the file of a key that was moved to other custody, and copies left beside it."""
        self._path(secret).unlink(missing_ok=True)
        remove_left(self.directory, f"{secret.file_name}*")

    def drop_log_key(self) -> None:
        """Delete the file of the log's key, which was moved to other custody."""
        (self.directory / LOG_KEY_NAME).unlink(missing_ok=True)

    def holds_log_key(self) -> bool:
        """Whether the signing key of the log is there."""
        return (self.directory / LOG_KEY_NAME).exists()

    def log_key(self, name: str) -> note_keys.SigningKey:
        """Return the signing key of the log, made on first use.

        Raises ConfigurationError if others can read the file, or if it has no key or that of
        another log.
        """
        key = read_key(
            self.directory / LOG_KEY_NAME,
            make=lambda: note_keys.SigningKey(name, self.token_bytes(note_keys.KEY_BYTES)),
        )
        if key.name != name or key.signature_type is not note_keys.SignatureType.ED25519:
            raise ConfigurationError(
                "The signing key belongs to a log with another name: set IDENTLINK_LOG_NAME "
                "to that name."
            )
        return key

    @property
    def _next(self) -> Path:
        return self.directory / f"{StoreSecret.VAULT.file_name}.next"

    def _path(self, secret: StoreSecret) -> Path:
        return self.directory / secret.file_name


def secret_fingerprint(secret: bytes) -> str:
    """Return the digest that identifies a secret of 32 random bytes, in hexadecimal."""
    return hashlib.sha256(b"identlink secret\n" + secret).hexdigest()


def read_key(path: Path, *, make: Callable[[], note_keys.SigningKey]) -> note_keys.SigningKey:
    """Return a private key from its file; without a file, it is made by `make`.

    Raises ConfigurationError if others can read the file, or if it holds no key.
    """
    held = private_file(path, lambda: b"%s\n" % make().secret_text().encode())
    try:
        return note_keys.parse_signing_key(held.decode("ascii").strip())
    except (InvalidNoteError, UnicodeDecodeError):
        raise ConfigurationError(
            f"The key file {path.name} contains no signing key: restore it."
        ) from None
