"""The item keys of a store: one file beside the other keys, made with the store and never anew."""

from __future__ import annotations

from pathlib import Path

from domain.errors import ConfigurationError
from domain.outages import KeysMissingError
from domain.refusals import StorePart
from service.provenance.vault.key_files import FileKeyStore, open_key_file
from service.provenance.vault.vault import Wrapping
from service.storage.sealed.belonging import holds_payloads

VAULT_NAME = "vault.sqlite"
"""The file of the item keys, in the keys directory."""

_NO_KEYS = (
    f"Payloads are stored, but {VAULT_NAME} with their keys is not in "
    "IDENTLINK_KEYS: restore the newest backup of the keys, then run "
    "`identlink vault check`."
)


def open_store_keys(
    directory: Path, database_url: str, *, lock_timeout_ms: int, wrapping: Wrapping | None = None
) -> FileKeyStore:
    """Open the item keys of a store, which are made with its first use.

    Raises KeysMissingError when they are not there and payloads are.
    """
    demand_store_keys(directory, database_url)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return open_key_file(
        directory / VAULT_NAME, busy_timeout_ms=lock_timeout_ms, wrapping=wrapping
    )


def open_shared_keys(url: str, *, lock_timeout_ms: int, wrapping: Wrapping | None) -> FileKeyStore:
    """Open the item keys in a database that several hosts share.

    Raises ConfigurationError without a wrapping key.
    """
    # With an extra, loaded where it is used alone.
    from service.storage.sealed.database_keys import open_key_database  # noqa: PLC0415

    return open_key_database(url, lock_timeout_ms=lock_timeout_ms, wrapping=wrapping)


def take_over(shared: FileKeyStore, file: FileKeyStore) -> int:
    """Copy the keys of a file into the shared store, and return their number.

    Raises ConfigurationError for keys that are not wrapped, or without IDENTLINK_VAULT_URL.
    """
    from service.storage.sealed.database_keys import DatabaseKeyStore  # noqa: PLC0415

    if not isinstance(shared, DatabaseKeyStore):
        raise ConfigurationError("Set IDENTLINK_VAULT_URL to the database for the keys first.")
    return shared.take_over(file)


def demand_store_keys(directory: Path, database_url: str) -> None:
    """Raise KeysMissingError when the item keys are not there and payloads are."""
    if not (directory / VAULT_NAME).exists() and holds_payloads(database_url):
        raise KeysMissingError(_NO_KEYS, part=StorePart.KEYS)
