"""The one place of all wiring: settings in, working services out."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from domain.errors import (
    ConfigurationError,
    ConflictError,
    InvalidNoteError,
    PayloadErasedError,
    UnknownTemplateFormatError,
    VaultDamagedError,
)
from domain.exchange.codes import StateCode
from domain.keyed import Mac
from domain.retention import Caps
from domain.store_secrets import StoreSecret
from matching.match_bits import SHIPPED, read_match_models
from matching.scorer import MODELS, Scorer, load_scorer
from matching.watch.home import read_home
from prints.print_format import PrintFormat
from prints.registry import FORMATS, Registry
from service.adapters.certificate_key import OfficeKey
from service.adapters.custody.files import FileCustody
from service.adapters.custody.module_custody import ModuleCustody, open_module
from service.adapters.documents.certificate_pdf import certificate_pdf
from service.adapters.documents.sealing import PdfSeal, SealKey, timestamper_at, validation_of
from service.adapters.identity.oidc_provider import OidcProvider
from service.adapters.identity.provider_settings import provider_plan
from service.adapters.identity.provider_web import ProviderWeb
from service.adapters.isolation.confinement import Lock, offered
from service.adapters.isolation.limits import Limits
from service.adapters.isolation.worker import UNLOCKED
from service.adapters.library_threads import use_one_thread_each
from service.adapters.log_signer import FileSigner, WitnessNotes, open_signer
from service.adapters.model_shelf import DirectoryShelf
from service.adapters.parts.parted_index import PartedIndex
from service.adapters.parts.parts_opening import open_cluster
from service.adapters.prints.isolated import IsolatedFinder, IsolatedReader, PrintProcesses
from service.adapters.secret_files import IndexKeys
from service.adapters.store_index import StoreIndex
from service.adapters.store_keys import (
    VAULT_NAME,
    StoreSecrets,
    demand_store_keys,
    open_shared_keys,
    open_store_keys,
)
from service.adapters.store_look import StoreLook
from service.adapters.store_modes import StoreFiles, close_to_others
from service.adapters.surroundings import code_version, surroundings, utc_now
from service.adapters.uploads.checking import IsolatedPages, IsolatedUploads
from service.adapters.uploads.clamd import ClamdScanner
from service.background.log_keepers import CheckpointKeeper
from service.channels.exchange.drop_folder import DropFolder
from service.channels.exchange.signatures import JwsSignatures
from service.channels.exchange.signed_http import SignedHttpChannel
from service.live.gallery import LiveGallery, LiveParts
from service.live.law_watch import Act, LawWatch
from service.live.names import LiveNames
from service.live.outages import StateWatch
from service.live.probe_guard import AttemptPolicy, ProbeGuard
from service.live.waiting import LiveWaiting, Turns
from service.ports.gallery import Names
from service.ports.surroundings import Surroundings
from service.ports.tracing import Tracing
from service.provenance.log.note_keys import VerifierKey, parse_verifier_key
from service.provenance.vault.key_files import FileKeyStore
from service.provenance.vault.vault import Vault
from service.settings import Settings
from service.storage.database import Database, UnitsOfWork
from service.storage.engine.settings import DatabaseSettings
from service.usecases.applications.documents import UploadDesk
from service.usecases.certificates.credentials import CertificateDesk
from service.usecases.exchange.desk import ExchangeDesk
from service.usecases.log.checkpoints import CheckpointPlan
from service.usecases.log.state_age import demand_age
from service.usecases.models.comparing import chosen_model
from service.usecases.models.counting import refresh
from service.usecases.print_desk import PrintDesk
from service.usecases.role_map import parse_role_map
from service.usecases.searches.basis_changes import record_basis
from service.usecases.services import Services, StoreServices, WitnessPolicy
from service.usecases.workbench import ProviderDesk

_PATIENCE = 3
"""A call that has not got its processor time after so many times as long waits for a machine
that is too busy."""
StoreCustody = FileCustody | ModuleCustody
_PLANES = b"planes of probes"


@dataclass(frozen=True, slots=True)
class Runtime:
    """Opened services, and the resources to be closed after them."""

    settings: Settings
    services: Services
    database: Database
    request_mac: Mac
    """The keyed digests of requests that carry an idempotency key."""
    keeper: CheckpointKeeper
    """Keeps the log signed while a server runs."""
    uploads: UploadDesk
    """Checks documents of applicants; its process starts when the first one comes."""
    modes_mended: int = 0
    """How many files of the store were open to other accounts, until now."""

    def asking(self, names: Names) -> Runtime:
        """Return the same with names that another process holds."""
        return replace(self, services=replace(self.services, names=names))

    @property
    def webhook_mac(self) -> Mac:
        """Derives the secrets of webhooks; its key is made on first use."""
        return store_mac(self.settings, StoreSecret.WEBHOOK)

    def close(self) -> None:
        """Close the index and all connections; closing twice is harmless."""
        self.services.gallery.close()
        self.services.prints.close()
        self.uploads.close()
        self.database.close()


@contextmanager
def open_runtime(settings: Settings) -> Iterator[Runtime]:
    """Open a store whose schema is current, bring the index up to date, and close both after.

    Raises ConfigurationError (an older schema, a faulty key), IndexDamagedError, ModelError.
    """
    runtime = start(settings)
    try:
        yield runtime
    finally:
        runtime.close()


def start(settings: Settings, outside: Surroundings | None = None) -> Runtime:
    """Return the services of a store with the models of its settings; the caller closes it.

    `outside` takes the place of the real clock, as the sandbox's does.
    Raises ConfigurationError (an older schema, a faulty key), IndexDamagedError, ModelError.
    """
    # Counted first: to look the model in force up opens the store, and closes it to others.
    mended = close_to_others(_files(settings)) if settings.store.is_dir() else 0
    scorer = load_scorer(model_in_force(settings))
    runtime = assemble(settings, scorer, outside=outside)
    return replace(runtime, modes_mended=runtime.modes_mended + mended)


def model_in_force(settings: Settings) -> Path:
    """Return the directory of the model: that of the settings, else the one chosen last.

    Raises ConfigurationError for an older schema, or when the chosen model is not on this machine.
    """
    if settings.model_directory is not None:
        return settings.model_directory
    database, _ = _opened(settings)
    try:
        database.demand_schema()
        chosen = chosen_model(_store_services(settings, database, print_format(settings)))
    finally:
        database.close()
    if chosen is None:
        return MODELS
    directory = settings.model_shelf / chosen
    if not directory.is_dir():
        raise ConfigurationError(
            "The chosen model is not on this machine: copy its directory into "
            "`models` of the store, or name a model in IDENTLINK_MODEL_DIRECTORY."
        )
    return directory


def assemble(
    settings: Settings,
    scorer: Scorer,
    formats: Registry = FORMATS,
    outside: Surroundings | None = None,
) -> Runtime:
    """Return the services of a store with a scorer that is loaded already, as `start` does.

    Raises ConfigurationError, IndexDamagedError, StateBehindError.
    """
    _demand_locks(settings)
    use_one_thread_each()
    modes_mended = close_to_others(_files(settings))
    database, vault = _opened(settings, formats)
    try:
        database.demand_schema()
        fmt = _demand_whole(settings, database, vault, formats)
        services = _services(settings, database, scorer, fmt, outside or surroundings())
        if _store_index(settings).is_alone():
            # No other process is erasing at the moment.
            database.settle_erasures()
        record_basis(services)
        refresh(services)
        # The keys of a new store learn which log is theirs.
        database.check_keys(vault)
        keeper = _keeper(settings, services)
        StoreSecrets(open_custody(settings), vault).settle(_needed(settings))
        request_mac = store_mac(settings, StoreSecret.DIGEST)
    except BaseException:
        database.close()
        raise
    look = StoreLook(database, vault, settings.keys_directory, settings.index_directory)
    services.outages.watch(look.faults)
    uploads = open_uploads(settings)
    return Runtime(settings, services, database, request_mac, keeper, uploads, modes_mended)


def _demand_whole(
    settings: Settings, database: Database, vault: FileKeyStore, formats: Registry = FORMATS
) -> PrintFormat:
    """Return the format of a store whose keys, templates and log belong together.

    Raises ConfigurationError, KeysMissingError, ForeignKeysError, StateBehindError.
    """
    _check_keys(settings, database, vault)
    fmt = held_format(settings, database, formats)
    database.demand_format(fmt.label)
    demand_age(_store_services(settings, database, fmt), open_log_signer(settings))
    return fmt


def _check_keys(settings: Settings, database: Database, vault: FileKeyStore) -> None:
    """Raise KeysMissingError or ForeignKeysError unless all keys are those of the store."""
    database.check_keys(vault)
    StoreSecrets(open_custody(settings), vault).check()


def _needed(settings: Settings) -> Iterator[StoreSecret]:
    """Yield the secrets that a server of these settings uses, but that of the first seal."""
    yield from (StoreSecret.CERTIFICATES, StoreSecret.DIGEST, StoreSecret.PSEUDONYMS)
    yield from (StoreSecret.REFERENCES, StoreSecret.WEBHOOK)
    if settings.probe_attempts:
        yield StoreSecret.PROBES
    if settings.exchange_state is not None:
        yield StoreSecret.EXCHANGE
    if provider_plan(settings) is not None:
        yield StoreSecret.SIGN_IN


def open_custody(settings: Settings) -> StoreCustody:
    """Return the custody of a store's keys; raises ConfigurationError.

    A security module is opened once in each process, and with its first key.
    """
    if settings.custody is None:
        return FileCustody(settings.keys_directory)
    return open_module_custody(settings)


def open_module_custody(settings: Settings) -> ModuleCustody:
    """Return the custody in a security module; raises ConfigurationError, also without one."""
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
    """Return the custody, with a secret that was made on first use and is remembered.

    Raises KeysMissingError where it was used before, ConfigurationError for a faulty file.
    """
    custody = open_custody(settings)
    if not custody.holds(secret):
        with closing(open_vault_keys(settings)) as keys:
            StoreSecrets(custody, keys).prepare(secret)
    return custody


def store_mac(settings: Settings, secret: StoreSecret) -> Mac:
    """Return the keyed digests of a secret; raises as `prepared` does."""
    return prepared(settings, secret).mac(secret)


def look_at_start(settings: Settings) -> str:
    """Ask a store whose schema is current what each start asks of it, and change nothing.

    Returns the format of its templates, empty where the keys are yet to be made. Raises as
    `assemble` does.
    """
    if settings.vault_url is None:
        demand_store_keys(settings.keys_directory, settings.database_address)
        if not (settings.keys_directory / VAULT_NAME).exists():
            return ""
    FileCustody(settings.keys_directory).check_files()
    database, vault = _connected(settings)
    try:
        return _demand_whole(settings, database, vault).label
    finally:
        database.close()


@contextmanager
def open_store(settings: Settings) -> Iterator[StoreServices]:
    """Open only the database: no index, no model, nothing that a running server holds.

    Raises ConfigurationError for an older schema, KeysMissingError, ForeignKeysError,
    StateBehindError.
    """
    with open_log(settings) as (services, check_keys):
        check_keys()
        demand_age(services, open_log_signer(settings))
        yield services


@contextmanager
def open_unaged_store(settings: Settings) -> Iterator[StoreServices]:
    """Open only the database, even if it is behind its keys; raises ConfigurationError."""
    with open_log(settings) as (services, _):
        yield services


@contextmanager
def open_log(settings: Settings) -> Iterator[tuple[StoreServices, Callable[[], None]]]:
    """Open only the database, whichever keys are beside it, and the check of these keys.

    The check raises KeysMissingError or ForeignKeysError. Raises ConfigurationError for an older
    schema, KeysMissingError without a key file.
    """
    database, vault = _opened(settings)
    try:
        database.demand_schema()
        yield (
            _store_services(settings, database, held_format(settings, database)),
            partial(_check_keys, settings, database, vault),
        )
    finally:
        database.close()


def _store_services(settings: Settings, database: Database, fmt: PrintFormat) -> StoreServices:
    return StoreServices(
        database.units_of_work(),
        surroundings(),
        fmt,
        witnessing=_witnessing(settings),
        looks=settings.look_book(),
        host=settings.host_name,
    )


def print_format(settings: Settings, formats: Registry = FORMATS) -> PrintFormat:
    """Return the template format a store is set to; raises ConfigurationError for no such one."""
    if settings.template_format is None:
        return formats.default
    try:
        return formats.named(settings.template_format)
    except UnknownTemplateFormatError:
        raise ConfigurationError(
            f"IDENTLINK_TEMPLATE_FORMAT names an unknown template format. Set it to one of: "
            f"{', '.join(formats.labels)}."
        ) from None


def held_format(
    settings: Settings, database: Database, formats: Registry = FORMATS
) -> PrintFormat:
    """Return the format of the settings, or else that of the store; the database reads it then.

    An empty store without a setting takes the first format of this version. The schema has to be
    current. Raises ConfigurationError for an unknown format in the settings.
    """
    held = None
    if settings.template_format is None:
        # With keys of another day the store opens in any format, to be checked and mended.
        with suppress(PayloadErasedError, VaultDamagedError):
            held = database.template_format()
    if held not in formats.labels:
        return print_format(settings, formats)
    fmt = formats.named(held)
    database.read_as(fmt.codec)
    return fmt


def open_database(settings: Settings) -> Database:
    """Return the database of a store with any schema; raises KeysMissingError."""
    return _opened(settings)[0]


def open_rows(settings: Settings) -> Database:
    """Return the database of a store without any keys: its payloads stay sealed."""
    return Database(settings.database_address, codec=print_format(settings).codec)


def _opened(settings: Settings, formats: Registry = FORMATS) -> tuple[Database, FileKeyStore]:
    settings.store.mkdir(mode=0o700, parents=True, exist_ok=True)
    close_to_others(_files(settings))
    return _connected(settings, formats)


def _connected(settings: Settings, formats: Registry = FORMATS) -> tuple[Database, FileKeyStore]:
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


def _files(settings: Settings) -> StoreFiles:
    return StoreFiles(
        directories=(settings.store, settings.keys_directory),
        databases=(settings.database_file, settings.keys_directory / VAULT_NAME),
        trees=(settings.index_directory, settings.model_shelf),
    )


def open_vault_keys(settings: Settings) -> FileKeyStore:
    """Return the store of the item keys; the caller closes it. Raises KeysMissingError."""
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


def open_provider(settings: Settings) -> ProviderDesk | None:
    """Return the identity provider, None if none is set; nothing is fetched from it yet.

    Raises ConfigurationError.
    """
    plan = provider_plan(settings)
    if plan is None:
        return None
    return ProviderDesk(
        OidcProvider(plan, ProviderWeb(), time.monotonic),
        parse_role_map(settings.oidc_roles),
        cookie_mac=store_mac(settings, StoreSecret.SIGN_IN),
        contexts=frozenset(settings.provider_acr),
    )


def tracing_of(runtime: Runtime) -> Tracing | None:
    """Return the traces to the collector of the settings, None if none is set.

    Raises ConfigurationError where OpenTelemetry is not installed.
    """
    settings = runtime.settings
    if settings.tracing_collector is None:
        return None
    try:
        # An extra, loaded where it is used alone.
        from service.adapters.open_telemetry import tracing_to_collector  # noqa: PLC0415
    except ImportError:
        raise ConfigurationError(
            "A collector of traces is set, but OpenTelemetry is not installed: "
            "install `identlink[tracing]` or unset IDENTLINK_TRACING_COLLECTOR."
        ) from None
    return tracing_to_collector(
        settings.tracing_collector,
        share=settings.tracing_share,
        version=runtime.services.code_version,
    )


def open_exchange(settings: Settings) -> ExchangeDesk | None:
    """Return the desk of the exchange with other States, None if none is set.

    Its key is made on first use. Raises ConfigurationError for a key file open to others.
    """
    if settings.exchange_state is None:
        return None
    signing = prepared(settings, StoreSecret.EXCHANGE).signing(StoreSecret.EXCHANGE)
    folder = settings.exchange_folder
    return ExchangeDesk(
        StateCode(settings.exchange_state),
        JwsSignatures(signing),
        SignedHttpChannel(allow_plain=settings.exchange_plain_http),
        DropFolder(folder) if folder else None,
        since=settings.exchange_since,
        mac=store_mac(settings, StoreSecret.REFERENCES),
    )


def open_certificates(settings: Settings) -> CertificateDesk:
    """Return the desk that makes certificates; the key of the office is made on first use.

    Raises ConfigurationError for a key file open to others.
    """
    return CertificateDesk(
        OfficeKey(prepared(settings, StoreSecret.CERTIFICATES).signing(StoreSecret.CERTIFICATES)),
        certificate_pdf,
        _seal(settings),
        open_log_signer(settings),
        settings.certificate_office,
        settings.certificate_address,
        settings.certificate_signatory,
    )


def _seal(settings: Settings) -> PdfSeal:
    key = SealKey(
        settings.keys_directory,
        lambda: prepared(settings, StoreSecret.SEAL).seal(),
        settings.certificate_office,
        utc_now(),
    )
    address, roots = settings.certificate_timestamp_url, settings.certificate_timestamp_roots
    if address is None:
        return PdfSeal(key)
    validation = None if roots is None else validation_of(key, roots.read_bytes())
    return PdfSeal(key, timestamper_at(address), validation)


def open_log_signer(settings: Settings) -> FileSigner:
    """Return the log's signing key, made on first use.

    Raises ConfigurationError for a key file open to others, damaged, or of another log.
    """
    return open_signer(
        settings.keys_directory,
        open_custody(settings).log_key(settings.log_name),
        WitnessNotes(settings.witness_notes, witness_keys(settings)),
    )


def _witnessing(settings: Settings) -> WitnessPolicy | None:
    """Return what links wait for; raises ConfigurationError."""
    if not settings.witnesses_needed:
        return None
    known = witness_keys(settings)
    return WitnessPolicy(settings.witnesses_needed, open_log_signer(settings).verifier, known)


def open_models(settings: Settings) -> DirectoryShelf:
    """Return the models that were ever in use in a store."""
    return DirectoryShelf(settings.model_shelf)


def witness_keys(settings: Settings) -> tuple[VerifierKey, ...]:
    """Return the public keys of the known witnesses; raises ConfigurationError for too few."""
    try:
        known = tuple(map(parse_verifier_key, settings.witness_keys))
    except InvalidNoteError:
        raise ConfigurationError(
            "IDENTLINK_WITNESS_KEYS is not a list of vkeys: check it."
        ) from None
    if settings.witnesses_needed > len(known):
        raise ConfigurationError(
            "IDENTLINK_WITNESSES_NEEDED is more than the number of keys in "
            "IDENTLINK_WITNESS_KEYS: lower it."
        )
    return known


def _keeper(settings: Settings, services: StoreServices) -> CheckpointKeeper:
    plan = CheckpointPlan(settings.checkpoint_events, settings.checkpoint_seconds)
    return CheckpointKeeper(services, open_log_signer(settings), plan)


def _services(
    settings: Settings,
    database: Database,
    scorer: Scorer,
    fmt: PrintFormat,
    outside: Surroundings,
) -> Services:
    state = StateWatch()
    units = replace(database.units_of_work(), may_write=state.demand)
    gallery = _gallery(settings, units, fmt)
    gallery.catch_up()
    models = open_models(settings)
    models.keep(scorer, settings.model_directory or MODELS)
    home = read_home(settings.model_shelf / scorer.digest, scorer.digest)
    return Services(
        units=units,
        surroundings=outside,
        print_format=fmt,
        gallery=gallery,
        names=LiveNames(units),
        waiting=LiveWaiting(units),
        scorer=scorer,
        policy=settings.case_policy,
        code_version=code_version(),
        models=models,
        match_models=read_match_models(settings.match_models or SHIPPED),
        guard=_guard(settings, fmt),
        prints=open_prints(settings, fmt),
        turns=Turns(settings.searches_at_once),
        reference_mac=store_mac(settings, StoreSecret.REFERENCES),
        erasure_wait=timedelta(hours=settings.erasure_wait_hours),
        law=LawWatch(home, Act(settings.case_policy.law_act)),
        issues_numbers=settings.issues_numbers,
        purge_caps=Caps(settings.purge_most_people, settings.purge_most_per_mille),
        state=state,
        witnessing=_witnessing(settings),
        looks=settings.look_book(),
        host=settings.host_name,
        refusals=settings.refusals(),
    )


def open_prints(settings: Settings, fmt: PrintFormat) -> PrintDesk:
    """Return the reader of prints; its processes start when the first file comes."""
    seconds = float(settings.print_seconds)
    processes = PrintProcesses(
        settings.print_processes,
        Limits(processor_s=seconds, patience_s=_PATIENCE * seconds),
        # A gallery whose templates come from outside finds no minutiae.
        extractor=settings.print_extractor if fmt.features is not None else "",
        may_be_unlocked=settings.unlocked_readers,
    )
    return PrintDesk(
        fmt, IsolatedReader(processes), IsolatedFinder(processes, settings.print_extractor)
    )


def _demand_locks(settings: Settings) -> None:
    """Raise ConfigurationError where readers of strangers' files cannot be locked in."""
    if not settings.unlocked_readers and Lock.SECCOMP not in offered():
        raise ConfigurationError(UNLOCKED)


