"""What all pages share: the office, the limits, the sessions, the languages.

Settings of the public pages, read once from `IDENTLINK_PUBLIC_PAGES_*`.

They are separate from the office's settings: this process has no store, no database and no keys.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pydantic import Field, IPvAnyNetwork, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.applications.declarations import ApplicationForm
from domain.applications.forms import FORMS
from domain.applications.states import REFERENCE_LENGTH, read_text
from domain.errors import ConfigurationError
from domain.office_days import office_day
from service.public.office import Office, OpenedBy
from service.public.rendering import ENGLISH, Catalogue, Shown, Told
from service.public.sessions import Allowance, Guesses, Session, Sessions, Sources

PREFIX = "IDENTLINK_PUBLIC_PAGES_"


class PublicSettings(BaseSettings, use_attribute_docstrings=True):
    """The settings: one frozen value for the whole process."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    host: str = Field(default="127.0.0.1", max_length=255)
    """Address to listen on."""
    port: int = Field(default=8410, ge=0, le=65_535)
    """Port to listen on; 0 takes a free one."""
    office: str = Field(default="http://127.0.0.1:8400", pattern=r"^https?://[^\s/?#]+$")
    """Address of the office's API, without a path."""
    client_id: str = Field(default="", max_length=64)
    """Id of the client that the office added."""
    client_secret_file: Path | None = None
    """File with the secret of the client, which only this process may read."""
    office_name: str = Field(default="", max_length=100)
    """Name of the office, in the header of every page."""
    contact: str = Field(default="", max_length=1_000)
    """How to reach the office: e-mail, telephone and address, a line each."""
    fees: dict[str, str] = {}
    """Fee of each kind of application that is not free, as JSON: `{"police-certificate": "£65"}`.
    """
    messages: Path | None = None
    """Directory of further catalogues of messages, one `LANGUAGE.json` each; English and Welsh are
    built in."""
    trusted_proxies: tuple[IPvAnyNetwork, ...] = ()
    """Proxies in front whose `X-Forwarded-For` and `-Proto` are trusted, as JSON."""
    plain_cookies: bool = False
    """Whether cookies may be sent over plain HTTP: to try the pages out on one machine, without a
    proxy."""
    pages_per_minute: int = Field(default=120, ge=1)
    """Pages that one address may ask for in a minute."""
    starts_per_hour: int = Field(default=20, ge=1)
    """Applications that one address may begin in an hour."""
    uploads_per_hour: int = Field(default=60, ge=1)
    """Documents that one address may send in an hour."""
    downloads_per_hour: int = Field(default=20, ge=1)
    """Documents that one address may download in an hour."""
    openings_per_hour: int = Field(default=60, ge=1)
    """Attempts to open an application from one address in an hour."""
    failures_from_anywhere: int = Field(default=10, ge=1)
    """Wrong codes for one reference, from addresses that have not opened it, before the next
    attempt from such addresses is delayed, by a minute at most."""

    def client_secret(self) -> str:
        """Return the client's secret; raises ConfigurationError if it cannot be read."""
        path = self.client_secret_file
        if path is None or not self.client_id:
            raise ConfigurationError(
                f"Set {PREFIX}CLIENT_ID and {PREFIX}CLIENT_SECRET_FILE. To get the id and the "
                f"secret, run `identlink client add` with the scope applications:carry."
            )
        try:
            return path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            raise ConfigurationError(
                f"{PREFIX}CLIENT_SECRET_FILE cannot be read: check its path and its owner."
            ) from None


def load_public_settings(**given: Any) -> PublicSettings:
    """Return the settings: arguments override the environment, which overrides the defaults.

    Raises ConfigurationError, which names every faulty setting and repeats no value.
    """
    try:
        return PublicSettings(**given)
    except ValidationError as error:
        names = sorted({f"{PREFIX}{str(one['loc'][0]).upper()}" for one in error.errors()})
        raise ConfigurationError(f"Check these settings: {', '.join(names)}.") from None


_HOUR_S = 3_600.0
MOST_UPLOAD_BYTES = 10 * 1024 * 1024
"""The largest document, in bytes, as the office accepts it."""
_MOST_FIELDS = 200


class TooManyError(Exception):
    """There were too many requests from one address or about one reference."""


class ExpiredError(Exception):
    """The form lacks the session's token, because it is out of date or comes from another site."""


