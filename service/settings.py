"""All settings, read once from the environment (`IDENTLINK_*`) and passed in.

Secrets are not settings; they are files in `STORE/keys/`, created on first use. There are two
exceptions, which are never shown: a password in the database's address, and the secret of the
identity provider's client.
"""

import re
import socket
from collections.abc import Mapping
from datetime import timedelta
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, IPvAnyNetwork, SecretStr, ValidationError
from pydantic_settings import SettingsConfigDict
from pydantic_settings.exceptions import SettingsError

from domain.errors import ConfigurationError, InvalidInputError
from service import subject_settings
from service.adapters.identity.provider_settings import ProviderSettings

ENVIRONMENT_PREFIX = "IDENTLINK_"
PUBLIC_PREFIX = "IDENTLINK_PUBLIC_PAGES_"
"""Prefix of the settings of the pages for the public, which are separate from the settings of the
office."""
OTHER_VARIABLES = frozenset({"IDENTLINK_TOKEN", "IDENTLINK_ACCOUNT_PASSWORD"})
"""Variables for individual commands: secrets that are not settings."""


class LogNames(StrEnum):
    """How the fields of a log line are named."""

    OWN = "own"
    ECS = "ecs"


class LogLevel(StrEnum):
    """How much the service logs."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


_BodyBytes = Annotated[int, Field(ge=1_024, le=1_073_741_824)]


class Settings(
    subject_settings.CaseSettings,
    subject_settings.PrintSettings,
    ProviderSettings,
    subject_settings.RecordSettings,
    subject_settings.ExchangeSettings,
    subject_settings.CertificateSettings,
    subject_settings.ApplicationSettings,
    subject_settings.WithoutFiles,
):
    """All settings as one frozen value for the whole process; thread-safe."""

    model_config = SettingsConfigDict(
        env_prefix=ENVIRONMENT_PREFIX, frozen=True, extra="forbid", str_strip_whitespace=True
    )

    store: Path = Path("var/store")
    """Directory of the embedded database, the index and the keys."""
    database_url: SecretStr | None = None
    """Address of the database, `postgresql://...` or `sqlite:///FILE`; without it, a SQLite file
    in the store."""
    database_pool_size: int = Field(default=8, ge=1, le=200)
    """Connections to the database that each process keeps open."""
    database_statement_timeout_ms: int = Field(default=60_000, ge=100, le=3_600_000)
    """PostgreSQL: the longest that one statement may run, in milliseconds."""
    database_lock_timeout_ms: int = Field(default=10_000, ge=100, le=600_000)
    """How long a write waits for another write, in milliseconds."""
    template_format: str | None = Field(default=None, max_length=100)
    """Template format of the gallery, `name/version`; without it, the format that the store holds,
    or for an empty store the first format of this version. A store keeps its first format."""
    keys: Path | None = None
    """Directory of the secrets: the vault's item keys, the log's signing key, the index key;
    without it, `keys` in the store. Back it up separately from the store."""
    log_name: str = Field(
        default="identlink.example/log",
        min_length=1,
        max_length=200,
        pattern=r"^[A-Za-z0-9._:/-]+$",
    )
    """Name of the log that checkpoints are signed under, a URL without a scheme; fixed when the
    signing key is made."""
    witness_keys: tuple[str, ...] = ()
    """Public keys (vkeys) of the witnesses whose cosignatures are kept, as JSON."""
    witness_notes: Path | None = None
    """Directory with the last cosigned checkpoint of each witness (`*.note`), best on a volume
    that only the witnesses write to: the service does not start on a database that is behind such
    a checkpoint."""
    witnesses_needed: int = Field(default=0, ge=0, le=16)
    """Number of witnesses that must cosign a link before a force learns of it, by webhook or as
    provenance; 0: at once."""
    checkpoint_events: int = Field(default=256, ge=1, le=1_000_000)
    """Most events after which a checkpoint is signed."""
    checkpoint_seconds: int = Field(default=60, ge=1, le=86_400)
    """Most seconds after which a checkpoint is signed, counted from the first event that no
    checkpoint covers."""
    model_directory: Path | None = None
    """Directory of the fitted models; without it, the models that are shipped."""
    host: str = Field(default="127.0.0.1", min_length=1, max_length=255)
    """Address the server listens on."""
    port: int = Field(default=8400, ge=0, le=65_535)
    """Port the server listens on; 0 takes a free one."""
    processes: int = Field(default=1, ge=1, le=64)
    """Processes that share the port, each with its own interpreter, slot of the index, threads and
    connections to the database."""
    connections: int = Field(default=500, ge=8, le=65_536)
    """Most connections of a process; when there are more, the one that has been idle longest is
    closed."""
    caller_timeout_s: int = Field(default=20, ge=1, le=3_600)
    """How long a caller may take to send the head of a request, to send its body (one second more
    for each 64 KiB), or to receive the response, in seconds."""
    trusted_proxies: tuple[IPvAnyNetwork, ...] = ()
    """Addresses or networks of proxies, as JSON, whose `X-Forwarded-For` and `X-Forwarded-Proto`
    are trusted; without them all callers seem to come from the proxy."""
    workbench_over_http: bool = False
    """Whether the workbench's cookies may lack `Secure` on plain HTTP to the loopback address:
    only to try it out, never behind a proxy."""
    max_body_bytes: _BodyBytes = 1_048_576
    """Largest request body that is read, in bytes."""
    max_capture_bytes: _BodyBytes = 8_388_608
    """Largest body of an enrolment or a search, which contains images, in bytes."""
    max_batch_bytes: _BodyBytes = 134_217_728
    """Largest body of a batch of searches, in bytes: 10,000 tenprints are 65 MB."""
    erasure_wait_hours: int = Field(default=72, ge=0, le=8_760)
    """How long a confirmed erasure can be cancelled, in hours; the person is hidden meanwhile. A
    court order removes the wait."""
    issues_numbers: bool = False
    """Issue PNC IDs and CRO numbers here. Only one installation may issue those of a country."""
    purge_most_people: int = Field(default=1_000, ge=0, le=10_000_000)
    """Most people that the plan of a purge may name; larger plans are refused."""
    purge_most_per_mille: int = Field(default=10, ge=0, le=1_000)
    """Most people that the plan of a purge may name, for each thousand people held; larger plans
    that name more than 5 people are refused."""
    webhook_timeout_s: int = Field(default=10, ge=1, le=600)
    """The longest that an attempt to send a webhook message may take, in seconds, but never more
    than four fifths of the shutdown timeout."""
    webhooks_at_once: int = Field(default=16, ge=1, le=256)
    """Webhook messages that a worker sends at the same time, at most one for each endpoint."""
    webhook_private_addresses: bool = False
    """Whether webhooks may use plain HTTP and private addresses."""
    requests_per_minute: int = Field(default=6_000, ge=0, le=10_000_000)
    """Calls that a caller may make in a minute, over all processes behind a port; 0: any number.
    """
    probe_attempts: int = Field(default=10, ge=0, le=10_000)
    """Searches with nearly the same probe that a force may make in a day; 0: any number."""
    request_threads: int = Field(default=16, ge=1, le=512)
    """Requests that a process works on at the same time."""
    searches_at_once: int = Field(default=2, ge=1, le=512)
    """Searches that a process runs at the same time; others wait in order of arrival."""
    drain_s: int = Field(default=0, ge=0, le=3_600)
    """How long a server that is told to stop serves on while `/readyz` answers 503, so that a load
    balancer sends calls elsewhere first, in seconds."""
    shutdown_timeout_s: int = Field(default=30, ge=1, le=3_600)
    """How long a server that stops waits for requests to finish, in seconds."""
    index_threads: int = Field(default=1, ge=1, le=256)
    """Threads that one search of the index may use."""
    gallery: str | None = Field(default=None, pattern=r"^ray://[A-Za-z0-9._-]+:[0-9]{1,5}$")
    """The cluster that holds the gallery in parts, `ray://HOST:PORT`; without it, an index in each
    process."""
    names_at_start: bool = True
    """Whether a server reads all names in the background when it starts; if not, the first names
    enquiry waits for it."""
    index_slots: int = Field(default=16, ge=1, le=256)
    """Processes (servers and workers) that may share the store, each with an index of its own."""
    trial: bool = False
    """Whether this is a trial with invented people, as `identlink demo` and `sandbox` are: tokens
    may then examine, decide, release and destroy, and accounts need no two administrators, so that
    one person can take both parts of a decision. Never set it where decisions count."""
    token_days: int = Field(default=90, ge=1, le=366)
    """Days for which a token is valid, unless the request states another number."""
    token_days_maximum: int = Field(default=366, ge=1, le=3_660)
    """Most days for which a token may be valid."""
    access_token_minutes: int = Field(default=15, ge=1, le=1_440)
    """Minutes for which a client's token is valid."""
    client_tokens_per_minute: int = Field(default=60, ge=0, le=1_000_000)
    """Access tokens that one client may ask for in a minute, and refusals that one address may
    get, over all processes behind a port; 0: any number."""
    log_level: LogLevel = LogLevel.INFO
    """Least severe level that is logged."""
    log_names: LogNames = LogNames.OWN
    """Names of the fields of a log line: `own`, or `ecs` (Elastic Common Schema)."""
    host_name: str = Field(default_factory=socket.gethostname, min_length=1, max_length=100)
    """Name of this host, different from other hosts on the same database; by default its host
    name."""
    vault_url: SecretStr | None = None
    """Address of the PostgreSQL database that holds the wrapped keys of payloads for several
    hosts; never shown. Without it, the wrapped keys are in a file beside the other keys."""
    custody: str | None = Field(default=None, max_length=1_000, pattern=r"^(pkcs11|transit):")
    """Security module that holds the keys: a PKCS#11 address,
    `pkcs11:token=LABEL?module-path=FILE&pin-source=file:FILE` (needs the extra `hsm`), or a
    transit engine of OpenBao or Vault, `transit:https://HOST/transit?token-source=file:FILE`.
    Without it, keys are files."""
    custody_seconds: float = Field(default=5.0, gt=0, le=60)
    """Time limit of a call to the security module, in seconds."""
    tracing_collector: str | None = Field(default=None, max_length=500, pattern=r"^https?://\S+$")
    """Address of an OpenTelemetry collector that receives spans by OTLP over HTTP,
    `http://HOST:4318/v1/traces`; needs the extra `tracing`. Without it, nothing is traced."""
    tracing_share: float = Field(default=1.0, ge=0, le=1)
    """Share of the calls and of the workers' rounds that are traced, unless the caller's own trace
    decides."""

    @property
    def database_address(self) -> str:
        """The address of the database. It may contain a password, so never show or log it."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        # Both mean something else in an address.
        named = str(self.database_file).replace("%", "%25").replace("?", "%3F")
        return f"sqlite:///{named}"

    @property
    def database_file(self) -> Path:
        """The SQLite file of the store, which may not exist."""
        return self.store.absolute() / "identlink.sqlite3"

    @property
    def index_directory(self) -> Path:
        """The directory of the index."""
        return self.store / "index"

    @property
    def gallery_token(self) -> Path:
        """The file with the token that the gallery cluster requires, for its owner only."""
        return self.keys_directory / "gallery.token"

    @property
    def keys_directory(self) -> Path:
        """The directory of the secrets; only its owner can read it."""
        return self.keys or self.store / "keys"

    @property
    def log_style(self) -> tuple[str, str]:
        """The lowest logged level, and how fields are named."""
        return self.log_level.value, self.log_names.value

    @property
    def model_shelf(self) -> Path:
        """The directory of every model ever in use, so that old decisions can be replayed."""
        return self.store / "models"

    def token_lifetime(self, days: int | None) -> timedelta:
        """Return the lifetime of a token; raises InvalidInputError if it is too long."""
        asked = self.token_days if days is None else days
        if asked > self.token_days_maximum:
            raise InvalidInputError(
                f"The lifetime is too long: ask for at most {self.token_days_maximum} days.",
                pointer="/days",
            )
        return timedelta(days=asked)


def load_settings(**given: Any) -> Settings:
    """Return the settings: arguments override the environment, which overrides the defaults.

    Raises ConfigurationError, which names every faulty setting but repeats no value.
    """
    try:
        settings = Settings(**{name: value for name, value in given.items() if value is not None})
    except (ValidationError, SettingsError) as error:
        raise ConfigurationError(_sentence(error)) from None
    if settings.token_days > settings.token_days_maximum:
        raise ConfigurationError(
            "IDENTLINK_TOKEN_DAYS is larger than IDENTLINK_TOKEN_DAYS_MAXIMUM: set it to "
            "the same number or a smaller one."
        )
    if settings.stored_candidates > settings.scored_candidates:
        raise ConfigurationError(
            "IDENTLINK_STORED_CANDIDATES is larger than IDENTLINK_SCORED_CANDIDATES: set "
            "it to the same number or a smaller one."
        )
    return settings


def unknown_names(environment: Mapping[str, str]) -> dict[str, str]:
    """Return variables that look like settings but are not, each with the likely name or ""."""
    known = [f"{ENVIRONMENT_PREFIX}{name.upper()}" for name in Settings.model_fields]
    unknown = sorted(
        name
        for name in environment
        # Settings are read in upper or lower case.
        if name.upper().startswith(ENVIRONMENT_PREFIX)
        and name.upper() not in {*known, *OTHER_VARIABLES}
        and not name.upper().startswith(PUBLIC_PREFIX)
    )
    return {name: next(iter(get_close_matches(name.upper(), known, n=1)), "") for name in unknown}


def _sentence(error: ValidationError | SettingsError) -> str:
    if isinstance(error, SettingsError):
        # Its text names the field and not the value.
        (name,) = re.findall(r'field "(\w+)"', str(error))
        return f"{ENVIRONMENT_PREFIX}{name.upper()} is not JSON: write a list or a table as JSON."
    faults = [
        f"{ENVIRONMENT_PREFIX}{str(fault['loc'][0]).upper()}: {fault['msg']}."
        for fault in error.errors(include_input=False, include_url=False, include_context=False)
    ]
    return " ".join(faults)
