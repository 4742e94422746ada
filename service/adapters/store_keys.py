"""The item keys of a store: one file beside the other keys, made with the store and never anew."""

from __future__ import annotations

from pathlib import Path

from domain.outages import KeysMissingError
from domain.refusals import StorePart
from service.provenance.vault.key_files import FileKeyStore, open_key_file
from service.storage.sealed.belonging import holds_payloads

VAULT_NAME = "vault.sqlite"
"""The file of the item keys, in the keys directory."""

_NO_KEYS = (
    f"Payloads are stored, and {VAULT_NAME} with their keys is not in IDENTLINK_KEYS: put back the"
    " youngest backup of the keys, then run `identlink vault check`."
)


def open_store_keys(directory: Path, database_url: str, *, lock_timeout_ms: int) -> FileKeyStore:
    """Open the item keys of a store, which are made with its first use.

    Raises KeysMissingError when they are not there and payloads are.
    """
    demand_store_keys(directory, database_url)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return open_key_file(directory / VAULT_NAME, busy_timeout_ms=lock_timeout_ms)


def demand_store_keys(directory: Path, database_url: str) -> None:
    """Raise KeysMissingError when the item keys are not there and payloads are."""
    if not (directory / VAULT_NAME).exists() and holds_payloads(database_url):
        raise KeysMissingError(_NO_KEYS, part=StorePart.KEYS)
