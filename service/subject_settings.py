"""Settings by subject: cases, prints, records, the exchange, certificates and applications."""

from dataclasses import fields
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from domain.events.looking import LookKind
from service.live.gathering import LookBook
from service.live.refusals import WINDOW_S, Refusals
from service.usecases.exchange.desk import BEGAN
from service.usecases.policy import CasePolicy

_DEFAULTS = CasePolicy()


class CaseSettings(BaseSettings, use_attribute_docstrings=True):
    """One setting for each field of the case policy, whose values are the defaults."""

    scored_candidates: int = Field(default=_DEFAULTS.scored_candidates, ge=1, le=1_000)
    """Candidates that a search of the index returns, by prints or names."""
    weighed_candidates: int = Field(default=_DEFAULTS.weighed_candidates, ge=1, le=1_000)
    """Number of candidates, the most similar first, that are compared exactly and weighed in
    searches with or among marks; a names enquiry weighs all candidates."""
    weighed_tenprints: int = Field(default=_DEFAULTS.weighed_tenprints, ge=1, le=1_000)
    """Number of candidates that are compared exactly and weighed in searches with tenprints among
    tenprints."""
    stored_candidates: int = Field(default=_DEFAULTS.stored_candidates, ge=1, le=100)
    """Number of weighed candidates, the strongest evidence first, that are stored with their
    evidence."""
    tenprint_exemplars: int = Field(default=_DEFAULTS.tenprint_exemplars, ge=1, le=100)
    """Stored candidates that examiners compare in each tenprint check: the likely candidates, with
    look-alikes beside them. Each needs a comparison."""
    mark_exemplars: int = Field(default=_DEFAULTS.mark_exemplars, ge=1, le=100)
    """Most stored candidates, of any band, that examiners compare in a mark comparison."""
    law_act: Literal["withhold", "widen", "alarm"] = "withhold"
    """What happens, besides the alarm, when prints of a source no longer follow the distribution
    of the model: ranks without bits, wider spreads, or nothing more."""
    verifiers_required: int = Field(default=_DEFAULTS.verifiers_required, ge=1, le=5)
    """Number of further people who must agree with the first examiner; if they differ, another
    person examines."""
    differences_reviewed: bool = _DEFAULTS.differences_reviewed
    """Whether a supervisor reviews every difference of opinion at once, instead of a further
    examiner first. Needed in an office of two examiners."""
    controls_before_marks: int = Field(default=_DEFAULTS.controls_before_marks, ge=0, le=1_000)
    """Number of control items that an examiner must decide in a year before marks are assigned to
    them; 0: none."""
    point_area_mm2: float = Field(default=_DEFAULTS.point_area_mm2, ge=0.0, le=200.0)
    """Area that the points of an identified finger must cover, in square millimetres, if pairs of
    points are required; for a smaller area, the examiner says why."""

    @property
    def case_policy(self) -> CasePolicy:
        """The case policy with these settings."""
        return CasePolicy(
            **{field.name: getattr(self, field.name) for field in fields(CasePolicy)}
        )


class PrintExtractor(StrEnum):
    """The extractor that finds minutiae in images."""

    AUTO = "auto"
    NBIS = "nbis"
    LEADER = "leader"


class PrintSettings(BaseSettings, use_attribute_docstrings=True):
    """How images are read, and how much time and memory that may take."""

    print_extractor: PrintExtractor = PrintExtractor.AUTO
    """Extractor of minutiae: `leader` (a network, slower and better), `nbis` (MINDTCT), or `auto`:
    `leader` where it is installed. Marks are always read by `leader` if it is installed. The extra
    `prints` installs both."""
    match_models: Path | None = None
    """Directory of models of print matches, a file for each extractor, made by `identlink model
    train DIRECTORY --prints SETS`; the shipped ones by default. They tell examiners after their
    decisions what the agreement of minutiae is worth."""
    print_processes: int = Field(default=1, ge=1, le=64)
    """Processes in which a server or a worker reads images, each with limits of memory and time;
    each process reads one image at a time."""
    print_seconds: int = Field(default=20, ge=1, le=600)
    """The most processor time that reading one file, or finding the minutiae of one image, may
    take, in seconds. A server that is too busy to give this time within three times as long
    answers 503."""
    unlocked_readers: bool = False
    """Whether files from outside may be read on a host without seccomp. A malicious file that
    takes over the process that reads it can then do whatever the service can."""