class NotOpenError(Exception):
    """The page belongs to an application, and none is open."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits on how often a visitor may use the public pages."""

    pages: Allowance
    starts: Allowance
    uploads: Allowance
    downloads: Allowance
    openings: Allowance
    guesses: Guesses

    @classmethod
    def of(cls, settings: PublicSettings, clock: Callable[[], float]) -> Limits:
        """Return full allowances."""
        return cls(
            Allowance(settings.pages_per_minute, 60.0, clock),
            Allowance(settings.starts_per_hour, _HOUR_S, clock),
            Allowance(settings.uploads_per_hour, _HOUR_S, clock),
            Allowance(settings.downloads_per_hour, _HOUR_S, clock),
            Allowance(settings.openings_per_hour, _HOUR_S, clock),
            Guesses(settings.failures_from_anywhere, clock),
        )


@dataclass(frozen=True, slots=True)
class Posted:
    """A form that was sent."""

    typed: dict[str, list[str]]
    """All texts, by field."""
    files: dict[str, bytes]

    def text(self, name: str) -> str:
        """Return the last text of a field; empty if there is none."""
        return (self.typed.get(name) or [""])[-1]

    def file(self, name: str) -> bytes:
        """Return the bytes of a file; empty if there is none."""
        return self.files.get(name, b"")


async def _read(request: Request) -> Posted:
    typed: dict[str, list[str]] = {}
    files: dict[str, bytes] = {}
    async with request.form(
        max_files=2, max_fields=_MOST_FIELDS, max_part_size=MOST_UPLOAD_BYTES
    ) as data:
        for name, value in data.multi_items():
            if isinstance(value, UploadFile):
                files[name] = await value.read()
            else:
                typed.setdefault(name, []).append(value)
    return Posted(typed, files)


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that a page can use."""

    office: Office
    sessions: Sessions
    limits: Limits
    catalogues: dict[str, Catalogue]
    told: Told = field(default_factory=Told)
    today: Callable[[], date] = lambda: office_day(datetime.now(UTC))
    sources: Sources = field(default_factory=Sources)

    def shown(self, request: Request) -> Shown:
        """Return the values that every page needs."""
        session = session_of(request)
        catalogue = self.catalogues.get(session.language, self.catalogues[ENGLISH])
        return Shown(
            catalogue,
            tuple(self.catalogues.values()),
            session,
            self.sessions.token(session),
            request.url.path,
            self.told,
        )

    def take(self, allowance: Allowance, request: Request) -> None:
        """Count one call against the allowance of the visitor's address. Raises TooManyError."""
        if not allowance.take(self.source(request)):
            raise TooManyError

    def source(self, request: Request) -> str:
        """Return the key of the visitor's address."""
        return self.sources.of_address(request.client.host if request.client else "")

    def reference_key(self, reference: str) -> str:
        """Return the key of a reference, whichever way the reference was typed."""
        return self.sources.of_reference(read_text(reference, REFERENCE_LENGTH))

    async def posted(self, request: Request) -> Posted:
        """Return the form of a request; raises ExpiredError without the session's token."""
        site = request.headers.get("sec-fetch-site", "same-origin")
        if site not in {"same-origin", "none"}:
            raise ExpiredError
        posted = await _read(request)
        expected = self.sessions.token(session_of(request))
        if not hmac.compare_digest(posted.text("csrf").encode(), expected.encode()):
            raise ExpiredError
        return posted

    def go(self, address: str, session: Session | None = None) -> Response:
        """Redirect the browser, with a changed session if one is given."""
        response = RedirectResponse(address, status_code=303)
        if session is not None:
            self.sessions.write(response, session)
        return response


def open_desk(settings: PublicSettings, office: Office, catalogues: dict[str, Catalogue]) -> Desk:
    """Return the desk for the pages."""
    return Desk(
        office,
        Sessions(time.time, plain=settings.plain_cookies),
        Limits.of(settings, time.monotonic),
        catalogues,
        Told(settings.office_name, settings.contact, settings.fees),
    )


def desk_of(request: Request) -> Desk:
    """Return the desk of the application."""
    desk: Desk = request.app.state.desk
    return desk


def session_of(request: Request) -> Session:
    """Return the visitor's session, which the application has read."""
    session: Session = request.state.session
    return session


def opened_by(request: Request) -> OpenedBy:
    """Return the reference and code of the open application; raises NotOpenError."""
    session = session_of(request)
    if not session.is_open:
        raise NotOpenError
    return OpenedBy(session.reference, session.code)


async def opened(request: Request) -> tuple[OpenedBy, dict[str, Any], ApplicationForm]:
    """Return the open application with its form; raises NotOpenError."""
    by = opened_by(request)
    read = await desk_of(request).office.read(by)
    return by, read, FORMS[read["kind"]]
