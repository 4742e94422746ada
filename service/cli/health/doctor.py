"""`identlink doctor`: parts that are installed, missing or wrongly configured, with remedies."""

import os
import resource
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from domain.access.access import TRIAL
from domain.errors import ConflictError, LinkingError, StorePart
from domain.outages import DiskFullError, ReadOnlyStoreError, outage
from matching.match_bits import SHIPPED, read_match_models
from matching.scorer import load_scorer
from matching.watch.home import read_home
from service.adapters.documents.sealing import read_roots, timestamper_at
from service.adapters.identity.provider_settings import path_prefix, provider_plan
from service.adapters.isolation.confinement import Lock, offered
from service.adapters.isolation.worker import UNLOCKED
from service.adapters.store_keys import VAULT_NAME
from service.adapters.store_modes import demand_closable
from service.adapters.surroundings import code_version
from service.bootstrap import stores
from service.bootstrap.galleries import check_slots, demand_nobody_serves
from service.bootstrap.keys import witness_keys
from service.bootstrap.runtime import collector, model_in_force
from service.cli.context import Call
from service.cli.refusals import CAUGHT, EXTRAS, missing_extra, refusal_of
from service.cli.serving.http_server import bind
from service.outages import has_room
from service.settings import Settings, unknown_names
from service.storage.engine.migrate import demand_own_file
from service.usecases.workbench import parse_role_map


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one check; `remedy` is empty if nothing is wrong."""

    name: str
    found: str
    remedy: str = ""

    @property
    def line(self) -> str:
        """The check as one line of text."""
        if not self.remedy:
            return f"ok    {self.name}: {self.found}"
        return f"WRONG {self.name}: {self.found}\n      {self.remedy}"


def checked(name: str, look: Callable[[], str], *, remedy: str = "") -> Check:
    """Return the result of a check; a refusal of `look` becomes the fault, with a remedy."""
    try:
        return Check(name, look())
    except CAUGHT as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        return Check(name, refusal[0], remedy or "See the runbook: docs/operations.md.")
    except ModuleNotFoundError as error:
        missing = missing_extra(error)
        if missing is None:
            raise
        return Check(name, missing, remedy or "Install the extra.")


def tell(call: Call, checks: Sequence[Check]) -> None:
    """Print all checks; the command ends with exit code 1 if something is wrong."""
    wrong = [check for check in checks if check.remedy]
    verdict = f"{len(wrong)} of {len(checks)} checks found something." if wrong else "All is well."
    facts = {
        "is_well": not wrong,
        "checks": [
            {"name": one.name, "found": one.found, "remedy": one.remedy or None} for one in checks
        ],
    }
    told = "\n".join([*(check.line for check in checks), verdict])
    call.say(told, facts, is_wrong=bool(wrong))


_FILES = 1024


def doctor(call: Call) -> None:
    """List parts that are installed, missing or misconfigured, with remedies; changes nothing.

    Exit code 1 if something is wrong. A store need not exist yet.
    """
    checks = [*_installed(), *_misspelled(os.environ)]
    try:
        settings = call.settings()
    except LinkingError as error:
        checks.append(Check("settings", error.detail, "Correct it: docs/configuration.md."))
    else:
        checks += [*_configured(settings), *_stored(settings)]
    tell(call, [*_once(checks)])


def _once(checks: Iterable[Check]) -> Iterator[Check]:
    """Yield the checks, except those that report the same fault as an earlier check."""
    faults: set[str] = set()
    for check in checks:
        if check.found not in faults:
            yield check
        if check.remedy:
            faults.add(check.found)


def _installed() -> Iterator[Check]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Check("identlink", f"{code_version()} on Python {version}")
    for extra in EXTRAS:
        missing = ", ".join(extra.missing)
        # A missing extra is not wrong: each installation has the extras that it needs.
        found = f"without {missing}: {extra.remedy}" if missing else "installed"
        yield Check(f"extra {extra.name}", f"{found} ({extra.purpose})")
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    few = "Raise LimitNOFILE of the unit, or `ulimit -n 4096`." if files < _FILES else ""
    yield Check("open files", f"{files:,} allowed", few)


def _misspelled(environment: Mapping[str, str]) -> Iterator[Check]:
    for name, likely in unknown_names(environment).items():
        remedy = f"Did you mean {likely}?" if likely else "See docs/configuration.md."
        yield Check("setting", f"{name} is none", remedy)


def _configured(settings: Settings) -> Iterator[Check]:
    yield _locks(settings)
    if settings.trial:
        yield Check("trial", TRIAL)
    yield checked("template format", lambda: stores.print_format(settings).label)
    yield checked("model", lambda: load_scorer(settings.model_directory).digest[:12])
    yield checked("models of matches", lambda: _match_models(settings))
    yield checked("traces", lambda: _traces(settings))
    yield checked("sign-in", lambda: _sign_in(settings))
    yield checked("witnesses", lambda: f"{len(witness_keys(settings))} known")
    yield checked("time stamps", lambda: _time_stamps(settings))
    yield checked("address", lambda: path_prefix(settings) or "no path in front")
    yield checked("port", lambda: _port(settings))
    is_outside = settings.host not in {"127.0.0.1", "::1", "localhost"}
    if is_outside and not settings.trusted_proxies:
        yield Check(
            "proxy",
            f"listens on {settings.host} without TLS, and trusts no proxy",
            "Put a proxy in front (deploy/proxies), and name it in IDENTLINK_TRUSTED_PROXIES.",
        )


def _locks(settings: Settings) -> Check:
    """Return which locks confine the processes that read uploaded files."""
    locks = offered()
    found = " and ".join(locks) or "not confined"
    if Lock.SECCOMP in locks:
        return Check("readers", f"confined by {found}")
    if settings.unlocked_readers:
        return Check("readers", f"{found}, as IDENTLINK_UNLOCKED_READERS accepts")
    return Check("readers", UNLOCKED, "Use another kernel, or accept it.")


def _port(settings: Settings) -> str:
    """Return whether a server can listen on the port, or this store is already in use."""
    try:
        demand_nobody_serves(settings)
    except ConflictError:
        return "a server or a worker has this store open"
    bind(settings).close()
    if settings.processes > 1:
        check_slots(settings)
    return f"{settings.port} of {settings.host} is free"


def _match_models(settings: Settings) -> str:
    found = read_match_models(settings.match_models or SHIPPED)
    return ", ".join(model.name for model in found) or "none"


def _traces(settings: Settings) -> str:
    if settings.tracing_collector is None:
        return "to nobody"
    collector()
    return f"to {settings.tracing_collector}"


def _time_stamps(settings: Settings) -> str:
    address, roots = settings.certificate_timestamp_url, settings.certificate_timestamp_roots
    if address is None:
        return "none"
    timestamper_at(address)
    if roots is not None:
        read_roots(roots.read_bytes())
    return f"by {address}"


def _sign_in(settings: Settings) -> str:
    plan = provider_plan(settings)
    parse_role_map(settings.oidc_roles)
    ways = ["passwords"] * settings.local_accounts + ["the identity provider"] * bool(plan)
    return " and ".join(ways)


def _stored(settings: Settings) -> Iterator[Check]:
    directories = checked("directories", lambda: _directories(settings))
    yield directories
    if directories.remedy:
        return
    schema = checked("schema", lambda: _schema(settings))
    yield schema
    if schema.found == _CURRENT:
        yield checked("row-level security", lambda: _walls(settings))
        yield checked("protection of rows", lambda: _protection(settings))
        yield checked(
            "keys and log", lambda: stores.look_at_start(settings) or "made by the first start"
        )
        yield checked("model in force", lambda: _model(settings))
        yield checked("payloads", lambda: _payloads(settings))
    is_open = settings.keys_directory.exists() and settings.keys_directory.stat().st_mode & 0o077
    found = "open to other accounts" if is_open else "open only to the owner"
    yield Check("keys directory", found, f"chmod 700 {settings.keys_directory}" * bool(is_open))


_NO_STORE = "there is none yet: `identlink db upgrade` makes it"
_CURRENT = "current"


def _directories(settings: Settings) -> str:
    """Return that the parts of the store can be written to; writes nothing."""
    demand_closable(stores.store_files(settings))
    parts = (
        (StorePart.DATABASE, settings.store),
        (StorePart.DATABASE, settings.database_file),
        (StorePart.KEYS, settings.keys_directory),
        (StorePart.KEYS, settings.keys_directory / VAULT_NAME),
        (StorePart.INDEX, settings.index_directory),
    )
    for part, path in parts:
        if not path.exists():
            continue
        if not os.access(path, os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0)):
            raise outage(ReadOnlyStoreError, part)
        if not has_room(path):
            raise outage(DiskFullError, part)
    return "can be written"


def _model(settings: Settings) -> str:
    """Return the model that the next start loads, with what lies beside it."""
    scorer = load_scorer(model_in_force(settings, stores.connect_with_keys))
    read_home(settings.model_shelf / scorer.digest, scorer.digest)
    return scorer.digest[:12]


def _payloads(settings: Settings) -> str:
    with closing(stores.open_rows(settings)) as database, database.units_of_work().read() as unit:
        return bound_payloads(unit.unbound.count())


def bound_payloads(unbound: int) -> str:
    """Return that every payload is bound to its row. Raises ConflictError if one is not."""
    if unbound:
        raise ConflictError(
            f"{unbound:,} payloads were written by an earlier release and are not yet bound to "
            "a row: run `identlink log verify --deep`, then `identlink vault bind`."
        )
    return "each opens only for the row that owns it"


def _schema(settings: Settings) -> str:
    with closing(stores.open_rows(settings)) as database:
        file = database.file
        # SQLite would write into an empty file at its first look.
        is_empty = file is not None and not (file.exists() and file.stat().st_size)
        if file is not None and not is_empty:
            demand_own_file(file)
        if is_empty or not database.has_schema():
            stores.demand_unsigned(settings)
            if not is_empty:
                database.demand_own_tables()
            return _NO_STORE
        database.demand_current()
    return _CURRENT


def _protection(settings: Settings) -> str:
    with closing(stores.open_rows(settings)) as database, database.units_of_work().read() as unit:
        altered = len(unit.state.altered_schema())
    if altered:
        raise ConflictError(
            f"Somebody has altered {altered:,} parts of the database's schema, such as triggers: "
            "run `identlink log verify`, which names them."
        )
    return "triggers, checks and references are as the service made them"


def _walls(settings: Settings) -> str:
    with closing(stores.open_rows(settings)) as database:
        return database.demand_row_security()
