"""The auditor's view of misuse: findings, and access patterns compared between people."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from statistics import median

from domain.abuse import Access, Finding
from domain.access.access import Caller, Scope
from domain.errors import InvalidInputError
from domain.events.catalogue import looks
from domain.events.log import LogSearched
from domain.events.looking import LookKind
from domain.ids import UserId
from domain.list_pages import ListPage
from service.usecases.log.recording import look, record
from service.usecases.services import StoreServices

FIRST_HOUR, LAST_HOUR = 6, 20
"""Office hours in UTC: from 06:00 until just before 20:00, Monday to Friday. They include
07:00-20:00 London time in both winter and summer."""

MANY_LOOKS = 20
"""Fewer accesses of a kind than this make no pattern."""

UNUSUAL_RATIO = 3.0
"""A number of accesses is unusual if it reaches this multiple of the median."""

UNUSUAL_SHARE = 0.5
"""More than this proportion of accesses out of office hours is unusual."""

LONGEST_SPAN = timedelta(days=100)
"""The longest time span of one report."""


@dataclass(frozen=True, slots=True)
class AccessPattern:
    """How one account accessed data in a span of time."""

    actor: UserId
    looks: int
    """The number of times the account looked up data."""
    without_case: int
    """The number of accesses unrelated to any case of the account."""
    out_of_hours: int
    """The number of accesses between evening and morning."""
    is_unusual: bool
    """Whether the pattern differs from that of colleagues: a reason to ask, never proof of misuse.
    """


def found_abuse(
    services: StoreServices, caller: Caller, *, before: str | None, limit: int
) -> ListPage[Finding, str]:
    """Return findings, newest first. Raises NotPermittedError."""
    caller.actor.require(Scope.READ_LOG)
    with services.units.read() as unit:
        page = unit.abuse.findings(before=before, limit=limit)
    shown = chain.from_iterable((one.finding_id, one.subject_ref) for one in page.items)
    look(services, caller, LookKind.FINDINGS, shown)
    return page


def access_report(
    services: StoreServices, caller: Caller, *, since: datetime, until: datetime
) -> tuple[AccessPattern, ...]:
    """Return the pattern of each person with any access, the unusual ones first.

    The request is logged. Raises NotPermittedError, InvalidInputError (the span is empty or longer
    than 100 days).
    """
    caller.actor.require(Scope.READ_LOG)
    if not timedelta(0) < until - since <= LONGEST_SPAN:
        raise InvalidInputError(
            f"Ask for a period of more than 0 and at most {LONGEST_SPAN.days} days."
        )
    with services.units.read() as unit:
        patterns = access_patterns(unit.abuse.accesses(looks(), since=since, until=until))
    with services.units.write() as unit:
        event = LogSearched(view="access-report", found=len(patterns))
        record(unit, services.surroundings, caller, event)
        unit.commit()
    return patterns


def access_patterns(accesses: Iterable[Access]) -> tuple[AccessPattern, ...]:
    """Return the patterns behind accesses: the unusual ones first, then by number of accesses."""
    looks: Counter[UserId] = Counter()
    without_case: Counter[UserId] = Counter()
    out_of_hours: Counter[UserId] = Counter()
    for access in accesses:
        looks[access.actor] += 1
        without_case[access.actor] += not access.has_case
        out_of_hours[access.actor] += is_out_of_hours(access.at)
    usual = median(without_case[actor] for actor in looks) if looks else 0.0
    patterns = [
        _pattern(actor, (looks[actor], without_case[actor], out_of_hours[actor]), usual)
        for actor in looks
    ]
    return tuple(sorted(patterns, key=lambda p: (not p.is_unusual, -p.looks, p.actor)))


def _pattern(actor: UserId, counts: Sequence[int], usual: float) -> AccessPattern:
    looks, without_case, out_of_hours = counts
    is_many = without_case >= max(MANY_LOOKS, UNUSUAL_RATIO * usual)
    is_late = out_of_hours >= MANY_LOOKS and out_of_hours > UNUSUAL_SHARE * looks
    return AccessPattern(actor, looks, without_case, out_of_hours, is_many or is_late)


def is_out_of_hours(at: datetime) -> bool:
    """Whether a moment is outside office hours."""
    moment = at.astimezone(UTC)
    return moment.weekday() >= 5 or not FIRST_HOUR <= moment.hour < LAST_HOUR


def forget_sketches(services: StoreServices, *, kept: timedelta) -> int:
    """Erase the sketches of probes that are no longer counted; return how many were erased."""
    before = services.surroundings.clock() - kept
    with services.units.write() as unit:
        forgotten = unit.sketches.forget(before=before)
        unit.commit()
    return forgotten
