"""Keys in a security module: a token (PKCS#11), or a transit engine (HTTP).

The keys that sign for the office (log, certificates, exchange) never leave the module. It wraps
the other secrets in files, `NAME.wrapped`, which are unwrapped into memory at the start. So what
every call needs, such as a keyed digest, does not wait for the module, and works while it is
unavailable.
"""

import base64
import hashlib
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric import ec

from domain.errors import ConfigurationError, ConflictError, StorePart
from domain.outages import ForeignKeysError, KeysMissingError
from domain.store_secrets import Mac, StoreSecret, mac_under
from service.adapters.custody.files import FileCustody, secret_fingerprint
from service.adapters.custody.guard import GuardLimits
from service.adapters.custody.key_bytes import HeldSigning, HeldWrapping, seal_key
from service.adapters.secret_files import SECRET_BYTES
from service.provenance.durable_files import locked, rename, replace, write_new
from service.provenance.log.note_keys import VerifierKey

UNFINISHED = "`identlink vault wrap` was started but not finished: run it again first."
_LOG = "log"
_WRAPPING = "wrap-"
_OTHER = (
    "The security module already has a different key with this name: set another "
    "`object` in IDENTLINK_CUSTODY."
)


class KeyModule(Protocol):
    """A module in which keys are made and used, but never read. Thread-safe.

    Every method raises StoreUnavailableError while the module does not answer. Methods that use a
    key raise KeysMissingError if it does not exist.
    """

    def place(self, name: str) -> str:
        """Return the name under which an operator finds a key."""

    def holds(self, name: str) -> bool:
        """Whether a key of this name is there."""

    def sign(self, name: str, message: bytes) -> bytes:
        """Return the Ed25519 signature, 64 bytes."""

    def public_key(self, name: str) -> bytes:
        """Return the public half of a signing key, 32 bytes."""

    def make_signing(self, name: str) -> None:
        """Make a pair of Ed25519 keys; an existing pair is kept."""

    def take_signing(self, name: str, seed: bytes, public_key: bytes) -> None:
        """Import a signing key into the module. Raises ConfigurationError if it refuses."""

    def make_wrapping(self, name: str) -> None:
        """Make an AES-256 key for wrapping; an existing key is kept."""

    def wrap(self, name: str, secret: bytes, label: str) -> bytes:
        """Return a secret, wrapped and bound to a label."""

    def unwrap(self, name: str, wrapped: bytes, label: str) -> bytes:
        """Unwrap and return a secret.

        Raises KeysMissingError for a key or label other than at wrapping, or changed content.
        """

    def destroy(self, name: str) -> None:
        """Permanently destroy a key; does nothing if it does not exist."""

    def names(self, beginning: str) -> list[str]:
        """Return the names of the keys that begin with a text, in order."""


@dataclass(frozen=True)
class ModuleSigning:
    """Signs by Ed25519 in a security module. Thread-safe."""

    module: KeyModule
    name: str

    @cached_property
    def public_key(self) -> bytes:
        """The public key, 32 bytes; read once."""
        return self.module.public_key(self.name)

    def sign(self, message: bytes) -> bytes:
        """Return the signature, 64 bytes; raises StoreUnavailableError, KeysMissingError."""
        return self.module.sign(self.name, message)


@dataclass(frozen=True)
class ModuleLogKey:
    """Signs notes of the log in a security module. Thread-safe."""

    name: str
    signing: ModuleSigning

    @cached_property
    def verifier(self) -> VerifierKey:
        """The public half of the signing key."""
        return VerifierKey(self.name, self.signing.public_key)

    def sign(self, message: bytes) -> bytes:
        """Return the signature of the text of a note."""
        return self.signing.sign(message)


