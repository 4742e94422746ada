"""The keys of a store: item keys in one file, and secrets, whose fingerprints are recorded.

The item keys are kept beside the other keys. They are made with the store and never made again.
The fingerprints of the secrets are recorded in the same file, because every start needs it; no
secret can then be replaced without notice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from domain.errors import ConfigurationError, StorePart
from domain.outages import ForeignKeysError, KeysMissingError
from domain.store_secrets import StoreSecret
from service.ports.signing import Custody
from service.provenance.vault.key_files import FileKeyStore, open_key_file
from service.provenance.vault.key_stores import Wrapping
from service.storage.sealed.belonging import holds_payloads

VAULT_NAME = "vault.sqlite"

_NO_KEYS = (
    f"The file {VAULT_NAME}, which holds the keys of the stored payloads, is not "
    "in IDENTLINK_KEYS: restore the newest backup of the keys, then run "
    "`identlink vault check`."
)


def open_store_keys(
    directory: Path, database_url: str, *, lock_timeout_ms: int, wrapping: Wrapping | None = None
) -> FileKeyStore:
    """Open the item keys of a store, which are made on its first use.

    Raises KeysMissingError if the keys are missing although there are payloads.
    """
    demand_store_keys(directory, database_url)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return open_key_file(
        directory / VAULT_NAME,
        busy_timeout_ms=lock_timeout_ms,
        wrapping=wrapping,
        is_fixed="immutable=1" in database_url,
    )


def open_shared_keys(url: str, *, lock_timeout_ms: int, wrapping: Wrapping | None) -> FileKeyStore:
    """Open the item keys in a database that several hosts share.

    Raises ConfigurationError without a wrapping key.
    """
    # Needs an extra, so it is loaded only here.
    from service.storage.sealed.database_keys import open_key_database  # noqa: PLC0415

    return open_key_database(url, lock_timeout_ms=lock_timeout_ms, wrapping=wrapping)


def take_over(shared: FileKeyStore, file: FileKeyStore) -> int:
    """Copy the keys in a file to the shared store, and return their number.

    Raises ConfigurationError if the keys are not wrapped, or without IDENTLINK_VAULT_URL.
    """
    from service.storage.sealed.database_keys import DatabaseKeyStore  # noqa: PLC0415

    if not isinstance(shared, DatabaseKeyStore):
        raise ConfigurationError("First set IDENTLINK_VAULT_URL to the URL of the key database.")
    return shared.take_over(file)


def demand_store_keys(directory: Path, database_url: str) -> None:
    """Raise KeysMissingError if the item keys are missing although there are payloads."""
    if not (directory / VAULT_NAME).exists() and holds_payloads(database_url):
        raise KeysMissingError(_NO_KEYS, part=StorePart.KEYS)


_MISSING = (
    "The {place} is missing: put it back from the backup of the keys. If there is none, the"
    " runbook says what is lost with it, and `identlink vault accept-key {key}` makes a new one."
)
_ANOTHER = (
    "The {place} is not the one used with this store: put the right one back from the backup of"
    " the keys. If there is none, the runbook says what is lost with it, and `identlink vault"
    " accept-key {key}` accepts the present key."
)
_WRAPPING = (
    "`identlink vault wrap` was interrupted: run it again. Do not put back a key from a backup."
)


@dataclass(frozen=True, slots=True)
class StoreSecrets:
    """The secrets in a custody, and the record of their fingerprints. Thread-safe."""

    custody: Custody
    keys: FileKeyStore

    def check(self) -> None:
        """Raise KeysMissingError or ForeignKeysError unless all secrets fit their fingerprints."""
        for name, known in sorted(self.keys.fingerprints().items()):
            secret = StoreSecret(name)
            self._demand(secret)
            if self.custody.fingerprint(secret) != known:
                raise ForeignKeysError(self._sentence(_ANOTHER, secret), part=StorePart.KEYS)

    def prepare(self, secret: StoreSecret) -> None:
        """Make a secret on first use and record its fingerprint.

        Raises KeysMissingError if the secret was used before but is missing, and
        ConfigurationError for a faulty file.
        """
        if self.custody.holds(secret):
            return
        if secret.value in self.keys.fingerprints():
            self._demand(secret)
        self.custody.make(secret)
        self.keys.remember_secrets({secret.value: self.custody.fingerprint(secret)})

    def settle(self, needed: Iterable[StoreSecret]) -> None:
        """Make needed secrets that are missing; record the fingerprints of all that exist."""
        for secret in needed:
            self.custody.make(secret)
        known = self.keys.fingerprints()
        there = [one for one in StoreSecret if one.value not in known and self.custody.holds(one)]
        if there:
            self.remember(there)

    def at_hand(self, secret: StoreSecret) -> tuple[str, bool]:
        """Return the fingerprint of the present key, and whether the key was made by this call."""
        is_new = not self.custody.holds(secret)
        self.custody.make(secret)
        return self.custody.fingerprint(secret), is_new

    def accept(self, secret: StoreSecret, found: str) -> None:
        """Record a fingerprint in place of another one."""
        self.keys.remember_secrets({secret.value: found}, is_accepted=True)

    def remember(self, secrets: Iterable[StoreSecret]) -> None:
        """Record the fingerprints of secrets that exist."""
        self.keys.remember_secrets({one.value: self.custody.fingerprint(one) for one in secrets})

    def _demand(self, secret: StoreSecret) -> None:
        if not self.custody.holds(secret):
            raise KeysMissingError(self._sentence(_MISSING, secret), part=StorePart.KEYS)

    def _sentence(self, words: str, secret: StoreSecret) -> str:
        if secret is StoreSecret.VAULT and self.custody.is_wrapping_anew():
            return _WRAPPING
        return words.format(place=self.custody.place_of(secret), key=secret.value)
