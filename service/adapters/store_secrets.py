"""The secrets of a store, remembered by fingerprint, so that none is silently made again.

The memory lies with the keys of the payloads (`vault.sqlite`): a start needs these anyway, and
does not make them again while payloads exist.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from domain.outages import ForeignKeysError, KeysMissingError
from domain.refusals import StorePart
from domain.store_secrets import StoreSecret
from service.ports.signing import Custody
from service.provenance.vault.key_files import FileKeyStore

_MISSING = (
    "The {place} is missing: put it back from the backup of the keys. If there is none, the"
    " runbook says what is lost with it, and `identlink vault accept-key {key}` makes a new one."
)
_ANOTHER = (
    "The {place} is not the one that this store was used with: put that one back from the backup"
    " of the keys. If there is none, the runbook says what is lost with it, and `identlink vault"
    " accept-key {key}` accepts the key as it is."
)


@dataclass(frozen=True, slots=True)
class StoreSecrets:
    """The secrets in a custody, and their memory. Safe to share between threads."""

    custody: Custody
    keys: FileKeyStore

    def check(self) -> None:
        """Raise KeysMissingError or ForeignKeysError if it is not as it is remembered."""
        for name, known in sorted(self.keys.fingerprints().items()):
            secret = StoreSecret(name)
            self._demand(secret)
            if self.custody.fingerprint(secret) != known:
                raise ForeignKeysError(self._sentence(_ANOTHER, secret), part=StorePart.KEYS)

    def prepare(self, secret: StoreSecret) -> None:
        """Make a secret on first use and remember it.

        Raises KeysMissingError where it was used before, ConfigurationError for a faulty file.
        """
        if self.custody.holds(secret):
            return
        if secret.value in self.keys.fingerprints():
            self._demand(secret)
        self.custody.make(secret)
        self.keys.remember_secrets({secret.value: self.custody.fingerprint(secret)})

    def settle(self, needed: Iterable[StoreSecret]) -> None:
        """Make the secrets that are needed and missing, and remember all that are there."""
        for secret in needed:
            self.custody.make(secret)
        known = self.keys.fingerprints()
        there = [one for one in StoreSecret if one.value not in known and self.custody.holds(one)]
        if there:
            self.remember(there)

    def at_hand(self, secret: StoreSecret) -> tuple[str, bool]:
        """Return the fingerprint of the key at hand, and whether it was made just now."""
        is_new = not self.custody.holds(secret)
        self.custody.make(secret)
        return self.custody.fingerprint(secret), is_new

    def accept(self, secret: StoreSecret, found: str) -> None:
        """Remember a fingerprint in place of another one."""
        self.keys.remember_secrets({secret.value: found}, is_accepted=True)

    def remember(self, secrets: Iterable[StoreSecret]) -> None:
        """Remember secrets that are there."""
        self.keys.remember_secrets({one.value: self.custody.fingerprint(one) for one in secrets})

    def _demand(self, secret: StoreSecret) -> None:
        if not self.custody.holds(secret):
            raise KeysMissingError(self._sentence(_MISSING, secret), part=StorePart.KEYS)

    def _sentence(self, words: str, secret: StoreSecret) -> str:
        return words.format(place=self.custody.place_of(secret), key=secret.value)
