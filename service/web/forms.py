"""Posted forms: their fields, and the session's token."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request, Response
from starlette.datastructures import UploadFile

from domain.errors import InvalidDateError, InvalidInputError, LinkingError, NotPermittedError
from domain.people.people import Details, PartialDate, PersonName, Sex
from domain.plain_text import SAID, holds_unseen
from service.api.problems import MalformedRequestError
from service.web.visitors import SignedInOf, Visit

_LONGEST_TEXT = 4_000
"""As for words that come through the API."""

_MOST_FILES = 40
_LARGEST_FIELD = 16 * 1024 * 1024
"""Files that were looked at come back in a field; bodies have a limit of their own."""

Choice = TypeVar("Choice", bound=StrEnum)

EXPIRED = "This form is out of date. Go back, reload the page and send it again."


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a form."""

    field: str
    name: str
    """As the browser gave it: never to be shown or stored."""
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, and their faults by name."""

    fields: Mapping[str, str]
    files: Mapping[str, bytes]
    """The last file of each name."""
    errors: dict[str, str] = field(default_factory=dict)
    kept_at: datetime | None = None
    """When the fields were typed in a session that ended before they were sent."""
    uploads: tuple[Upload, ...] = ()
    """All files that are not empty, in order."""

    def text(self, name: str, *, missing: str = "") -> str:
        """Return a text without surrounding blanks; with `missing`, an empty text is an error."""
        value = self.fields.get(name, "").replace("\x00", "").strip()
        if not value and missing:
            self.errors[name] = missing
        if len(value) > _LONGEST_TEXT:
            self.errors[name] = f"Write at most {_LONGEST_TEXT} characters."
        return value

    def note_long_texts(self) -> None:
        """Record the fault of each text that is too long."""
        for name in self.fields:
            self.text(name)

    def choice(self, name: str, kind: type[Choice], *, missing: str) -> Choice | None:
        """Return one of a closed set; anything else is the error `missing`."""
        try:
            return kind(self.fields.get(name, ""))
        except ValueError:
            self.errors[name] = missing
            return None

    def day(self, name: str) -> date | None:
        """Return a day that exists, in any usual form; anything else is a fault of the field."""
        try:
            return date.fromisoformat(typed_day(self.text(name)))
        except ValueError:
            self.errors[name] = NO_DAY
            return None

    def birth(self, name: str) -> str:
        """Return a date, perhaps with unknown parts, as `YYYY-MM-DD`; "" if none was typed.

        Anything else is a fault of the field.
        """
        born = typed_day(self.text(name))
        try:
            return str(PartialDate.parse(born)) if born else ""
        except InvalidDateError:
            self.errors[name] = NO_BIRTH
            return ""

    def number(self, name: str) -> int:
        """Return a whole number of up to nine digits; 0 for anything else."""
        text = self.text(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def taking(self, otherwise: str, *names: str) -> _Taking:
        """Return a context in which a refusal becomes the fault of a field.

        The field is the one of `names` in which the refusal's pointer ends, or the field of this
        form that it ends with whole; else `otherwise`.
        """
        return _Taking(self.errors, otherwise, names, self.fields)

    def page(
        self, visit: Visit, template: str, values: Mapping[str, Any], *, refused: int = 422
    ) -> Response:
        """Return the page that shows this form; its status is `refused` if a field has a fault."""
        status = refused if self.errors else 200
        return visit.page(template, {"form": self, **values}, status=status)


def faults_in(error: LinkingError) -> Iterator[tuple[str, str]]:
    """Yield the places and the words of a refusal: of a malformed body, those of each field."""
    if not isinstance(error, MalformedRequestError):
        yield error.pointer or "", error.detail
        return
    for fault in error.faults:
        yield fault.pointer or "", fault.words or fault.detail


@dataclass(frozen=True, slots=True)
class _Taking:
    """Turns a refusal into the fault of a field of a form."""

    errors: dict[str, str]
    otherwise: str
    names: tuple[str, ...]
    fields: Mapping[str, str]

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        """Record a refusal and suppress it; let every other error propagate."""
        if not isinstance(error, LinkingError):
            return False
        for pointer, words in faults_in(error):
            self.errors[self._field(pointer)] = words
        return True

    def _field(self, pointer: str) -> str:
        place = re.sub("[/-]", "_", pointer).replace("_names", "_surname")
        last = pointer.rpartition("/")[2]
        ends = (name for name in self.names if place.endswith(name.replace("-", "_")))
        return next(ends, last if last in self.fields else self.otherwise)


NO_DAY = "Enter a real date, such as 27 3 2026."
NO_BIRTH = "Enter a real date, such as 27 3 1985, with XX for an unknown part."
_TYPED_DAY = re.compile(
    r"(\d{1,2}|XX)[ /.-]+(\d{1,2}|XX|[A-Z]{3,9})[ /.-]+(\d{4}|XXXX)", re.IGNORECASE
)
_MONTHS = "january february march april may june july august september october november december"


def typed_day(text: str) -> str:
    """Return a day such as `27 3 1985`, `27/3/1985` or `27 March 1985` as `YYYY-MM-DD`.

    `XX` stands for an unknown part. Any other text is returned as it is.
    """
    found = _TYPED_DAY.fullmatch(text.strip())
    if found is None:
        return text
    day, month, year = found.groups()
    named = [n for n, one in enumerate(_MONTHS.split(), 1) if one.startswith(month.lower())]
    return f"{year}-{named[0] if len(named) == 1 else month:0>2}-{day:0>2}".upper()


def options(kind: type[StrEnum]) -> list[tuple[str, str, str]]:
    """Return the values of a closed set as choices of a form: value, label, hint."""
    return [(one.value, one.value.capitalize(), "") for one in kind]


def said_person(form: Form) -> Details | None:
    """Return the details typed about a person; None, with the fault recorded, for a bad day."""
    name = PersonName(form.text("forename"), form.text("surname"))
    born = form.birth("date_of_birth")
    sexes = {sex.value: sex for sex in Sex}
    if "date_of_birth" in form.errors:
        return None
    return Details(
        names=(name,) if name.display else (),
        dates_of_birth=(PartialDate.parse(born),) if born else (),
        sex=sexes.get(form.text("sex")),
        place_of_birth=form.text("place_of_birth"),
    )


async def read_form(request: Request) -> Form:
    """Return the fields of a posted form, each name once, and its files.

    Raises InvalidInputError for a text with invisible characters.
    """
    fields: dict[str, str] = {}
    uploads: list[Upload] = []
    async with request.form(
        max_files=_MOST_FILES, max_fields=300, max_part_size=_LARGEST_FIELD
    ) as posted:
        for name, value in posted.multi_items():
            if isinstance(value, UploadFile):
                uploads.append(Upload(name, value.filename or "", await value.read()))
            else:
                if holds_unseen(value) and "password" not in name:
                    raise InvalidInputError(SAID, pointer=f"/{name}")
                fields[name] = value
    files = {one.field: one.content for one in uploads}
    return Form(fields, files, uploads=tuple(one for one in uploads if one.content))


async def _checked_form(request: Request, visitor: SignedInOf) -> Form:
    """Return the form of a visitor; raises NotPermittedError without the session's token."""
    form = await read_form(request)
    check_token(form, visitor.csrf_token)
    return form


def check_token(form: Form, expected: str) -> None:
    """Refuse a form that does not carry this token; raises NotPermittedError."""
    given = form.fields.get("csrf", "")
    if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
        raise NotPermittedError(EXPIRED)


FormOf = Annotated[Form, Depends(_checked_form)]
