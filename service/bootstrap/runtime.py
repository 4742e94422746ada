"""Everything that a server or a worker needs, opened and closed together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from domain.errors import ConfigurationError
from domain.retention.retention import Caps
from domain.store_secrets import Mac, StoreSecret
from matching.match_bits import SHIPPED, read_match_models
from matching.scorer import MODELS, Scorer, load_scorer
from matching.watch.home import read_home
from prints.print_format import PrintFormat
from prints.registry import FORMATS, Registry
from service.adapters.store_keys import StoreSecrets
from service.adapters.store_modes import close_to_others
from service.adapters.surroundings import code_version, surroundings, use_one_thread_each
from service.background.log_keepers import CheckpointKeeper
from service.bootstrap import desks, keys, stores
from service.bootstrap.galleries import open_gallery, store_index
from service.bootstrap.stores import StoreLook
from service.live.law_watch import Act, LawWatch
from service.live.names import LiveNames
from service.live.outages import StateWatch
from service.live.waiting import LiveWaiting, Turns
from service.ports.gallery import Names
from service.ports.surroundings import Surroundings, Tracing
from service.provenance.vault.key_files import FileKeyStore
from service.settings import Settings
from service.storage.database import Database
from service.usecases.applications.showing import UploadDesk
from service.usecases.log.checkpoints import CheckpointPlan
from service.usecases.log.recording import record_basis
from service.usecases.models.comparing import chosen_model
from service.usecases.models.counting import refresh
from service.usecases.services import Services, StoreServices


@dataclass(frozen=True, slots=True)
class Runtime:
    """Open services, and the resources to close after them."""

    settings: Settings
    services: Services
    database: Database
    request_mac: Mac
    """The keyed digests of requests that carry an idempotency key."""
    keeper: CheckpointKeeper
    uploads: UploadDesk
    """Checks documents of applicants; its process starts when the first one comes."""
    modes_mended: int = 0
    """How many files of the store were open to other accounts, until now."""

    def asking(self, names: Names) -> Runtime:
        """Return this runtime with names that another process holds."""
        return replace(self, services=replace(self.services, names=names))

    @property
    def webhook_mac(self) -> Mac:
        """The function that derives the secrets of webhooks; its key is made on first use."""
        return keys.store_mac(self.settings, StoreSecret.WEBHOOK)

    def close(self) -> None:
        """Close the index and all connections; closing twice is harmless."""
        self.services.gallery.close()
        self.services.prints.close()
        self.uploads.close()
        self.database.close()


@contextmanager
def open_runtime(settings: Settings) -> Iterator[Runtime]:
    """Open a store whose schema is current and bring its index up to date; close both afterwards.

    Raises ConfigurationError (an older schema, a faulty key), IndexDamagedError, ModelError.
    """
    runtime = start(settings)
    try:
        yield runtime
    finally:
        runtime.close()


def start(settings: Settings, outside: Surroundings | None = None) -> Runtime:
    """Return the services of a store, with the models of its settings; the caller closes them.

    `outside` replaces the real clock, for example with the sandbox's. Raises ConfigurationError
    (an older schema, a faulty key), IndexDamagedError, ModelError.
    """
    # Counted first: to look the model in force up opens the store, and closes it to others.
    mended = close_to_others(stores.store_files(settings)) if settings.store.is_dir() else 0
    scorer = load_scorer(model_in_force(settings))
    runtime = assemble(settings, scorer, outside=outside)
    return replace(runtime, modes_mended=runtime.modes_mended + mended)


def model_in_force(
    settings: Settings,
    connect: Callable[[Settings], tuple[Database, FileKeyStore]] = stores.open_with_keys,
) -> Path:
    """Return the directory of the model: the one in the settings, else the one chosen last.

    Raises ConfigurationError for an older schema, or if the chosen model is not on this machine.
    """
    if settings.model_directory is not None:
        return settings.model_directory
    database, _ = connect(settings)
    try:
        database.demand_schema()
        chosen = chosen_model(
            stores.store_services(settings, database, stores.print_format(settings))
        )
    finally:
        database.close()
    if chosen is None:
        return MODELS
    directory = settings.model_shelf / chosen
    if not directory.is_dir():
        raise ConfigurationError(
            "The chosen model is not on this machine: copy its directory into `models` in the "
            "store, or set IDENTLINK_MODEL_DIRECTORY to the directory of a model."
        )
    return directory


def assemble(
    settings: Settings,
    scorer: Scorer,
    formats: Registry = FORMATS,
    outside: Surroundings | None = None,
) -> Runtime:
    """Return the services of a store as `start` does, with a scorer that is already loaded.

    Raises ConfigurationError, IndexDamagedError, StateBehindError.
    """
    desks.demand_locks(settings)
    use_one_thread_each()
    modes_mended = close_to_others(stores.store_files(settings))
    database, vault = stores.open_with_keys(settings, formats)
    try:
        database.demand_schema()
        fmt = stores.demand_whole(settings, database, vault, formats)
        # All at once: a secret that is made when it is first used opens the item keys again.
        StoreSecrets(keys.open_custody(settings), vault).settle(keys.needed_secrets(settings))
        services = _services(settings, database, scorer, fmt, outside or surroundings())
        if store_index(settings).is_alone():
            # No other process is erasing at the moment.
            database.settle_erasures()
        record_basis(services)
        refresh(services)
        # The keys of a new store learn which log is theirs.
        database.check_keys(vault)
        keeper = _keeper(settings, services)
        request_mac = keys.store_mac(settings, StoreSecret.DIGEST)
    except BaseException:
        database.close()
        raise
    look = StoreLook(database, vault, settings.keys_directory, settings.index_directory)
    services.outages.watch(look.faults)
    uploads = desks.open_uploads(settings)
    return Runtime(settings, services, database, request_mac, keeper, uploads, modes_mended)


def tracing_of(runtime: Runtime) -> Tracing | None:
    """Return tracing to the collector in the settings, or None if none is set.

    Raises ConfigurationError if OpenTelemetry is not installed.
    """
    settings = runtime.settings
    if settings.tracing_collector is None:
        return None
    return collector()(
        settings.tracing_collector,
        share=settings.tracing_share,
        version=runtime.services.code_version,
    )


def collector() -> Callable[..., Tracing]:
    """Return what opens the traces to a collector; raises ConfigurationError without the extra."""
    try:
        # An extra, loaded where it is used alone.
        from service.adapters.open_telemetry import tracing_to_collector  # noqa: PLC0415
    except ImportError:
        raise ConfigurationError(
            "A trace collector is set, but OpenTelemetry is not installed: install "
            "`identlink[tracing]` or unset IDENTLINK_TRACING_COLLECTOR."
        ) from None
    return tracing_to_collector


def _keeper(settings: Settings, services: StoreServices) -> CheckpointKeeper:
    plan = CheckpointPlan(settings.checkpoint_events, settings.checkpoint_seconds)
    return CheckpointKeeper(services, keys.open_log_signer(settings), plan)


def _services(
    settings: Settings, database: Database, scorer: Scorer, fmt: PrintFormat, outside: Surroundings
) -> Services:
    state = StateWatch()
    units = replace(database.units_of_work(), may_write=state.demand)
    gallery = open_gallery(settings, units, fmt)
    gallery.catch_up()
    models = desks.open_models(settings)
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
        guard=desks.open_guard(settings, fmt),
        prints=desks.open_prints(settings, fmt),
        turns=Turns(settings.searches_at_once),
        reference_mac=keys.store_mac(settings, StoreSecret.REFERENCES),
        erasure_wait=timedelta(hours=settings.erasure_wait_hours),
        law=LawWatch(home, Act(settings.case_policy.law_act)),
        issues_numbers=settings.issues_numbers,
        purge_caps=Caps(settings.purge_most_people, settings.purge_most_per_mille),
        state=state,
        witnessing=keys.witnessing(settings),
        looks=settings.look_book(),
        host=settings.host_name,
        refusals=settings.refusals(),
    )