def open_uploads(settings: Settings) -> UploadDesk:
    """Return the desk that checks documents of applicants; raises ConfigurationError."""
    scanner = None if settings.virus_scanner is None else ClamdScanner(settings.virus_scanner)
    unlocked = settings.unlocked_readers
    return UploadDesk(
        IsolatedUploads(may_be_unlocked=unlocked), scanner, IsolatedPages(may_be_unlocked=unlocked)
    )


def _guard(settings: Settings, fmt: PrintFormat) -> ProbeGuard | None:
    attempts = settings.probe_attempts
    if not attempts:
        return None
    mac = store_mac(settings, StoreSecret.PROBES)
    return ProbeGuard(fmt.sketcher(mac(_PLANES)), AttemptPolicy(attempts))


def check_slots(settings: Settings) -> None:
    """Raise ConfigurationError when fewer slots are free than processes are to serve."""
    _store_index(settings).demand_free(settings.processes)


def demand_nobody_serves(settings: Settings) -> None:
    """Raise ConflictError while a process of this machine has the index of the store open."""
    if not _store_index(settings).is_closed():
        raise ConflictError(
            "A server or a worker has this store open: stop all servers and workers, "
            "then run the command again."
        )


def _gallery(settings: Settings, units: UnitsOfWork, fmt: PrintFormat) -> LiveGallery:
    if settings.gallery is None:
        return LiveGallery(_store_index(settings).open(fmt.index), units)
    slot = _store_index(settings).hold()
    try:
        return LiveParts(open_parts(settings, fmt), units, leave=slot.release)
    except BaseException:
        slot.release()
        raise


def open_parts(settings: Settings, fmt: PrintFormat) -> PartedIndex:
    """Return the gallery in parts of the cluster that is set, complete or not.

    Raises ConfigurationError without the extra, and for a cluster away or open to others.
    """
    cluster = open_cluster(settings.gallery, settings.gallery_token)
    key = IndexKeys(settings.keys_directory).current
    return PartedIndex(cluster, fmt.index, key, code=code_version())


def _store_index(settings: Settings) -> StoreIndex:
    return StoreIndex(
        settings.index_directory,
        settings.index_slots,
        IndexKeys(settings.keys_directory),
        settings.index_threads,
    )
