"""The secrets of a store: 32 random bytes a file, made on first use, only for the owner."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from domain.errors import ConfigurationError
from service.provenance.durable_files import rename, write_new

SECRET_BYTES = 32


def read_secret(path: Path) -> bytes:
    """Return the secret of a file, made on first use.

    Raises ConfigurationError for a file of another length or open to others.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        write_new(path, secrets.token_bytes(SECRET_BYTES))
    secret = path.read_bytes()
    if len(secret) != SECRET_BYTES:
        raise ConfigurationError(
            f"The key file {path.name} is not {SECRET_BYTES} bytes long: restore it."
        )
    if path.stat().st_mode & 0o077:
        raise ConfigurationError(
            f"The key file {path.name} can be read by other accounts: set its mode to 0600."
        )
    return secret


@dataclass(frozen=True, slots=True)
class IndexKeys:
    """The key under which the index is rotated, and the one it is being moved to.

    The next key is on disk before the index is moved and takes the place of the current one after,
    so that after a kill at any point one of the two opens the index.
    """

    directory: Path

    @property
    def current(self) -> bytes:
        """The key in force, made on first use; raises ConfigurationError."""
        return read_secret(self._current_path)

    @property
    def next(self) -> bytes | None:
        """The key of a move that was started but not finished; None if there is none."""
        return read_secret(self._next_path) if self._next_path.exists() else None

    def prepare_next(self) -> bytes:
        """Make the next key durable and return it; one that was prepared before is kept."""
        return read_secret(self._next_path)

    def adopt_next(self) -> None:
        """Let the next key take the place of the current one."""
        rename(self._next_path, self._current_path)

    @property
    def _current_path(self) -> Path:
        return self.directory / "index.key"

    @property
    def _next_path(self) -> Path:
        return self.directory / "index.key.next"