@dataclass(frozen=True)
class ModuleCustody:
    """The keys of a store in a security module, and the secrets that it wraps. Thread-safe."""

    module: KeyModule
    directory: Path
    """Holds the wrapped secrets."""
    _held: dict[StoreSecret, bytes] = field(default_factory=dict, repr=False)
    _signings: dict[str, ModuleSigning] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def holds(self, secret: StoreSecret) -> bool:
        """Whether the key is in the module, or its wrapped file is there."""
        if secret.signs:
            return self.module.holds(secret.value)
        return self._path(secret).exists()

    def make(self, secret: StoreSecret) -> None:
        """Make a key if it does not exist."""
        if secret.signs:
            self.module.make_signing(secret.value)
        elif not self.holds(secret):
            self._keep(secret, os.urandom(SECRET_BYTES))

    def place_of(self, secret: StoreSecret) -> str:
        """Return the name of the key in the module, or the name of the wrapped file."""
        if secret.signs:
            return self.module.place(secret.value)
        return f"key file {self._path(secret).name}"

    def fingerprint(self, secret: StoreSecret) -> str:
        """Return the digest that identifies a key; of a signing key, that of its public half."""
        if secret.signs:
            public = self.module.public_key(secret.value)
            return hashlib.sha256(b"identlink public key\n" + public).hexdigest()
        return secret_fingerprint(self._unwrapped(secret))

    def mac(self, secret: StoreSecret) -> Mac:
        """Return the function for keyed digests with a key, which is made on first use."""
        return mac_under(self._made(secret))

    def signing(self, secret: StoreSecret) -> ModuleSigning:
        """Return the signer of a key, which is made on first use."""
        if secret.value not in self._signings:
            self.make(secret)
        return self._signings.setdefault(secret.value, ModuleSigning(self.module, secret.value))

    def seal(self) -> ec.EllipticCurvePrivateKey:
        """Return the key that seals documents, read into memory.

        The library that seals documents cannot use a key that stays in the module.
        """
        return seal_key(self._made(StoreSecret.SEAL))

    def wrapping(self) -> HeldWrapping | None:
        """Return what wraps the keys of payloads, once `identlink vault wrap` has made its key."""
        is_there, is_followed = self.holds(StoreSecret.VAULT), self._next.exists()
        earlier = self._made(StoreSecret.VAULT) if is_there else None
        if is_followed:
            return HeldWrapping(self._opened(self._next, StoreSecret.VAULT), earlier)
        return None if earlier is None else HeldWrapping(earlier)

    def next_wrapping(self) -> tuple[HeldWrapping, str]:
        """Return the next wrapping key, made on first use, and its fingerprint."""
        with self._alone():
            if not self._next.exists():
                write_new(self._next, self._sealed(StoreSecret.VAULT, os.urandom(SECRET_BYTES)))
            secret = self._opened(self._next, StoreSecret.VAULT)
        return HeldWrapping(secret), secret_fingerprint(secret)

    def is_wrapping_anew(self) -> bool:
        """Whether there is a next wrapping key that is not in force yet."""
        return self._next.exists()

    def adopt_next_wrapping(self) -> None:
        """Put the next wrapping key in force, and delete the present one."""
        rename(self._next, self._path(StoreSecret.VAULT))
        self._held.pop(StoreSecret.VAULT, None)

    def take_over(self, files: FileCustody) -> tuple[StoreSecret, ...]:
        """Import keys from files into the module; the files stay until `drop`.

        Raises ForeignKeysError if the module holds a different key of the same name, and
        ConflictError while the keys of payloads are being wrapped again.
        """
        if files.is_wrapping_anew():
            raise ConflictError(UNFINISHED)
        taken = tuple(secret for secret in StoreSecret if files.holds(secret))
        for secret in taken:
            if secret.signs:
                self._take(secret.value, files.signing(secret))
            else:
                self._keep(secret, files.secret(secret))
                if self._unwrapped(secret) != files.secret(secret):
                    raise ForeignKeysError(_OTHER, part=StorePart.KEYS)
        return taken

    def take_over_log_key(self, files: FileCustody, name: str) -> None:
        """Import the signing key of the log into the module."""
        self._take(_LOG, HeldSigning(files.log_key(name).seed))

    def _take(self, name: str, key: HeldSigning) -> None:
        self.module.take_signing(name, key.seed, key.public_key)
        if self.module.public_key(name) != key.public_key:
            raise ForeignKeysError(_OTHER, part=StorePart.KEYS)

    def holds_log_key(self) -> bool:
        """Whether the signing key of the log is in the module."""
        return self.module.holds(_LOG)

    def log_key(self, name: str) -> ModuleLogKey:
        """Return the signing key of the log, made on first use."""
        if _LOG not in self._signings:
            self.module.make_signing(_LOG)
        return ModuleLogKey(
            name, self._signings.setdefault(_LOG, ModuleSigning(self.module, _LOG))
        )

    def rotate(self) -> tuple[str, int]:
        """Wrap every secret under a new key of the module, and destroy the earlier keys.

        Returns the name of the new key and the number of secrets. If the run is killed, repeat it:
        at every moment, a key that exists wraps each secret. Raises ConflictError while the keys
        of payloads are being wrapped again.
        """
        with self._alone():
            if self._next.exists():
                raise ConflictError(UNFINISHED)
            earlier = self.module.names(_WRAPPING)
            number = max((int(one.removeprefix(_WRAPPING)) for one in earlier), default=0) + 1
            self.module.make_wrapping(f"{_WRAPPING}{number}")
            count = 0
            for secret in StoreSecret:
                if not secret.signs and self.holds(secret):
                    replace(self._path(secret), self._sealed(secret, self._unwrapped(secret)))
                    count += 1
            for one in earlier:
                self.module.destroy(one)
        return f"{_WRAPPING}{number}", count

    def _made(self, secret: StoreSecret) -> bytes:
        with self._lock:
            if secret not in self._held:
                self.make(secret)
                self._held[secret] = self._unwrapped(secret)
            return self._held[secret]

    def _keep(self, secret: StoreSecret, value: bytes) -> None:
        with self._alone():
            if self.holds(secret):
                return
            if not self.module.names(_WRAPPING):
                self.module.make_wrapping(f"{_WRAPPING}1")
            write_new(self._path(secret), self._sealed(secret, value))

    def _sealed(self, secret: StoreSecret, value: bytes) -> bytes:
        numbers = [int(one.removeprefix(_WRAPPING)) for one in self.module.names(_WRAPPING)]
        name = f"{_WRAPPING}{max(numbers)}"
        wrapped = self.module.wrap(name, value, _label(secret))
        return json.dumps({"by": name, "wrapped": base64.b64encode(wrapped).decode()}).encode()

    def _unwrapped(self, secret: StoreSecret) -> bytes:
        return self._opened(self._path(secret), secret)

    def _opened(self, path: Path, secret: StoreSecret) -> bytes:
        try:
            stated = json.loads(path.read_bytes())
            name, wrapped = str(stated["by"]), base64.b64decode(stated["wrapped"], validate=True)
        except FileNotFoundError:
            raise KeysMissingError(
                f"The key file {path.name} is not in IDENTLINK_KEYS: restore it from the "
                "backup of the keys.",
                part=StorePart.KEYS,
            ) from None
        except (ValueError, KeyError, TypeError):
            raise ConfigurationError(
                f"The key file {path.name} does not contain a wrapped key: restore it."
            ) from None
        return self.module.unwrap(name, wrapped, _label(secret))

    @property
    def _next(self) -> Path:
        return self.directory / f"{StoreSecret.VAULT.value}.wrapped.next"

    def _path(self, secret: StoreSecret) -> Path:
        return self.directory / f"{secret.value}.wrapped"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes of this machine from making or rotating keys."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._lock, locked(self.directory / "custody"):
            yield


def _label(secret: StoreSecret) -> str:
    return f"identlink secret {secret.value}"


def open_module(address: str, directory: Path, seconds: float) -> ModuleCustody:
    """Return the custody in a security module, one for each process.

    A forked process opens the module again, because neither a library nor a connection survives a
    fork. Raises ConfigurationError, and ImportError without the extra `hsm`.
    """
    return _opened(address, directory.absolute(), seconds, os.getpid())


@lru_cache(maxsize=4)
def _opened(address: str, directory: Path, seconds: float, _process: int) -> ModuleCustody:
    # Loaded where they are used: a package that is large, and an extra.
    limits = GuardLimits(seconds)
    if address.startswith("transit:"):
        from service.adapters.custody.transit import Transit, parse_transit  # noqa: PLC0415

        return ModuleCustody(Transit(parse_transit(address), limits), directory)
    from service.adapters.custody.token import Token, parse_address  # noqa: PLC0415

    return ModuleCustody(Token(parse_address(address), limits), directory)
