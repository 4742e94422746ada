"""Renders templates as pages: every value is escaped, and every text comes from the catalogue.

Every text of the pages, from one catalogue for each language.

A catalogue is one JSON file of texts by dotted names. English and Welsh are complete, which tests
check; another language uses English for the texts that it lacks.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse, Response

from domain.applications.declarations import Question, QuestionKind
from domain.countries import country_names
from domain.errors import ConfigurationError
from domain.office_days import office_day
from service.public.sessions import Session

ENGLISH = "en"
_BUILT_IN = Path(__file__).parent / "messages"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The texts of one language, by name."""

    language: str
    """ISO 639-1 code, which is also the `lang` of the pages."""
    texts: Mapping[str, str]

    def say(self, name: str, /, **values: object) -> str:
        """Return a text with its values filled in; raises KeyError for an unknown name."""
        text = self.texts[name]
        return text.format(**values) if values else text

    def has(self, name: str) -> bool:
        """Whether there is a text with this name."""
        return name in self.texts


@cache
def english() -> Catalogue:
    """Return the English catalogue."""
    lands = {f"lands.{code}": name for code, name in country_names().items()}
    return Catalogue(ENGLISH, {**_read(_BUILT_IN / "en.json"), **lands})


def catalogues(directory: Path | None) -> dict[str, Catalogue]:
    """Return the catalogues by language, English first; raises ConfigurationError.

    A catalogue of the operator adds a language, or replaces texts of a built-in one.
    """
    found = {ENGLISH: english()}
    for path in (*_files(_BUILT_IN), *_files(directory)):
        language, texts = path.stem, _read(path)
        if texts.keys() - english().texts.keys() or not language.isalpha():
            raise ConfigurationError(
                "A message catalogue contains texts that no page uses, or does not name "
                "its language: compare it with the English catalogue."
            )
        known = found.get(language, english()).texts
        found[language] = Catalogue(language, {**known, **texts})
    return found


def _files(directory: Path | None) -> list[Path]:
    return sorted(directory.glob("*.json")) if directory else []


def _read(path: Path) -> dict[str, str]:
    try:
        return dict(_flat(json.loads(path.read_text(encoding="utf-8"))))
    except (OSError, ValueError, AttributeError):
        raise ConfigurationError(
            "A message catalogue must be a JSON object whose values are all text: check the file."
        ) from None


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, str):
            yield f"{prefix}{name}", value
        else:
            yield from _flat(value, f"{prefix}{name}.")


STATIC = Path(__file__).parent / "static"
SHARED = Path(__file__).parents[1] / "web" / "static" / "vendor"
"""The design system's style sheet, which the workbench also uses."""

AUTOCOMPLETE = {
    "forename": "given-name",
    "middle-names": "additional-name",
    "surname": "family-name",
    "address-line": "street-address",
    "address-town": "address-level2",
    "address-postcode": "postal-code",
    "address-country": "country-name",
    "contact-email": "email",
    "birth-day-day": "bday-day",
    "birth-day-month": "bday-month",
    "birth-day-year": "bday-year",
}
"""Fields that a browser can fill in, because they are about the applicant (WCAG 2.2, 1.3.5)."""


HELP_PAGES = ("contact", "privacy", "accessibility", "cookies")


@dataclass(frozen=True, slots=True)
class Told:
    """What the operator states about the office for visitors."""

    office_name: str = ""
    contact: str = ""
    fees: Mapping[str, str] = field(default_factory=dict)
    """Amounts in words, by kind of application; a kind that is not here is free."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The values that every page needs: language, visitor, token."""

    catalogue: Catalogue
    languages: tuple[Catalogue, ...]
    session: Session
    token: str
    path: str
    told: Told = Told()


def render(
    shown: Shown, template: str, values: Mapping[str, Any] | None = None, *, status: int = 200
) -> Response:
    """Return a page."""
    catalogue = shown.catalogue
    context = {
        "t": catalogue.say,
        "has_text": catalogue.has,
        "lang": catalogue.language,
        "languages": shown.languages,
        "session": shown.session,
        "csrf": shown.token,
        "path": shown.path,
        "office_name": shown.told.office_name,
        "fees": shown.told.fees,
        "help_pages": HELP_PAGES,
        "autocomplete": AUTOCOMPLETE,
        "day": lambda iso: _day(catalogue, iso),
        "answer_lines": lambda question, given: answer_lines(catalogue, question, given),
        "errors": {},
        **(values or {}),
    }
    return HTMLResponse(_environment().get_template(template).render(context), status)


def countries(catalogue: Catalogue) -> list[tuple[str, str]]:
    """Return the countries as (code, name), in order of name."""
    named = ((code, catalogue.say(f"lands.{code}")) for code in country_names())
    return sorted(named, key=lambda one: _unaccented(one[1]))


def _unaccented(text: str) -> str:
    """Return a text as a reader looks it up: Åland among the names with A."""
    marked = unicodedata.normalize("NFKD", text).casefold()
    return "".join(one for one in marked if not unicodedata.combining(one))


def answer_lines(catalogue: Catalogue, question: Question, given: tuple[str, ...]) -> list[str]:
    """Return an answer as the lines to show."""
    match question.kind:
        case QuestionKind.COUNTRY | QuestionKind.COUNTRIES:
            return [catalogue.say(f"lands.{code}") for code in given]
        case QuestionKind.PAST_DAY:
            return [_day(catalogue, one) for one in given]
        case QuestionKind.CHOICE:
            return [catalogue.say(f"choices.{question.name}.{one}") for one in given]
        case _:
            return [line for one in given for line in one.splitlines()]


def _day(catalogue: Catalogue, iso: str) -> str:
    """Return a day, or that of an instant, in words."""
    is_instant = "T" in iso
    day = office_day(datetime.fromisoformat(iso)) if is_instant else date.fromisoformat(iso)
    return catalogue.say(
        "common.date", day=day.day, month=catalogue.say(f"months.{day.month}"), year=day.year
    )


def _asset(name: str) -> str:
    """Return the address of a file with a digest of its content, so that browsers may cache it."""
    return f"/static/{name}?v={_digest(name)}"


@lru_cache
def _digest(name: str) -> str:
    root, _, rest = name.partition("/")
    path = SHARED / rest if root == "vendor" else STATIC / name
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = _asset
    return environment
