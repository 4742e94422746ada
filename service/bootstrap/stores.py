"""Opens a store's database with its keys, and checks it and whether each part can be written."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from errno import ENOTDIR
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from domain import errors
from domain.errors import StorePart, StoreUnavailableError
from prints.print_format import PrintFormat
from prints.registry import FORMATS, Registry
from service.adapters.custody.files import FileCustody
from service.adapters.log_signer import MEMORY_NAME
from service.adapters.store_keys import VAULT_NAME, demand_store_keys
from service.adapters.store_modes import StoreFiles, close_to_others
from service.adapters.surroundings import surroundings, utc_now
from service.bootstrap.galleries import store_index
from service.bootstrap.keys import check_keys, open_log_signer, open_vault_keys, witnessing
from service.outages import fault_of, fixed_address, has_room, outage_of
from service.provenance.vault.key_files import FileKeyStore
from service.provenance.vault.vault import Vault
from service.settings import Settings
from service.storage.database import Database
from service.storage.engine.engines import database_outage
from service.storage.engine.settings import DatabaseSettings
from service.usecases.log.state_age import AgeFault, StateAge, age_of
from service.usecases.services import StoreServices


def demand_whole(
    settings: Settings, database: Database, vault: FileKeyStore, formats: Registry = FORMATS
) -> PrintFormat:
    """Return a store's template format once keys, templates and log are seen to belong together.

    Raises ConfigurationError, KeysMissingError, ForeignKeysError, StateBehindError.
    """
    check_keys(settings, database, vault)
    fmt = held_format(settings, database, formats)
    database.demand_format(fmt.label)
    age_of(store_services(settings, database, fmt), open_log_signer(settings)).demand()
    return fmt


def look_at_start(settings: Settings) -> str:
    """Make a start's checks on a store of the current schema, without changing anything.

    Returns its template format; empty if keys are not made yet. Raises as `assemble` does.
    """
    if settings.vault_url is None:
        demand_store_keys(settings.keys_directory, settings.database_address)
        if not (settings.keys_directory / VAULT_NAME).exists():
            return ""
    FileCustody(settings.keys_directory).check_files()
    database, vault = connect_with_keys(settings)
    try:
        fmt = demand_whole(settings, database, vault)
        if settings.gallery is None:
            store_index(settings).demand_whole(fmt.index, database.units_of_work())
        return fmt.label
    finally:
        database.close()


def demand_directories(settings: Settings) -> None:
    """Raise NotADirectoryError if something else stands in place of a directory or a parent."""
    for directory in (settings.store, settings.keys_directory, settings.index_directory):
        nearest = next(
            one
            for one in (directory.absolute(), *directory.absolute().parents)
            if os.path.lexists(one)
        )
        if not nearest.is_dir():
            raise NotADirectoryError(ENOTDIR, os.strerror(ENOTDIR), str(nearest))


def demand_unsigned(settings: Settings) -> None:
    """Raise StateBehindError if keys beside an empty database have signed a log."""
    if (settings.keys_directory / MEMORY_NAME).exists():
        signed = open_log_signer(settings).remembered()
        StateAge(AgeFault.SHORTER, signed, 0, b"", None, None).demand()


def as_it_stands(settings: Settings) -> Settings:
    """Return the settings with which a store on a read-only medium is read without any writing."""
    address = None if settings.database_url else fixed_address(settings.database_file)
    if address is None:
        return settings
    fixed = SecretStr(f"sqlite:///{address.replace('%', '%25')}&uri=true")
    return settings.model_copy(update={"database_url": fixed})


@contextmanager
def open_store(settings: Settings) -> Iterator[StoreServices]:
    """Open only the database: no index, no model, and nothing that a running server locks.

    Raises ConfigurationError for an older schema, KeysMissingError, ForeignKeysError,
    StateBehindError.
    """
    with open_log(settings) as (services, check_keys):
        check_keys()
        age_of(services, open_log_signer(settings)).demand()
        yield services


@contextmanager
def open_unaged_store(settings: Settings) -> Iterator[StoreServices]:
    """Open only the database, even if it is behind its keys. Raises ConfigurationError."""
    with open_log(settings) as (services, _):
        yield services


@contextmanager
def open_log(settings: Settings) -> Iterator[tuple[StoreServices, Callable[[], None]]]:
    """Open only the database, whichever keys are present, and return the check of these keys.

    The check raises KeysMissingError or ForeignKeysError. Raises ConfigurationError for an older
    schema, KeysMissingError without a key file.
    """
    database, vault = open_with_keys(settings)
    try:
        database.demand_schema()
        yield (
            store_services(settings, database, held_format(settings, database)),
            partial(check_keys, settings, database, vault),
        )
    finally:
        database.close()


def store_services(settings: Settings, database: Database, fmt: PrintFormat) -> StoreServices:
    """Return the services that need only the database of a store."""
    return StoreServices(
        database.units_of_work(),
        surroundings(),
        fmt,
        witnessing=witnessing(settings),
        looks=settings.look_book(),
        host=settings.host_name,
    )


def print_format(settings: Settings, formats: Registry = FORMATS) -> PrintFormat:
    """Return the template format of a store. Raises ConfigurationError for an unknown one."""
    if settings.template_format is None:
        return formats.default
    try:
        return formats.named(settings.template_format)
    except errors.UnknownTemplateFormatError:
        raise errors.ConfigurationError(
            f"IDENTLINK_TEMPLATE_FORMAT names an unknown template format. Set it to one of: "
            f"{', '.join(formats.labels)}."
        ) from None


def held_format(
    settings: Settings, database: Database, formats: Registry = FORMATS
) -> PrintFormat:
    """Return the format in the settings, else that of the store, else this version's first.

    The database, whose schema must be current, then reads it. Raises ConfigurationError for an
    unknown format in the settings.
    """
    held = None
    if settings.template_format is None:
        # With keys of another day the store opens in any format, to be checked and mended.
        with suppress(errors.PayloadErasedError, errors.VaultDamagedError):
            held = database.template_format()
    if held not in formats.labels:
        return print_format(settings, formats)
    fmt = formats.named(held)
    database.read_as(fmt.codec)
    return fmt


def open_database(settings: Settings) -> Database:
    """Return the database of a store with any schema. Raises KeysMissingError."""
    return open_with_keys(settings)[0]


def open_rows(settings: Settings) -> Database:
    """Return the database of a store without any keys, so that its payloads stay sealed."""
    return Database(settings.database_address, codec=print_format(settings).codec)


def open_with_keys(
    settings: Settings, formats: Registry = FORMATS
) -> tuple[Database, FileKeyStore]:
    """Close a store's files to other accounts, and return its database with its keys."""
    files = store_files(settings)
    settings.store.mkdir(mode=0o700, parents=True, exist_ok=True)
    close_to_others(files)
    return connect_with_keys(settings, formats)


