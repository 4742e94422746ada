"""The secrets of a store: files of 32 random bytes, made on first use, read by their owner."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from domain.errors import ConfigurationError
from service.adapters.store_modes import private_file
from service.provenance.durable_files import rename

SECRET_BYTES = 32


def read_secret(path: Path) -> bytes:
    """Return the secret in a file, which is made on first use.

    Raises ConfigurationError if the file has another length or other accounts can read it.
    """
    secret = private_file(path, lambda: secrets.token_bytes(SECRET_BYTES))
    if len(secret) != SECRET_BYTES:
        raise ConfigurationError(
            f"The key file {path.name} is not {SECRET_BYTES} bytes long: restore it."
        )
    return secret


@dataclass(frozen=True, slots=True)
class IndexKeys:
    """The key with which the index is rotated and, during a change of keys, the next key.

    The next key is on disk before the change and replaces the current key after it: whenever the
    process is killed, one of the two opens the index.
    """

    directory: Path

    @property
    def current(self) -> bytes:
        """The key in force, made on first use. Raises ConfigurationError."""
        return read_secret(self._current_path)

    @property
    def next(self) -> bytes | None:
        """The next key if a change of keys was started but not finished, else None."""
        return read_secret(self._next_path) if self._next_path.exists() else None

    def at_hand(self) -> tuple[bytes, ...]:
        """Return the keys that exist; makes none."""
        return tuple(map(read_secret, filter(Path.exists, (self._current_path, self._next_path))))

    def prepare_next(self) -> bytes:
        """Write the next key to disk and return it. If there is one already, it is kept."""
        return read_secret(self._next_path)

    def adopt_next(self) -> None:
        """Replace the current key by the next key."""
        rename(self._next_path, self._current_path)

    @property
    def _current_path(self) -> Path:
        return self.directory / "index.key"

    @property
    def _next_path(self) -> Path:
        return self.directory / "index.key.next"
