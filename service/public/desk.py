"""What all pages share: the office, the limits, the sessions, the languages."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.applications.declarations import ApplicationForm
from domain.applications.forms import FORMS
from domain.applications.states import REFERENCE_LENGTH, read_text
from service.public.limits import Allowance, Guesses, Sources
from service.public.office import Office, OpenedBy
from service.public.rendering import ENGLISH, Catalogue, Shown, Told
from service.public.sessions import Session, Sessions
from service.public.settings import PublicSettings

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
    today: Callable[[], date] = lambda: datetime.now(UTC).date()
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
