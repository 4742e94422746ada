"""The custody of a store's keys (files or a security module), and what is made from the keys."""

from collections.abc import Iterator
from contextlib import closing

from domain.errors import ConfigurationError, InvalidNoteError
from domain.store_secrets import Mac, StoreSecret
from service.adapters.custody.files import FileCustody
from service.adapters.custody.module_custody import ModuleCustody, open_module
from service.adapters.identity.provider_settings import provider_plan
from service.adapters.log_signer import FileSigner, WitnessNotes, open_signer
from service.adapters.store_keys import StoreSecrets, open_shared_keys, open_store_keys
from service.provenance.log.note_keys import VerifierKey, parse_verifier_key
from service.provenance.vault.key_files import FileKeyStore
from service.settings import Settings
from service.storage.database import Database
from service.usecases.services import WitnessPolicy

StoreCustody = FileCustody | ModuleCustody


def check_keys(settings: Settings, database: Database, vault: FileKeyStore) -> None:
    """Raise KeysMissingError or ForeignKeysError unless all keys belong to the store."""
    database.check_keys(vault)
    StoreSecrets(open_custody(settings), vault).check()


def needed_secrets(settings: Settings) -> Iterator[StoreSecret]:
    """Yield the secrets that a server with these settings uses, except that of the first seal."""
    yield from (StoreSecret.CERTIFICATES, StoreSecret.DIGEST, StoreSecret.PSEUDONYMS)
    yield from (StoreSecret.REFERENCES, StoreSecret.WEBHOOK)
    if settings.probe_attempts:
        yield StoreSecret.PROBES
    if settings.exchange_state is not None:
        yield StoreSecret.EXCHANGE
    if provider_plan(settings) is not None:
        yield StoreSecret.SIGN_IN


def open_custody(settings: Settings) -> StoreCustody:
    """Return the custody of a store's keys. Raises ConfigurationError.

    A security module is opened once in each process, when its first key is needed.
    """
    if settings.custody is None:
        return FileCustody(settings.keys_directory)
    return open_module_custody(settings)


def open_module_custody(settings: Settings) -> ModuleCustody:
    """Return the custody in a security module. Raises ConfigurationError, also if none is set."""
    if settings.custody is None:
        raise ConfigurationError("No security module is set: set IDENTLINK_CUSTODY.")
    try:
        return open_module(settings.custody, settings.keys_directory, settings.custody_seconds)
    except ImportError:
        raise ConfigurationError(
            "IDENTLINK_CUSTODY names a security module, but python-pkcs11 is not installed:"
            " install the extra `identlink[hsm]`."
        ) from None


def prepared(settings: Settings, secret: StoreSecret) -> StoreCustody:
    """Return the custody, with a secret that is made on first use and recorded.

    Raises KeysMissingError if the secret was used before but is missing, ConfigurationError for a
    faulty file.
    """
    custody = open_custody(settings)
    if not custody.holds(secret):
        with closing(open_vault_keys(settings)) as keys:
            StoreSecrets(custody, keys).prepare(secret)
    return custody


def store_mac(settings: Settings, secret: StoreSecret) -> Mac:
    """Return the function for keyed digests with a secret. Raises the errors of `prepared`."""
    return prepared(settings, secret).mac(secret)


def open_vault_keys(settings: Settings) -> FileKeyStore:
    """Return the store of the item keys, which the caller closes. Raises KeysMissingError."""
    if settings.vault_url is not None:
        return open_shared_keys(
            settings.vault_url.get_secret_value(),
            lock_timeout_ms=settings.database_lock_timeout_ms,
            wrapping=open_custody(settings).wrapping(),
        )
    return open_store_keys(
        settings.keys_directory,
        settings.database_address,
        lock_timeout_ms=settings.database_lock_timeout_ms,
        wrapping=open_custody(settings).wrapping(),
    )


def open_log_signer(settings: Settings) -> FileSigner:
    """Return the log's signing key, made on first use.

    Raises ConfigurationError if others can read the key file, if it is damaged, or if it belongs
    to another log.
    """
    return open_signer(
        settings.keys_directory,
        open_custody(settings).log_key(settings.log_name),
        WitnessNotes(settings.witness_notes, witness_keys(settings)),
    )


def witnessing(settings: Settings) -> WitnessPolicy | None:
    """Return which witnesses links must wait for. Raises ConfigurationError."""
    if not settings.witnesses_needed:
        return None
    known = witness_keys(settings)
    return WitnessPolicy(settings.witnesses_needed, open_log_signer(settings).verifier, known)


def witness_keys(settings: Settings) -> tuple[VerifierKey, ...]:
    """Return the public keys of the known witnesses. Raises ConfigurationError for too few."""
    try:
        known = tuple(map(parse_verifier_key, settings.witness_keys))
    except InvalidNoteError:
        raise ConfigurationError(
            "IDENTLINK_WITNESS_KEYS is not a list of verifier keys (vkeys): check it."
        ) from None
    if settings.witnesses_needed > len(known):
        raise ConfigurationError(
            "IDENTLINK_WITNESSES_NEEDED is larger than the number of keys in "
            "IDENTLINK_WITNESS_KEYS: lower the number, or add keys."
        )
    return known
