"""The secrets of a store, remembered by fingerprint, so that none is silently made anew.

The memory lies with the keys of the payloads (`vault.sqlite`): a start needs these anyway, and
does not make them anew while payloads exist.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from domain.outages import ForeignKeysError, KeysMissingError
from domain.refusals import StorePart
from domain.store_secrets import StoreSecret
from service.adapters.secret_files import read_secret
from service.provenance.vault.key_files import FileKeyStore

_MISSING = (
    "The key file {name} is not in IDENTLINK_KEYS: put it back from the backup of the keys. If"
    " there is none, the runbook says what is lost with it, and `identlink vault accept-key {key}`"
    " makes a new one."
)
_ANOTHER = (
    "The key file {name} is not the one that this store was used with: put that one back from the"
    " backup of the keys. If there is none, the runbook says what is lost with it, and `identlink"
    " vault accept-key {key}` accepts the file as it is."
)


@dataclass(frozen=True, slots=True)
class StoreSecrets:
    """The secrets in a directory, and their memory. Safe to share between threads."""

    directory: Path
    keys: FileKeyStore

    def check(self) -> None:
        """Raise KeysMissingError or ForeignKeysError for one that is not as it is remembered."""
        for name, known in sorted(self.keys.fingerprints().items()):
            secret = StoreSecret(name)
            path = self._path(secret)
            if not path.exists():
                raise KeysMissingError(_sentence(_MISSING, secret), part=StorePart.KEYS)
            if fingerprint(read_secret(path)) != known:
                raise ForeignKeysError(_sentence(_ANOTHER, secret), part=StorePart.KEYS)

    def read(self, secret: StoreSecret) -> bytes:
        """Return a secret, made on first use and remembered.

        Raises KeysMissingError where it was used before, ConfigurationError for a faulty file.
        """
        if not self._path(secret).exists() and secret.value in self.keys.fingerprints():
            raise KeysMissingError(_sentence(_MISSING, secret), part=StorePart.KEYS)
        found = read_secret(self._path(secret))
        self.keys.remember_secrets({secret.value: fingerprint(found)})
        return found

    def settle(self, needed: Iterable[StoreSecret]) -> None:
        """Make the secrets that are needed and missing, and remember all that are there."""
        for secret in needed:
            read_secret(self._path(secret))
        there = [one for one in StoreSecret if self._path(one).exists()]
        known = self.keys.fingerprints()
        new = {
            one.value: fingerprint(read_secret(self._path(one)))
            for one in there
            if one.value not in known
        }
        if new:
            self.keys.remember_secrets(new)

    def at_hand(self, secret: StoreSecret) -> tuple[str, bool]:
        """Return the fingerprint of the file at hand, and whether it was made just now."""
        is_new = not self._path(secret).exists()
        if is_new and secret is StoreSecret.SEAL:
            # Of the lost key: one for the new key is made with its first seal.
            self._path(secret).with_suffix(".crt").unlink(missing_ok=True)
        return fingerprint(read_secret(self._path(secret))), is_new

    def accept(self, secret: StoreSecret, found: str) -> None:
        """Remember a fingerprint in place of another one."""
        self.keys.remember_secrets({secret.value: found}, is_accepted=True)

    def _path(self, secret: StoreSecret) -> Path:
        return self.directory / secret.file_name


def fingerprint(secret: bytes) -> str:
    """Return the digest by which a secret of 32 random bytes is known, hexadecimal."""
    return hashlib.sha256(b"identlink secret\n" + secret).hexdigest()


def _sentence(words: str, secret: StoreSecret) -> str:
    return words.format(name=secret.file_name, key=secret.value)