_OneIn = Annotated[int, Field(ge=1, le=1_000_000)]


class RecordSettings(BaseSettings, use_attribute_docstrings=True):
    """The policy of the office on recording who has viewed what."""

    looks_sampled: dict[LookKind, _OneIn] = {}
    """Kinds of look of which only one in so many is recorded, as JSON, such as `{"queue": 10}`;
    without it, every look is."""
    refusal_seconds: int = Field(default=int(WINDOW_S), ge=1, le=86_400)
    """Seconds within which equal refused calls of an account are recorded as one event."""
    pseudonym_days: int = Field(default=30, ge=1, le=3_660)
    """Days after which callers get new pseudonyms in the operational log."""

    def look_book(self) -> LookBook:
        """Return the recorder of accesses with this policy."""
        return LookBook(self.looks_sampled)

    def refusals(self) -> Refusals:
        """Return a counter of refused calls with this policy."""
        return Refusals(float(self.refusal_seconds))

    @property
    def pseudonym_period(self) -> timedelta:
        """How long a pseudonym lasts."""
        return timedelta(days=self.pseudonym_days)


class ExchangeSettings(BaseSettings, use_attribute_docstrings=True):
    """Whether this installation exchanges convictions, for which State, and how."""

    exchange_state: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    """The State that this installation speaks for, ISO 3166-1 alpha-3, such as GBR; without it,
    nothing is exchanged."""
    exchange_since: date = BEGAN
    """First day of exchange: convictions recorded earlier are not sent to other States."""
    exchange_folder: Path | None = None
    """Directory of the drop folders, one for each State that uses a gateway; whoever can write to
    a folder can speak for that State."""
    exchange_plain_http: bool = False
    """Whether signed messages may use plain HTTP: to a proxy in your own network that adds TLS, or
    in tests."""


class CertificateSettings(BaseSettings, use_attribute_docstrings=True):
    """The name of the office on certificates, and the address at which anyone can check them."""

    certificate_office: str = Field(
        default="Criminal Records Office (demonstration)", min_length=1, max_length=120
    )
    """Name of the office, as it is printed on certificates."""
    certificate_signatory: str = Field(
        default="Head of the Criminal Records Office", min_length=1, max_length=120
    )
    """Role in whose name certificates are signed, as it is printed on them."""
    certificate_address: str = Field(
        default="https://certificates.example",
        pattern=r"^https?://[^\s#?]*[^\s#?/]$",
        max_length=120,
    )
    """Published address at which certificates are checked, without a slash at its end; it is
    printed on each certificate, so it cannot change for issued certificates."""
    certificate_timestamp_url: str | None = Field(default=None, pattern=r"^https?://\S+$")
    """Time-stamp authority (RFC 3161) for the seals of certificates; without it a seal is PAdES
    B-B."""
    certificate_timestamp_roots: Path | None = None
    """PEM file with the roots of that authority: with it a seal is PAdES B-LTA, without it B-T."""
    certificate_checks_per_minute: int = Field(default=30, ge=1, le=10_000)
    """Checks of certificates that one address may make in a minute; all addresses together may
    make twenty times as many."""


class ApplicationSettings(BaseSettings, use_attribute_docstrings=True):
    """How documents from applicants are checked."""

    virus_scanner: str | None = Field(default=None, max_length=300, pattern=r"^(unix|tcp):\S+$")
    """Address of ClamAV's daemon, `unix:/PATH` or `tcp:HOST:PORT`: it scans documents of
    applicants, and none is accepted while it does not answer. Without it, only type, size and
    content are checked."""


class WithoutFiles(BaseSettings):
    """Settings that no file holds, so that files are not searched for each of them."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return arguments and the environment."""
        del settings_cls, dotenv_settings, file_secret_settings
        return init_settings, env_settings
