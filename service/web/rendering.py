"""Makes pages from templates: values are escaped; times, sizes and words look the same."""

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from domain.access.access import Role
from domain.countries import country_name
from domain.courts.result_words import result_words
from domain.errors import InvalidInputError
from domain.exchange.contents import StatedConviction
from domain.forces import codes_by_name, force_name, is_known_force
from domain.ids import short_name
from domain.office_days import office_day
from domain.people.conviction_words import (
    decision_in_full,
    offence_in_full,
    sentence_in_full,
)
from domain.people.convictions import Conviction, InformationSource, Source
from domain.people.partial_dates import PartialDate
from domain.prints.prints import FingerPosition, words_of
from domain.requests.requests import Ask, Party, PartyKind
from domain.searches.evidence import probability_words
from rules.data_files import title_of_basis
from service.usecases.access.sessions import Visitor
from service.usecases.exchange.stating import conviction_of
from service.usecases.requests.kinds import KINDS

STATIC = Path(__file__).parent / "static"
_TEMPLATES = Path(__file__).parent / "templates"

NAVIGATION: dict[Role, tuple[tuple[str, str], ...]] = {
    Role.EXAMINER: (("Queue", "/workbench/queue"), ("Competence", "/workbench/competence")),
    Role.SUPERVISOR: (
        ("Today", "/workbench/today"),
        ("Overview", "/workbench/overview"),
        ("Differences", "/workbench/differences"),
        ("Gallery", "/workbench/gallery"),
        ("People", "/workbench/find"),
        ("Erasures", "/workbench/erasures"),
        ("Restrictions", "/workbench/restrictions"),
        ("Retention", "/workbench/retention"),
        ("Links", "/workbench/links"),
        ("Statistics", "/workbench/statistics"),
        ("Publication", "/workbench/publication"),
        ("Exchange", "/workbench/exchange"),
        ("Old records", "/workbench/conversion"),
    ),
    Role.AUDITOR: (
        ("Today", "/workbench/today"),
        ("Log", "/workbench/log"),
        ("People", "/workbench/find"),
        ("Records", "/workbench/records"),
        ("Links", "/workbench/links"),
        ("Requests", "/workbench/requests"),
        ("Inbox", "/workbench/matters"),
        ("Agencies", "/workbench/agreements"),
        ("Reviews", "/workbench/retention/reviews"),
        ("Statistics", "/workbench/statistics"),
        ("Model checks", "/workbench/model-checks"),
        ("Publication", "/workbench/publication"),
        ("Exchange", "/workbench/exchange"),
        ("Old records", "/workbench/conversion"),
    ),
    Role.FORCE: (
        ("Searches", "/workbench/searches"),
        ("Today", "/workbench/today"),
        ("New search", "/workbench/searches/new"),
        ("Names enquiry", "/workbench/names"),
        ("Records", "/workbench/records"),
        ("People", "/workbench/find"),
        ("New record", "/workbench/new-record"),
        ("Deletions", "/workbench/deletions"),
        ("Restrictions", "/workbench/restrictions"),
        ("Links", "/workbench/links"),
    ),
    Role.ADMINISTRATOR: (
        ("Today", "/workbench/today"),
        ("Statistics", "/workbench/statistics"),
        ("Model checks", "/workbench/model-checks"),
        ("Publication", "/workbench/publication"),
        ("Exchange", "/workbench/exchange"),
        ("New account", "/workbench/accounts"),
    ),
    Role.AGENCY: (("Requests", "/workbench/agency"),),
    Role.CASE_OFFICER: (
        ("Today", "/workbench/today"),
        ("Requests", "/workbench/requests"),
        ("Open a request", "/workbench/requests/new"),
        ("Inbox", "/workbench/matters"),
        ("Disputes", "/workbench/disputes"),
        ("Agencies", "/workbench/agreements"),
        ("New record", "/workbench/new-record"),
        ("Reviews", "/workbench/retention/reviews"),
        ("Exchange", "/workbench/exchange"),
        ("Requests to countries", "/workbench/exchange/requests"),
    ),
    Role.KEYER: (("Old records", "/workbench/conversion"),),
    Role.RECONCILER: (("Old records", "/workbench/conversion"),),
    Role.SAMPLER: (("Old records", "/workbench/conversion"),),
    Role.REFERRAL_BODY: (
        ("Referrals", "/workbench/referrals"),
        ("Today", "/workbench/today"),
    ),
}
"""The pages open to each role, the first page first."""