def connect_with_keys(
    settings: Settings, formats: Registry = FORMATS
) -> tuple[Database, FileKeyStore]:
    """Return the database with its keys, without changing a file."""
    keys = open_vault_keys(settings)
    database = Database(
        settings.database_address,
        codec=print_format(settings, formats).codec,
        settings=DatabaseSettings(
            pool_size=settings.database_pool_size,
            # A request may read while it writes, so that there are at most two a thread.
            pool_overflow=max(0, 2 * settings.request_threads - settings.database_pool_size),
            lock_timeout_ms=settings.database_lock_timeout_ms,
            statement_timeout_ms=settings.database_statement_timeout_ms,
        ),
        encrypt=Vault(keys, secrets.token_bytes, utc_now, keys),
        on_close=keys.close,
    )
    return database, keys


def store_files(settings: Settings) -> StoreFiles:
    """Return the files of a store that are closed to other accounts. Raises NotADirectoryError."""
    demand_directories(settings)
    return StoreFiles(
        directories=(settings.store, settings.keys_directory),
        databases=(settings.database_file, settings.keys_directory / VAULT_NAME),
        trees=(settings.index_directory, settings.model_shelf),
    )


@dataclass(frozen=True, slots=True)
class StoreLook:
    """The parts of a store. Thread-safe."""

    database: Database
    keys: FileKeyStore
    keys_directory: Path
    index_directory: Path

    def faults(self, is_thorough: bool) -> tuple[StoreUnavailableError, ...]:
        """Return the present outages.

        A thorough check writes a file to every disk and deletes it; another check writes only
        where a file system reports no free space.
        """
        looks: list[Callable[[], StoreUnavailableError | None]] = [
            partial(_raised, partial(self.database.check_writable, is_thorough=is_thorough)),
            partial(_raised, self.keys.check_writable),
        ]
        looks += [
            partial(_fault, directory, part, is_thorough=is_thorough)
            for part, directory in self._directories()
        ]
        return tuple(fault for look in looks if (fault := look()) is not None)

    def _directories(self) -> Iterator[tuple[StorePart, Path]]:
        if self.database.file is not None:
            yield StorePart.DATABASE, self.database.file.parent
        yield StorePart.KEYS, self.keys_directory
        yield StorePart.INDEX, self.index_directory


def _raised(check: Callable[[], None]) -> StoreUnavailableError | None:
    """Return the outage that a check raises. Damage is not searched for here."""
    try:
        check()
    except Exception as error:  # noqa: BLE001 - a check must not end the thread that makes it
        return outage_of(error) or database_outage(error)
    return None


def _fault(directory: Path, part: StorePart, *, is_thorough: bool) -> StoreUnavailableError | None:
    try:
        if not is_thorough and has_room(directory):
            return None
    except OSError:
        pass
    return fault_of(directory, part)