def home_of(role: Role) -> str:
    """Return the first page of a role."""
    return NAVIGATION[role][0][1]


def render(
    request: Request, template: str, values: Mapping[str, Any], *, status: int = 200
) -> Response:
    """Return a page. Every template can use the signed-in visitor, if there is one."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    role = visitor.account.role if visitor else None
    context = {
        "visitor": visitor,
        "csrf": visitor.csrf_token if visitor else "",
        "navigation": NAVIGATION[role] if role else (),
        "path": request.url.path,
        **values,
    }
    return HTMLResponse(_environment().get_template(template).render(context), status)


def render_text(template: str, values: Mapping[str, Any]) -> str:
    """Return a page without visitor and navigation."""
    return _environment().get_template(template).render(values)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalized,
    )
    environment.filters.update(
        moment=_moment,
        span=_span,
        hours=_hours,
        force=_force,
        bits=_bits,
        copyable=_copyable,
        probability=probability_words,
        partly=_finalized,
        legal_basis=title_of_basis,
        party=_party,
        percent=_percent,
        short_name=short_name,
        finger=_finger,
        exemplar=_exemplar,
        about=_about,
        base64=_base64,
        country=country_name,
        day=_day,
        fingers=words_of,
        service=_service,
        offence=offence_in_full,
        sentence=sentence_in_full,
        decision=decision_in_full,
        conviction=_conviction,
        result=result_words,
    )
    owners = [(code, _force(code)) for code in codes_by_name()]
    environment.globals.update(asset=_asset, forces=owners)
    return environment


def _conviction(stated: StatedConviction) -> Conviction | None:
    """A conviction that another country states, as it would be held; None if it is impossible."""
    try:
        return conviction_of(stated, Source(InformationSource.OTHER_STATE))
    except InvalidInputError:
        # Earlier releases kept what came at second hand without this check.
        return None


def _service(name: str) -> str:
    """A service as people call it: the title of its kind of request, or its own name."""
    return KINDS[name].title if name in KINDS else name


def _moment(at: datetime | None) -> str:
    """A time in words, in UTC."""
    return at.strftime("%-d %B %Y, %H:%M") if at else ""


def _finalized(value: object) -> object:
    """The value to write; dates and times become words wherever a page shows them."""
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return _day(value)
    return value.words if isinstance(value, PartialDate) else value


def _day(day: date | None) -> str:
    """A day, or that of an instant, as people in the United Kingdom write it."""
    told = office_day(day) if isinstance(day, datetime) else day
    return told.strftime("%-d %B %Y") if told else ""


def _about(ask: Ask | None) -> str:
    """The person whom a request is about, as its list and its page name them."""
    if ask is None:
        return "name not shown: erased or restricted"
    names = ask.subject.names
    return names[0].display if names else "no person named"


def _copyable(opaque_id: str | None, words: str = "Identifier") -> Markup:
    """An id to copy, folded away."""
    if not opaque_id:
        return Markup("")
    form = (
        '<details class="wb-copy"><summary class="wb-copy__words">{}</summary>'
        '<code class="wb-id">{}</code></details>'
    )
    return Markup(form).format(words, opaque_id)  # noqa: S704 - the form is a constant


def _party(party: Party) -> str:
    """The requester in words; codes are left out."""
    match party.kind:
        case PartyKind.STATE:
            return country_name(party.code)
        case PartyKind.FORCE:
            return _force(party.code)
        case PartyKind.PERSON:
            return "the person themselves"
    return party.code


def _base64(content: bytes) -> str:
    return b64encode(content).decode()


def _span(span: timedelta) -> str:
    """A duration in its two largest units."""
    minutes = int(abs(span).total_seconds() // 60)
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"


def _hours(hours: float) -> str:
    return _span(timedelta(hours=hours))


def _force(code: str | None) -> str:
    if not code:
        return ""
    return f"{force_name(code)} ({code})" if is_known_force(code) else code


def _bits(value: float) -> str:
    """Bits with their sign; a true minus sign is used."""
    return f"{value:+.1f}".replace("-", "\N{MINUS SIGN}")


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _finger(position: int) -> str:
    return FingerPosition(position).words


def _exemplar(label: str) -> str:
    """A supervisor's neutral label as words: `exemplar-a` is "Exemplar A"."""
    word, _, letter = label.partition("-")
    return f"{word.capitalize()} {letter.upper()}"


@lru_cache(maxsize=64)
def _asset(name: str) -> str:
    """The address of a static file, which changes with its content: browsers may keep it."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/workbench/static/{name}?v={digest}"
